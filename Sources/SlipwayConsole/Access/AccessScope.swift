/// What a token allows.
public enum AccessScope: String, Hashable, Sendable, CaseIterable {
    /// To see everything.
    case read
    /// And to operate: drain, pause, stop, retry.
    case operate
}
