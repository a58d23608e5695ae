/// How long a launch may stay in each state, in seconds. Every wait has an end (invariant I8).
public struct Deadlines: Hashable, Codable, Sendable {
    /// From the decision until Amazon ECS has accepted the agent task, over all attempts.
    public var startSeconds: Int
    /// From the accepted agent task until its agent is online in the pool: scheduling, pull, registration.
    public var onlineSeconds: Int
    /// An online agent that gets no job. Long enough to be reused by the next job, short enough to cost little.
    public var idleSeconds: Int
    /// After this a busy agent is reported as overdue. It is never stopped for it (invariant I4).
    public var busySeconds: Int
    /// After its job: for the agent to leave and the agent task to stop by itself.
    public var leaveSeconds: Int
    /// A launch whose job request is gone, before it counts as surplus.
    public var surplusSeconds: Int
    /// An agent that is kept warm, online and without a job, before a fresh one takes its place.
    public var warmSeconds: Int

    public init(
        startSeconds: Int = 900, onlineSeconds: Int = 600, idleSeconds: Int = 300, busySeconds: Int = 86_400,
        leaveSeconds: Int = 120, surplusSeconds: Int = 60, warmSeconds: Int = 14_400
    ) {
        self.startSeconds = startSeconds
        self.onlineSeconds = onlineSeconds
        self.idleSeconds = idleSeconds
        self.busySeconds = busySeconds
        self.leaveSeconds = leaveSeconds
        self.surplusSeconds = surplusSeconds
        self.warmSeconds = warmSeconds
    }

    /// After so long a warm agent ends by itself, if none has taken its place. Its successor has had its time to come.
    var warmLimitSeconds: Int { warmSeconds + startSeconds + onlineSeconds }
}
