internal import AWSClient
internal import SlipwayCore

/// What a container needs beside its definition, so that an agent task doesn't fail as it starts.
extension DoctorChecks {
    func imageFindings(_ container: ContainerDefinition) async throws -> [Finding] {
        guard let image = ECRImage(container.image) else {
            return [.ok("image \(container.image): not looked at, since it isn't in Amazon ECR")]
        }
        guard image.region == configuration.aws.region else {
            return [.ok("image \(container.image): not looked at, since it is in another region")]
        }
        let repository = "arn:aws:ecr:\(image.region):\(image.account):repository/\(image.repository)"
        return try await question("whether image \(container.image) exists", ["ecr:DescribeImages"], on: repository)
            .findings {
                switch try await services.image(image) {
                case .found: return [.ok("image \(container.image) is there")]
                case .noImage:
                    return [
                        .failed(
                            "there is no image \(container.image), so no agent task can start",
                            mend: "docker push \(container.image), or correct the image in the task definition")
                    ]
                case .noRepository:
                    return [
                        .failed(
                            "there is no repository \(image.repository) in \(image.account), so no agent task can start",
                            mend:
                                "aws ecr create-repository --repository-name \(image.repository) --region \(image.region)"
                        )
                    ]
                }
            }
    }

    func logGroupFindings(_ container: ContainerDefinition) async throws -> [Finding] {
        guard let logs = container.logConfiguration, logs.logDriver == "awslogs",
            let group = logs.options?["awslogs-group"]
        else { return [] }
        if logs.options?["awslogs-create-group"] == "true" {
            return [
                .ok("log group \(group) is created where it lacks; the execution role needs logs:CreateLogGroup for it")
            ]
        }
        let region = logs.options?["awslogs-region"] ?? configuration.aws.region
        guard region == configuration.aws.region else {
            return [.ok("log group \(group): not looked at, since it is in another region")]
        }
        return try await question("whether log group \(group) exists", ["logs:DescribeLogGroups"]).findings {
            if try await services.hasLogGroup(group) { return [.ok("log group \(group) is there")] }
            return [
                .failed(
                    "there is no log group \(group), so no agent task can start",
                    mend: "aws logs create-log-group --log-group-name \(group) --region \(region)")
            ]
        }
    }

    /// Whether what its environment is filled from is there. Their values are not read.
    func secretFindings(_ container: ContainerDefinition) async throws -> [Finding] {
        var findings: [Finding] = []
        for secret in container.secrets { findings += try await secretFindings(secret) }
        return findings
    }

    private func secretFindings(_ secret: ContainerSecret) async throws -> [Finding] {
        guard let place = ContainerSecretPlace(secret.valueFrom) else {
            return [
                .failed(
                    "valueFrom of \(secret.name) is no reference that ECS knows: \(secret.valueFrom)",
                    mend: "use the whole ARN of a secret, or the name or ARN of a parameter")
            ]
        }
        let region = configuration.aws.region
        guard place.region == nil || place.region == region else {
            return [.ok("\(secret.name): not looked at, since what it comes from is in another region")]
        }
        switch place {
        case .secret(let arn):
            return try await question(
                "whether the secret of \(secret.name) exists", ["secretsmanager:DescribeSecret"], on: arn
            )
            .findings { [Self.finding(secret, arn, try await services.secret(arn), region)] }
        case .parameter(let name, _) where name.hasPrefix("/aws/"):
            return [.ok("\(secret.name): not looked at, since AWS lists no parameters below /aws/")]
        case .parameter(let name, let arn):
            let names = arn == nil || name.hasPrefix("/") ? [name] : [name, "/" + name]
            return try await question("whether the parameter of \(secret.name) exists", ["ssm:DescribeParameters"])
                .findings {
                    if try await services.hasParameter(names) {
                        return [.ok("the parameter of \(secret.name) is there")]
                    }
                    return [
                        .failed(
                            "there is no parameter \(name) for \(secret.name), so no agent task can start",
                            mend:
                                "aws ssm put-parameter --type SecureString --name \(ShellWord.quoted(name)) --region \(region) "
                                + "--value …")
                    ]
                }
        }
    }

    private static func finding(
        _ secret: ContainerSecret, _ arn: String, _ description: SecretDescription?, _ region: String
    ) -> Finding {
        guard let description else {
            return .failed(
                "there is no secret \(arn) for \(secret.name), so no agent task can start",
                mend:
                    "aws secretsmanager create-secret --region \(region) --name …, and name its ARN in the task definition"
            )
        }
        guard !description.isDeleted else {
            return .failed(
                "the secret of \(secret.name) is deleted and can't be read, so no agent task can start",
                mend: "aws secretsmanager restore-secret --region \(region) --secret-id \(arn)")
        }
        return .ok("the secret of \(secret.name) is there")
    }
}
