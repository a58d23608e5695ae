/// What came of one attempt of a call, for measuring.
public struct AWSCallReport: Sendable {
    /// `AWSService.name`.
    public var service: String
    public var operation: String
    /// From signing to the decoded answer.
    public var duration: Duration
    /// Nil: it succeeded, as far as HTTP and the form of the answer go.
    public var error: AWSError?
}
