internal import Foundation

/// The documented limits, checked before anything is sent: ECS's own messages for these are late and vague, and some of
/// its simulators check nothing.
extension RunTaskRequest {
    /// Characters of the overrides as JSON, punctuation included.
    public static let overridesCharactersMaximum = 8_192
    public static let tagsMaximum = 50

    /// - Throws: `AWSError` (`invalidRequest`) that names the member, its limit and its value.
    public func validate() throws {
        try require(!self.cluster.isEmpty, "cluster is empty.")
        try require(!self.taskDefinition.isEmpty, "taskDefinition is empty.")
        try require((1...10).contains(self.count), "count is \(self.count); ECS starts 1 to 10 tasks per call.")
        try validateStartedBy()
        try validateCapacity()
        try validateNetwork()
        try ECSTag.validate(self.tags)
        try validateOverrides()
    }

    private func validateStartedBy() throws {
        guard let startedBy else { return }
        let isAllowed = startedBy.utf8.allSatisfy { byte in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || [UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "/")].contains(byte)
        }
        try require(
            isAllowed && (1...128).contains(startedBy.utf8.count),
            "startedBy takes 1 to 128 letters, digits, “-”, “_” and “/”."
        )
    }

    private func validateCapacity() throws {
        guard case .providers(let items) = self.capacity else { return }
        try require(
            (1...20).contains(items.count), "capacityProviderStrategy has \(items.count) entries; ECS takes 1 to 20."
        )
        try require(items.count { $0.base > 0 } <= 1, "Only one entry of capacityProviderStrategy may have a base.")
        try require(
            items.allSatisfy { (0...1_000).contains($0.weight) && (0...100_000).contains($0.base) },
            "A capacity provider's weight is 0 to 1000, its base 0 to 100000."
        )
        try require(
            items.count == 1 || items.contains { $0.weight > 0 },
            "One of several capacity providers needs a weight above 0."
        )
    }

    private func validateNetwork() throws {
        guard let network else {
            try require(self.capacity != .launchType(.fargate), "Fargate needs a network configuration.")
            return
        }
        try require(
            (1...16).contains(network.subnets.count), "\(network.subnets.count) subnets given; ECS takes 1 to 16."
        )
        try require(
            network.securityGroups.count <= 5,
            "\(network.securityGroups.count) security groups given; ECS takes at most 5."
        )
    }

    private func validateOverrides() throws {
        guard let overrides else { return }
        let names = overrides.containers.map(\.name)
        try require(
            Set(names).count == names.count && !names.contains(""),
            "Each container override needs a container's name, once."
        )
        if let size = overrides.ephemeralStorageGiB {
            try require((21...200).contains(size), "ephemeralStorage is \(size) GiB; Fargate offers 21 to 200.")
        }
        let json = try AWSJSON.encode(overrides, operation: "RunTask")
        let characters = String(decoding: json, as: UTF8.self).utf16.count
        guard characters <= Self.overridesCharactersMaximum else {
            throw AWSError.invalidRequest(
                "The overrides take \(characters) characters as JSON; ECS takes \(Self.overridesCharactersMaximum).",
                advice: "Shorten or remove environment variables; large data belongs into S3 or the image."
            )
        }
    }
}

func require(_ condition: Bool, _ message: @autoclosure () -> String) throws {
    guard condition else { throw AWSError.invalidRequest(message()) }
}
