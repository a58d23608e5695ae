import SlipwayAzurePipelines
import SlipwayCore
import Synchronization

@testable import slipway

/// An organization whose hooks a test sets up; it remembers what was done to it.
final class FakeHooks: Sendable {
    fileprivate struct State {
        var surveyed: [SurveyedSubscription] = []
        var projects = [HookProject(id: "p1", name: "shipyard")]
        var usingPools: Set<String> = ["p1"]
        var changes: [String] = []
        var recorded: [LedgerEntry] = []
        var errors: [String: PortError] = [:]
        var answers: [HookTestAnswer] = []
        var notices: [String: HookNotice] = [:]
    }

    static let url = "https://slipway.example.com/hooks/azure-devops"
    private let state = Mutex(State())

    init(_ surveyed: [SurveyedSubscription] = [], projects: [HookProject]? = nil, usingPools: Set<String>? = nil) {
        state.withLock { state in
            state.surveyed = surveyed
            if let projects { state.projects = projects }
            state.usingPools = usingPools ?? Set(state.projects.map(\.id))
        }
    }

    var changes: [String] { state.withLock { $0.changes } }

    /// Lets an operation on this subject (such as `delete 2` or `create Waiting`) fail.
    func fail(_ operation: String, with code: PortError.Code) {
        state.withLock { $0.errors[operation] = PortError(code: code, message: "it failed") }
    }

    /// The answers to a test, one after the other; the last one stays.
    func answer(_ answers: HookTestAnswer...) { state.withLock { $0.answers = answers } }

    func notify(_ id: String, _ notice: HookNotice) { state.withLock { $0.notices[id] = notice } }

    var services: HookServices {
        HookServices(
            receiverURL: Self.url,
            survey: { try self.perform("survey") { $0.surveyed } },
            create: { subject in
                let name = "create \(subject.projectID ?? "") \(subject.filter["jobStateId"] ?? subject.eventType)"
                return try self.perform(name) { state in
                    state.changes.append(name)
                    return "new\(state.changes.count)"
                }
            },
            delete: { id in
                try self.perform("delete \(id)") { state in
                    state.changes.append("delete \(id)")
                    return true
                }
            },
            lastNotice: { id in try self.perform("notice \(id)") { $0.notices[id] } },
            test: { subscription in try self.perform("test \(subscription.id)") { $0.next } },
            testAnswer: { _, _ in try self.perform("answer") { $0.next } },
            projects: { try self.perform("projects") { $0.projects } },
            project: { name in
                try self.perform("project") { state in state.projects.first { $0.name == name || $0.id == name } }
            },
            identity: { try self.perform("identity") { _ in "00ca946b-2fe9-4f2a-ae2f-40d5c48001bc" } },
            usesPools: { project in try self.perform("pools") { $0.usingPools.contains(project.id) } })
    }

    /// What was recorded, in order.
    var recorded: [LedgerEntry] { state.withLock { $0.recorded } }

    func recorder(_ command: String, _ output: Output, hasStore: Bool = true) -> HookRecorder {
        var commit: (@Sendable (LedgerEntry) async throws -> Void)?
        if hasStore { commit = { entry in try self.perform("record") { $0.recorded.append(entry) } } }
        return HookRecorder(
            command: command, identity: services.identity, output: output, now: { Timestamp(milliseconds: 1_000) },
            commit: commit)
    }

    private func perform<Value: Sendable>(_ operation: String, _ body: (inout sending State) throws -> Value) throws
        -> Value
    {
        try state.withLock { state in
            if let error = state.errors[operation] { throw error }
            return try body(&state)
        }
    }
}

extension FakeHooks.State {
    fileprivate var next: HookTestAnswer {
        mutating get {
            guard answers.count > 1 else {
                return answers.first ?? HookTestAnswer(notification: 1, result: "succeeded")
            }
            return answers.removeFirst()
        }
    }
}

extension SurveyedSubscription {
    /// One for a job's state in a project.
    static func job(
        _ id: String, _ state: String, project: String = "p1", _ status: ListedSubscription.Status = .enabled,
        differences: [String] = [], elsewhere: String? = nil
    ) -> SurveyedSubscription {
        of(
            id, HookSubject(eventType: HookSubject.jobEventType, filter: ["projectId": project, "jobStateId": state]),
            status, differences: differences, elsewhere: elsewhere)
    }

    static func of(
        _ id: String, _ subject: HookSubject, _ status: ListedSubscription.Status = .enabled,
        differences: [String] = [], elsewhere: String? = nil
    ) -> SurveyedSubscription {
        SurveyedSubscription(
            subscription: ListedSubscription(id: id, subject: subject, status: status), elsewhere: elsewhere,
            differences: differences)
    }

    /// All that a project needs, in order.
    static func all(of project: String = "p1") -> [SurveyedSubscription] {
        HookSubject.needed(inProject: project).enumerated().map { of("\(project)-\($0)", $1) }
    }
}

/// Results and messages of a command, as they come.
final class Transcript: Sendable {
    private let texts = Mutex((output: "", messages: ""))

    var text: String { texts.withLock { $0.output } }
    var messages: String { texts.withLock { $0.messages } }
    var lines: [String] { text.split(separator: "\n").map(String.init) }

    var output: Output {
        Output(
            write: { text in self.texts.withLock { $0.output += text } },
            writeMessage: { text in self.texts.withLock { $0.messages += text } }, showsProgress: false)
    }
}
