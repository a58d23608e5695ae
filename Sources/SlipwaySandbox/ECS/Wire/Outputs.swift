/// A task as DescribeTasks, RunTask and StopTask show it. Members without a value are left out.
struct TaskOutput: Encodable, Sendable {
    struct Container: Encodable, Sendable {
        struct NetworkInterface: Encodable, Sendable {
            var attachmentId: String
            var privateIpv4Address: String
        }

        var containerArn: String
        var taskArn: String
        var name: String
        var image: String?
        var imageDigest: String?
        var runtimeId: String?
        var lastStatus: String
        var exitCode: Int?
        var reason: String?
        var networkInterfaces: [NetworkInterface]
        var healthStatus = "UNKNOWN"
        var cpu: String
        var memory: String?
    }

    struct Attachment: Encodable, Sendable {
        struct Detail: Encodable, Sendable {
            var name: String
            var value: String
        }

        var id: String
        var type = "ElasticNetworkInterface"
        var status: String
        var details: [Detail]
    }

    struct EphemeralStorage: Encodable, Sendable {
        var sizeInGiB: Int
    }

    struct Attribute: Encodable, Sendable {
        var name: String
        var value: String
    }

    var taskArn: String
    var clusterArn: String?
    var taskDefinitionArn: String?
    var lastStatus: String
    var desiredStatus: String
    var group: String?
    var startedBy: String?
    var launchType: String?
    var capacityProviderName: String?
    var platformVersion: String?
    var platformFamily: String?
    var cpu: String?
    var memory: String?
    var availabilityZone: String?
    var attributes: [Attribute]?
    var ephemeralStorage: EphemeralStorage?
    var attachments: [Attachment]?
    var containers: [Container]?
    var overrides: TaskOverride?
    var connectivity: String?
    var connectivityAt: Double?
    var createdAt: Double?
    var pullStartedAt: Double?
    var pullStoppedAt: Double?
    var startedAt: Double?
    var stoppingAt: Double?
    var executionStoppedAt: Double?
    var stoppedAt: Double?
    var stopCode: String?
    var stoppedReason: String?
    var tags: [Tag]?
    var version: Int?
    var enableExecuteCommand: Bool?
    var healthStatus: String?
}

struct Failure: Encodable, Sendable, Equatable {
    var arn: String?
    var reason: String
    var detail: String?
}

struct RunTaskOutput: Encodable, Sendable {
    var tasks: [TaskOutput]
    var failures: [Failure]
}

struct DescribeTasksOutput: Encodable, Sendable {
    var tasks: [TaskOutput]
    var failures: [Failure]
}

struct StopTaskOutput: Encodable, Sendable {
    var task: TaskOutput
}

struct ListTasksOutput: Encodable, Sendable {
    var taskArns: [String]
    var nextToken: String?
}
