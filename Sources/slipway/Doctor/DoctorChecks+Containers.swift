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
}
