internal import AWSClient

/// What an execution role is needed for, to be simulated one by one. Pure.
struct ExecutionRoleReview {
    private let definition: TaskDefinition
    /// `arn:aws:ecs:eu-west-1:111122223333:…` of the definition, up to the account.
    private let partition: String
    private let account: String
    private let region: String

    init(_ definition: TaskDefinition, region: String) {
        self.definition = definition
        self.region = region
        let parts = definition.taskDefinitionARN.split(separator: ":", omittingEmptySubsequences: false)
        partition = parts.count > 4 ? String(parts[1]) : "aws"
        account = parts.count > 4 ? String(parts[4]) : ""
    }

    var trials: [PermissionReview.Trial] {
        let all = definition.containerDefinitions.flatMap { image($0) + secrets($0) + logs($0) }
        return all.reduce(into: []) { trials, trial in if !trials.contains(trial) { trials.append(trial) } }
    }

    private func image(_ container: ContainerDefinition) -> [PermissionReview.Trial] {
        guard let image = ECRImage(container.image) else { return [] }
        let repository = "arn:\(partition):ecr:\(image.region):\(image.account):repository/\(image.repository)"
        return [trial("ecr:GetAuthorizationToken", "*")]
            + ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"].map { trial($0, repository) }
    }

    private func secrets(_ container: ContainerDefinition) -> [PermissionReview.Trial] {
        container.secrets.compactMap { secret in
            switch ContainerSecretPlace(secret.valueFrom) {
            case .secret(let arn): trial("secretsmanager:GetSecretValue", arn)
            case .parameter(_, .some(let arn)): trial("ssm:GetParameters", arn)
            case .parameter(let name, nil):
                trial(
                    "ssm:GetParameters",
                    "arn:\(partition):ssm:\(region):\(account):parameter\(name.hasPrefix("/") ? "" : "/")\(name)")
            case nil: nil
            }
        }
    }

    private func logs(_ container: ContainerDefinition) -> [PermissionReview.Trial] {
        guard let logs = container.logConfiguration, logs.logDriver == "awslogs",
            let group = logs.options?["awslogs-group"]
        else { return [] }
        let groupARN =
            "arn:\(partition):logs:\(logs.options?["awslogs-region"] ?? region):\(account):log-group:\(group)"
        let creation = logs.options?["awslogs-create-group"] == "true" ? [trial("logs:CreateLogGroup", groupARN)] : []
        return creation
            + ["logs:CreateLogStream", "logs:PutLogEvents"].map { trial($0, groupARN + ":log-stream:slipway-doctor") }
    }

    private func trial(_ action: String, _ resource: String) -> PermissionReview.Trial {
        PermissionReview.Trial(action: action, resource: resource, context: [:])
    }

    /// A policy of the resource's own may allow what the role's don't: then it is only a warning.
    static func finding(_ trial: PermissionReview.Trial, _ decision: IAMDecision) -> Finding? {
        let statement = #"{"Effect": "Allow", "Action": "\#(trial.action)", "Resource": "\#(trial.resource)"}"#
        switch decision {
        case .allowed: return nil
        case .implicitDeny:
            return .warning(
                "no policy of the execution role allows \(trial.action) on \(trial.resource): unless the resource's own does, "
                    + "no agent task can start",
                mend: "allow it \(statement)")
        case .explicitDeny:
            return .failed(
                "\(trial.action) on \(trial.resource) is denied to the execution role, so no agent task can start",
                mend: "find the Deny in its policies, its permissions boundary or the organization's")
        }
    }
}
