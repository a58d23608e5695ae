/// RunTask's input. Two inputs that are equal here are the same request for `clientToken`.
struct RunTaskInput: Codable, Equatable, Sendable {
    struct CapacityProviderStrategyItem: Codable, Equatable, Sendable {
        var capacityProvider: String
        var weight: Int?
        var base: Int?
    }

    struct NetworkConfiguration: Codable, Equatable, Sendable {
        struct AWSVPC: Codable, Equatable, Sendable {
            var subnets: [String]?
            var securityGroups: [String]?
            var assignPublicIp: String?
        }

        var awsvpcConfiguration: AWSVPC?
    }

    var taskDefinition: String?
    var cluster: String?
    var count: Int?
    var launchType: String?
    var capacityProviderStrategy: [CapacityProviderStrategyItem]?
    var networkConfiguration: NetworkConfiguration?
    var platformVersion: String?
    var overrides: TaskOverride?
    var startedBy: String?
    var group: String?
    var tags: [Tag]?
    var propagateTags: String?
    var enableECSManagedTags: Bool?
    var enableExecuteCommand: Bool?
    var clientToken: String?
    var placementConstraints: JSONValue?
    var placementStrategy: JSONValue?
    var volumeConfigurations: JSONValue?
}

struct Tag: Codable, Equatable, Sendable {
    var key: String?
    var value: String?
}

struct TaskOverride: Codable, Equatable, Sendable {
    struct Container: Codable, Equatable, Sendable {
        var name: String?
        var command: [String]?
        var environment: [Variable]?
        var environmentFiles: JSONValue?
        var cpu: Int?
        var memory: Int?
        var memoryReservation: Int?
        var resourceRequirements: JSONValue?
    }

    struct Variable: Codable, Equatable, Sendable {
        var name: String?
        var value: String?
    }

    var containerOverrides: [Container]?
    var cpu: String?
    var memory: String?
    var taskRoleArn: String?
    var executionRoleArn: String?
    var ephemeralStorage: JSONValue?
    var inferenceAcceleratorOverrides: JSONValue?
}
