/// Who answers the calls of pipelines' server tasks. The caller has checked the caller's token and the call's form.
///
/// Every call ends within a bounded time. Callable from any task.
public protocol BookingPort: Sendable {
    /// Accepts a call, and commits that; the same call again is accepted again and does nothing new.
    func book(_ call: BookingCall) async throws(BookingRefusal)

    /// The run was cancelled while the task waited.
    func cancel(_ call: BookingCall) async throws(BookingRefusal) -> BookingCancellation

    /// From what is known at this moment; no service is asked.
    func gate(_ call: GateCall) async throws(BookingRefusal) -> GateAnswer

    /// A call of a form that is refused, for the ledger: its code, and as much of it as could be read.
    func refused(code: String, identity: BookingIdentity?, run: Int?, source: String) async

    /// The organization's URL, and the pools and profiles that may be asked for, sorted.
    var offer: BookingOffer { get }
}

/// What the service connection is told.
public struct BookingOffer: Hashable, Sendable {
    public var organization: String
    public var pools: [String]
    public var profiles: [String]

    public init(organization: String, pools: [String], profiles: [String]) {
        self.organization = organization
        self.pools = pools
        self.profiles = profiles
    }
}
