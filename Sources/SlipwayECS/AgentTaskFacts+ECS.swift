internal import AWSClient
internal import Foundation
internal import SlipwayCore

extension AgentTaskFacts {
    /// What DescribeTasks or an event tells. Texts are cut: an event may hold any.
    ///
    /// - Parameter containers: the names of the agents' containers.
    init(_ task: ECSTask, containers: Set<String>) {
        self.init()
        region = Self.region(ofARN: task.taskARN)
        capacityProvider = Self.cut(task.capacityProviderName)
        launchType = Self.cut(task.launchType?.rawValue)
        availabilityZone = Self.cut(task.availabilityZone)
        cpu = task.cpu.flatMap { Int($0) }
        memory = task.memory.flatMap { Int($0) }
        ephemeralStorageGiB = task.ephemeralStorageGiB
        platformFamily = Self.cut(task.platformFamily)
        architecture = Self.cut(task.cpuArchitecture)
        platformVersion = Self.cut(task.platformVersion)
        taskDefinition = Self.cut(task.taskDefinitionARN)
        if let container = task.containers.first(where: { containers.contains($0.name ?? "") }) {
            image = Self.cut(container.image)
            imageDigest = Self.cut(container.imageDigest)
            privateAddress = Self.cut(container.privateIPv4Address)
        }
        for detail in task.attachments.flatMap(\.details) {
            switch detail.name {
            case "subnetId": subnet = Self.cut(detail.value)
            case "networkInterfaceId": networkInterface = Self.cut(detail.value)
            case "privateIPv4Address": privateAddress = privateAddress ?? Self.cut(detail.value)
            default: break
            }
        }
        createdAt = task.createdAt.flatMap(Timestamp.init)
        pullStartedAt = task.pullStartedAt.flatMap(Timestamp.init)
        startedAt = task.startedAt.flatMap(Timestamp.init)
        stoppedAt = task.stoppedAt.flatMap(Timestamp.init)
    }

    private static func cut(_ text: String?) -> String? { text.map { String($0.prefix(400)) } }

    /// `arn:aws:ecs:eu-west-1:111122223333:task/…`
    private static func region(ofARN arn: String) -> String? {
        let parts = arn.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false)
        return parts.count > 3 && parts[0] == "arn" && !parts[3].isEmpty ? cut(String(parts[3])) : nil
    }
}

extension AgentTaskDefinition {
    init(_ definition: TaskDefinition, container name: String) {
        let container = definition.containerDefinitions.first { $0.name == name }
        self.init(
            id: definition.taskDefinitionARN, taskRole: definition.taskRoleARN,
            executionRole: definition.executionRoleARN, networkMode: definition.networkMode,
            secrets: (container?.secrets ?? []).map { "\($0.name) from \($0.valueFrom)" },
            cpu: definition.cpu.flatMap { Int($0) }, memory: definition.memory.flatMap { Int($0) },
            ephemeralStorageGiB: definition.ephemeralStorageGiB,
            platformFamily: definition.runtimePlatform?.operatingSystemFamily,
            architecture: definition.runtimePlatform?.cpuArchitecture)
    }
}

extension Timestamp {
    /// Nil for one that no clock of the service shows: an event may hold any number.
    init?(_ date: Date) {
        let seconds = date.timeIntervalSince1970
        guard (0..<Self.latestSeconds).contains(seconds) else { return nil }
        self.init(milliseconds: Int64((seconds * 1_000).rounded()))
    }

    /// The year 10000.
    private static let latestSeconds = 253_402_300_800.0
}
