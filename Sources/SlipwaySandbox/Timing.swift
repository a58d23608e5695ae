extension SandboxConfiguration {
    /// How long things take, in simulated time. Ranges are drawn from anew each time.
    public struct Timing: Sendable {
        // ECS
        /// PROVISIONING: placement and network interface.
        public var provisioning: ClosedRange<Duration> = .seconds(8) ... .seconds(15)
        /// The image's pull, from PENDING on.
        public var pull: ClosedRange<Duration> = .seconds(12) ... .seconds(30)
        /// From the end of the pull to RUNNING.
        public var containerStart: ClosedRange<Duration> = .seconds(1) ... .seconds(3)
        /// From the container's end to STOPPED.
        public var deprovisioning: ClosedRange<Duration> = .seconds(5) ... .seconds(15)
        /// How long RunTask's result stays unknown to DescribeTasks.
        public var visibility: Duration = .zero
        /// How long a stopped agent task can be described.
        public var stoppedTaskRetention: Duration = .seconds(3600)

        // The container
        /// Finding, fetching and unpacking the agent package.
        public var agentDownload: ClosedRange<Duration> = .seconds(4) ... .seconds(8)
        /// `config.sh` beside its requests.
        public var agentConfiguration: ClosedRange<Duration> = .seconds(3) ... .seconds(6)
        /// `run.sh` until its session is created.
        public var agentStart: ClosedRange<Duration> = .seconds(2) ... .seconds(4)
        /// From the job's end to the end of the session.
        public var agentStop: ClosedRange<Duration> = .seconds(1) ... .seconds(2)
        /// `config.sh remove` beside its requests.
        public var agentRemoval: ClosedRange<Duration> = .seconds(2) ... .seconds(4)
        /// Between two tries to remove the agent.
        public var removalRetry: Duration = .seconds(30)

        // Azure DevOps
        /// From a state change to its event.
        public var hookLag: ClosedRange<Duration> = .seconds(6) ... .seconds(10)
        /// From a job's waiting to its job request.
        public var jobRequestLag: ClosedRange<Duration> = .zero ... .zero
        /// From a match of job request and agent to the assignment.
        public var assignment: ClosedRange<Duration> = .milliseconds(500) ... .seconds(2)
        /// How long the service holds a poll for messages.
        public var messagePoll: Duration = .seconds(50)
        /// How long a listener's access token is good.
        public var agentToken: Duration = .seconds(3600)
        /// Without a word for so long an agent counts as offline.
        public var sessionExpiry: Duration = .seconds(120)
        /// An agent renews the lock of its job this often.
        public var lockRenewal: Duration = .seconds(60)
        /// How long a renewal lasts.
        public var lockDuration: Duration = .seconds(600)
        /// From the end of the lock to "We stopped hearing from agent".
        public var lostAgentGrace: Duration = .seconds(180)
        /// How long an offline agent stays reserved for a job that demands it by name.
        public var reservation: Duration = .seconds(2_700)
        /// What a server task whose run was cancelled has, after the answer to that, to say how it ended.
        public var cancellationGrace: Duration = .seconds(5)

        public init() {}

        /// Figures from public reports and captures.
        public static let realistic = Timing()

        /// Nothing takes time that doesn't wait for somebody.
        public static let instant: Timing = {
            let zero = Duration.zero...Duration.zero
            var timing = Timing()
            (timing.provisioning, timing.pull, timing.containerStart, timing.deprovisioning) = (zero, zero, zero, zero)
            (timing.agentDownload, timing.agentConfiguration, timing.agentStart) = (zero, zero, zero)
            (timing.agentStop, timing.agentRemoval, timing.hookLag, timing.assignment) = (zero, zero, zero, zero)
            return timing
        }()
    }
}
