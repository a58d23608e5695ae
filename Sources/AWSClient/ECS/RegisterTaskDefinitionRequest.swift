internal import Foundation

/// Input of RegisterTaskDefinition, for tasks on Fargate.
public struct RegisterTaskDefinitionRequest: Sendable, Hashable {
    /// At most 255 letters, digits, `_` and `-`.
    public var family: String
    public var containerDefinitions: [ContainerDefinition]
    public var cpuUnits: Int
    public var memoryMiB: Int
    /// For pulling the image, writing logs and reading secrets.
    public var executionRoleARN: String?
    /// What the containers themselves may do.
    public var taskRoleARN: String?
    public var runtimePlatform: RuntimePlatform?
    /// 21 to 200; nil is 20 GiB.
    public var ephemeralStorageGiB: Int?
    public var tags: [ECSTag] = []

    public init(family: String, containerDefinitions: [ContainerDefinition], cpuUnits: Int, memoryMiB: Int) {
        self.family = family
        self.containerDefinitions = containerDefinitions
        self.cpuUnits = cpuUnits
        self.memoryMiB = memoryMiB
    }

    /// - Throws: `AWSError` (`invalidRequest`) that names the member and its limit.
    public func validate() throws {
        let isName = self.family.utf8.allSatisfy { byte in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || [UInt8(ascii: "-"), UInt8(ascii: "_")].contains(byte)
        }
        try require(
            isName && (1...255).contains(self.family.utf8.count),
            "A family has 1 to 255 letters, digits, “_” and “-”."
        )
        try require(
            FargateSize.isOffered(cpuUnits: self.cpuUnits, memoryMiB: self.memoryMiB),
            "Fargate does not offer \(self.cpuUnits) CPU units with \(self.memoryMiB) MiB; with that CPU it offers "
                + "\(FargateSize.memoryOffered(cpuUnits: self.cpuUnits)) MiB."
        )
        try require(
            (1...10).contains(self.containerDefinitions.count),
            "\(self.containerDefinitions.count) containers given; ECS takes 1 to 10."
        )
        for container in self.containerDefinitions {
            try require(
                (2...120).contains(container.stopTimeoutSeconds ?? 30),
                "Container \(container.name): the stop timeout is 2 to 120 seconds on Fargate."
            )
        }
        if let size = self.ephemeralStorageGiB {
            try require((21...200).contains(size), "ephemeralStorage is \(size) GiB; Fargate offers 21 to 200.")
        }
        try ECSTag.validate(self.tags)
    }
}

extension RegisterTaskDefinitionRequest: Encodable {
    enum CodingKeys: String, CodingKey {
        case family, containerDefinitions, cpu, memory, executionRoleArn, taskRoleArn, runtimePlatform, networkMode
        case requiresCompatibilities, ephemeralStorage, tags
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(self.family, forKey: .family)
        try container.encode(self.containerDefinitions, forKey: .containerDefinitions)
        try container.encode(String(self.cpuUnits), forKey: .cpu)
        try container.encode(String(self.memoryMiB), forKey: .memory)
        try container.encode("awsvpc", forKey: .networkMode)
        try container.encode(["FARGATE"], forKey: .requiresCompatibilities)
        try container.encodeIfPresent(self.executionRoleARN, forKey: .executionRoleArn)
        try container.encodeIfPresent(self.taskRoleARN, forKey: .taskRoleArn)
        try container.encodeIfPresent(self.runtimePlatform, forKey: .runtimePlatform)
        try container.encodeIfPresent(
            self.ephemeralStorageGiB.map(EphemeralStorage.init(sizeInGiB:)), forKey: .ephemeralStorage
        )
        if !self.tags.isEmpty { try container.encode(self.tags, forKey: .tags) }
    }
}
