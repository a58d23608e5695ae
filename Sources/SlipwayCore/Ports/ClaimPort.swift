/// Who answers claims.
public protocol ClaimPort: Sendable {
    /// Registers the agent of a launch with the key that its container made, once; the same claim again is answered the same
    /// way. The caller has checked the code. Ends within a bounded time. Callable from any task.
    func answer(_ claim: AgentClaim) async -> ClaimAnswer
}
