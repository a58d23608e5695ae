internal import AWSClient

/// What the server does in AWS, to be simulated one by one, and what an identity's ARN tells of whose policies apply. Pure.
struct PermissionReview {
    struct Trial: Hashable, Sendable {
        var action: String
        var resource: String
        var context: [String: String]
    }

    /// As in ARNs.
    var partition: String
    var region: String
    var account: String
    var clusterARN: String

    /// - Parameter callerARN: as STS tells it.
    init?(callerARN: String, region: String, clusterARN: String) {
        let parts = callerARN.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false)
        guard parts.count == 6, parts[0] == "arn", !parts[4].isEmpty else { return nil }
        partition = String(parts[1])
        account = String(parts[4])
        self.region = region
        self.clusterARN = clusterARN
    }

    /// Whose policies are asked for. A session of a role hides the role's path, so the role has to be looked up.
    enum Principal: Hashable, Sendable {
        case user(arn: String)
        case role(name: String)
        /// Everything is allowed.
        case root
        case other
    }

    static func principal(_ callerARN: String) -> Principal {
        let last = callerARN.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false).last ?? ""
        let parts = last.split(separator: "/")
        switch parts.first {
        case "user": return .user(arn: callerARN)
        case "assumed-role" where parts.count == 3: return .role(name: String(parts[1]))
        case "root": return .root
        default: return .other
        }
    }

    func roleARN(_ name: String) -> String { "arn:\(partition):iam::\(account):role/\(name)" }

    /// Where an ARN of a role ends in its name; nil for anything else.
    static func roleName(_ arn: String) -> String? {
        guard arn.contains(":role/"), let name = arn.split(separator: "/").last else { return nil }
        return String(name)
    }

    /// - Parameter definitions: those of the profiles.
    func trials(_ definitions: [TaskDefinition]) -> [Trial] {
        let cluster = ["ecs:cluster": clusterARN]
        let name = clusterARN.split(separator: "/").last ?? ""
        let task = "arn:\(partition):ecs:\(region):\(account):task/\(name)/\(String(repeating: "0", count: 32))"
        let roles = Set(definitions.flatMap { [$0.executionRoleARN, $0.taskRoleARN].compactMap { $0 } }).sorted()
        let runs = definitions.map { Trial(action: "ecs:RunTask", resource: $0.taskDefinitionARN, context: cluster) }
        let others = [
            Trial(action: "ecs:TagResource", resource: task, context: ["ecs:CreateAction": "RunTask"]),
            Trial(action: "ecs:DescribeTasks", resource: task, context: cluster),
            Trial(action: "ecs:StopTask", resource: task, context: cluster),
            Trial(action: "ecs:ListTasks", resource: "*", context: cluster),
        ]
        return runs + others
            + roles.map {
                Trial(action: "iam:PassRole", resource: $0, context: ["iam:PassedToService": "ecs-tasks.amazonaws.com"])
            }
    }

    static func finding(_ trial: Trial, _ decision: IAMDecision) -> Finding? {
        let statement =
            #"{"Effect": "Allow", "Action": "\#(trial.action)", "Resource": "\#(trial.resource)"}"#
        switch decision {
        case .allowed: return nil
        case .implicitDeny:
            return .failed(
                "nothing allows \(trial.action) on \(trial.resource)",
                mend: "allow \(statement); docs/agent-task.md has the whole policy")
        case .explicitDeny:
            return .failed(
                "\(trial.action) on \(trial.resource) is denied by a statement",
                mend: "find the Deny in its policies, its permissions boundary or the organization's")
        }
    }
}
