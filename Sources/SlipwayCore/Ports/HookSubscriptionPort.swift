/// The service hook subscriptions that send to our receiver. Credentials stay behind the port.
///
/// Every call ends within a bounded time. Callable from any task.
public protocol HookSubscriptionPort: Sendable {
    /// Those whose target is our receiver, whatever their state.
    func subscriptions() async throws(PortError) -> [ListedSubscription]

    /// The newest entry of a subscription's history; nil: there is none.
    func lastNotice(of subscription: String) async throws(PortError) -> HookNotice?

    /// Makes a subscription for that subject, with our receiver and its credentials, then deletes `replaced`, since the
    /// service doesn't revive one that it has disabled. Answers the new one's id. If the deletion fails the new
    /// one works all the same, and nothing is thrown.
    func create(_ subject: HookSubject, replacing replaced: String?) async throws(PortError) -> String
}
