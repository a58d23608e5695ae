import Foundation

extension ECSWorld {
    mutating func registerTaskDefinition(_ input: JSONValue, now: Date) throws(ECSError) -> JSONValue {
        let family = input["family"]?.string ?? ""
        let revision = (definitions[family]?.last?.revision ?? 0) + 1
        let definition = try TaskDefinition(input, revision: revision, arnPrefix: arnPrefix, now: now)
        definitions[family, default: []].append(definition)
        return ["taskDefinition": definition.document, "tags": definition.tags ?? []]
    }

    func describeTaskDefinition(_ input: DescribeTaskDefinitionInput) throws(ECSError) -> JSONValue {
        let definition = try definition(named: input.taskDefinition)
        let includesTags = input.include?.contains("TAGS") ?? false
        return .members(["taskDefinition": definition.document, "tags": includesTags ? definition.tags ?? [] : nil])
    }

    /// A definition by `family`, `family:revision` or ARN. Without a revision, the latest.
    func definition(named name: String?) throws(ECSError) -> TaskDefinition {
        guard let name, !name.isEmpty else { throw .client("TaskDefinition can not be blank.") }
        let prefix = arnPrefix + "task-definition/"
        let short = name.hasPrefix(prefix) ? name.dropFirst(prefix.count) : name[...]
        let parts = short.split(separator: ":", omittingEmptySubsequences: false)
        let revisions = parts.first.flatMap { definitions[String($0)] } ?? []
        let found =
            switch parts.count {
            case 1: revisions.last
            case 2: revisions.first { String($0.revision) == parts[1] }
            default: TaskDefinition?.none
            }
        guard let found else { throw .client("Unable to describe task definition.") }
        return found
    }
}

extension SandboxConfiguration.AgentTaskDefinition {
    /// As a deployment would register it: the token comes by `secrets` alone.
    var document: JSONValue {
        [
            "family": .string(family), "networkMode": "awsvpc", "requiresCompatibilities": ["FARGATE"],
            "cpu": .string(cpu),
            "memory": .string(memory), "executionRoleArn": "arn:aws:iam::111122223333:role/azp-agent-execution",
            "taskRoleArn": "arn:aws:iam::111122223333:role/azp-agent",
            "runtimePlatform": ["cpuArchitecture": "X86_64", "operatingSystemFamily": "LINUX"],
            "containerDefinitions": [
                [
                    "name": .string(container), "image": "registry.example.com/azp-agent:latest", "essential": true,
                    "command": ["--once"], "stopTimeout": .integer(stopTimeoutSeconds),
                    "linuxParameters": ["initProcessEnabled": true],
                    "environment": .array(
                        environment.sorted { $0.key < $1.key }.map {
                            ["name": .string($0.key), "value": .string($0.value)]
                        }
                    ),
                    "secrets": givesToken ? [["name": "AZP_TOKEN", "valueFrom": .string(tokenSecretARN)]] : [],
                    "logConfiguration": [
                        "logDriver": "awslogs",
                        "options": [
                            "awslogs-group": "/azp/agent", "awslogs-region": "eu-west-1",
                            "awslogs-stream-prefix": "agent",
                        ],
                    ],
                ]
            ],
        ]
    }
}
