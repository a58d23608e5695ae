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
        return all.filter(isOfThisAccount).reduce(into: []) { trials, trial in
            if !trials.contains(trial) { trials.append(trial) }
        }
    }

    /// In another account its owner's policy decides too, which no simulation here knows.
    private func isOfThisAccount(_ trial: PermissionReview.Trial) -> Bool {
        let parts = trial.resource.split(separator: ":", omittingEmptySubsequences: false)
        return parts.count < 5 || parts[4].isEmpty || parts[4] == account
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
        let creation =
            logs.options?["awslogs-create-group"] == "true"
            ? [trial("logs:CreateLogGroup", groupARN + ":log-stream:")] : []
        return creation
            + ["logs:CreateLogStream", "logs:PutLogEvents"].map { trial($0, groupARN + ":log-stream:slipway-doctor") }
    }

    private func trial(_ action: String, _ resource: String) -> PermissionReview.Trial {
        PermissionReview.Trial(action: action, resource: resource, context: ["aws:RequestedRegion": region])
    }

    /// Only warnings: a policy of the resource's own may allow what the role's don't, and a condition may ask for what a
    /// simulation doesn't know, such as the VPC endpoint.
    static func finding(_ trial: PermissionReview.Trial, _ decision: IAMDecision) -> Finding? {
        let statement = #"{"Effect": "Allow", "Action": "\#(trial.action)", "Resource": "\#(trial.resource)"}"#
        switch decision {
        case .allowed: return nil
        case .implicitDeny:
            return .warning(
                "neither policies nor boundary of the execution role allow \(trial.action) on \(trial.resource): unless the resource's own policy does, "
                    + "no agent task can start",
                mend: "allow it \(statement)")
        case .explicitDeny:
            return .warning(
                "by simulation \(trial.action) on \(trial.resource) is denied to the execution role: unless that is by a condition "
                    + "which agent tasks meet, none can start",
                mend: "find the Deny in its policies, its permissions boundary or the organization's")
        }
    }
}
