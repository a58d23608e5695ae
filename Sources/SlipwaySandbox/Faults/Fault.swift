/// Something that goes wrong, scripted by a test: at which operation, at which of its calls, and how.
public struct Fault: Sendable {
    /// What happens instead of, or around, the ordinary answer.
    public enum Action: Sendable {
        /// Answers this without doing anything. `headers` are sent as given; without a `Content-Type` it is JSON.
        case answer(status: Int, headers: [String: String] = [:], body: String = "")
        /// ECS: `ThrottlingException`. Azure DevOps: 429 with `TF400733`, `Retry-After` and the `X-RateLimit` headers.
        case throttle
        /// Does the work, and adds headers to the answer, for example `Retry-After` on a 200.
        case addHeaders([String: String])
        /// Does nothing and keeps silent for at most this simulated time, then closes the connection.
        case hang(upTo: Duration)
        /// Does nothing and closes the connection.
        case drop
        /// Does the work, then closes the connection instead of answering.
        case loseAnswer
        /// Waits this simulated time, then does the work. For a hook: posts it that much later.
        case delay(Duration)

        /// RunTask only: starts nothing and names this reason in `failures[]`, with HTTP 200.
        case refuse(reason: String)
        /// DescribeTasks only: knows none of the agent tasks yet, as after an eventually consistent write.
        case notYetVisible

        /// Hooks only: never posts it; the notification stays queued.
        case loseHook
        /// Hooks only: posts it twice; the outcome of the first decides.
        case duplicateHook
        /// Hooks only: holds it back until the next hook was posted, or for at most this simulated time.
        case reorderHook(within: Duration)

        /// Server tasks only: the answer to the call is lost, and it is made once more.
        case repeatCall
    }

    public var operation: SandboxOperation
    /// Which calls, counted from 1 from the moment the fault is added; only calls whose subject contains `subject`
    /// count.
    public var occurrences: ClosedRange<Int>
    public var action: Action
    /// What the call is about: the path and query for Azure DevOps, the body for ECS, see ``SandboxOperation/hook`` for
    /// hooks. `nil` counts every call.
    public var subject: String?

    public init(
        operation: SandboxOperation,
        occurrences: ClosedRange<Int> = 1...Int.max,
        subject: String? = nil,
        action: Action
    ) {
        self.operation = operation
        self.occurrences = occurrences
        self.subject = subject
        self.action = action
    }
}
