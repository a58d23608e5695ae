import SlipwayCore
import Synchronization

/// A queue of agent-task events as SQS has them: what is received is hidden for a while, then comes again.
final class EventQueue: AgentTaskEventPort {
    struct Message {
        var content: AgentTaskMessage.Content
        var receives = 0
        var visibleAt: Timestamp
    }

    struct State {
        var messages: [Int: Message] = [:]
        var next = 0
        var receives = 0
        var error: PortError?
        var acknowledgeError: PortError?
    }

    static let hiddenSeconds = 30
    let time: ManualTime
    private let state = Mutex(State())

    init(time: ManualTime) { self.time = time }

    func with<Value>(_ body: (inout sending State) -> sending Value) -> Value { state.withLock { body(&$0) } }

    func send(_ content: AgentTaskMessage.Content) {
        let now = time.now()
        with { state in
            state.next += 1
            state.messages[state.next] = Message(content: content, visibleAt: now)
        }
    }

    func send(_ launch: Launch, _ status: AgentTaskStatus, version: Int?, agentTask: String? = nil) {
        let id = agentTask.map(AgentTaskID.init) ?? launch.agentTask ?? AgentTaskID(rawValue: "none")
        send(.observation(AgentTaskObservation(agentTask: id, launch: launch.id, version: version, status: status)))
    }

    var isEmpty: Bool { with { $0.messages.isEmpty } }

    func receive() async throws(PortError) -> [AgentTaskMessage] {
        // As a long poll: twenty seconds, looked at each tenth.
        for _ in 0..<200 {
            let now = time.now()
            let error = with { state in
                state.receives += 1
                return state.error
            }
            if let error { throw error }
            let received = with { state -> [AgentTaskMessage] in
                let visible = state.messages.filter { $0.value.visibleAt <= now }.keys.sorted().prefix(10)
                return visible.compactMap { key -> AgentTaskMessage? in
                    state.messages[key]?.receives += 1
                    state.messages[key]?.visibleAt = now.adding(seconds: Self.hiddenSeconds)
                    guard let message = state.messages[key] else { return nil }
                    return AgentTaskMessage(
                        receipt: .init(rawValue: "\(key)"), receiveCount: message.receives, content: message.content)
                }
            }
            if !received.isEmpty { return received }
            do { try await time.sleep(milliseconds: 100) } catch {
                throw PortError(code: .unavailable, message: "interrupted")
            }
        }
        return []
    }

    func acknowledge(_ receipts: [AgentTaskMessage.Receipt]) async throws(PortError) -> Int {
        if let error = with({ $0.acknowledgeError }) { throw error }
        with { state in for receipt in receipts { state.messages[Int(receipt.rawValue) ?? 0] = nil } }
        return 0
    }
}
