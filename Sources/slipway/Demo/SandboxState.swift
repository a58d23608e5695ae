internal import Foundation
internal import SlipwaySandbox

/// What the simulators hold, for a program that drives them.
struct SandboxState: Encodable {
    struct AgentTask: Encodable {
        var arn: String
        var status: String
        var startedBy: String?
        var clientToken: String?
    }

    struct Job: Encodable {
        var run: Int
        var name: String
        var state: String
        var result: String?
        var agent: String?
    }

    var agentTasks: [AgentTask]
    var jobs: [Job]

    init(_ sandbox: Sandbox) {
        agentTasks = sandbox.agentTasks.map {
            AgentTask(arn: $0.arn, status: $0.lastStatus, startedBy: $0.startedBy, clientToken: $0.clientToken)
        }
        jobs = sandbox.jobs.map {
            Job(
                run: $0.runID, name: $0.name, state: $0.state.rawValue, result: $0.result?.rawValue, agent: $0.agentName
            )
        }
    }

    /// One line.
    var json: String {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            return String(decoding: try encoder.encode(self), as: UTF8.self)
        }
    }
}
