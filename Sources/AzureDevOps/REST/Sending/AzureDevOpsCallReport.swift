/// What came of one attempt of a call, for measuring.
public struct AzureDevOpsCallReport: Sendable {
    /// One of `AzureDevOpsOperation.names`.
    public var operation: String
    /// From sending to the whole answer; pauses before it don't count.
    public var duration: Duration
    /// Nil: the service did it. Its answer may still turn out to be unreadable.
    public var error: AzureDevOpsError?
}
