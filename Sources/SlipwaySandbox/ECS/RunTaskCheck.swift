import Foundation
import NIOCore

/// What RunTask refuses as a whole. Permanent errors: the same request is never accepted.
enum RunTaskCheck {
    static let maximumOverrideCharacters = 8192

    /// What can be said of the input alone.
    static func shape(_ input: RunTaskInput) throws(ECSError) {
        guard (1...10).contains(input.count ?? 1) else { throw .invalidParameter("count must be between 1 and 10.") }
        if input.launchType != nil, input.capacityProviderStrategy != nil {
            throw .invalidParameter(
                "Specifying both a launch type and capacity provider strategy is not supported. "
                    + "Remove one and try again."
            )
        }
        if let type = input.launchType, !["EC2", "FARGATE", "EXTERNAL"].contains(type) {
            throw .invalidParameter("launchType \(type) is not valid here.")
        }
        if let startedBy = input.startedBy { try check(startedBy: startedBy) }
        if let token = input.clientToken {
            guard (1...64).contains(token.utf8.count), token.utf8.allSatisfy({ (33...126).contains($0) }) else {
                throw .invalidParameter("clientToken must be 1 to 64 characters in the range of code 33 to 126.")
            }
        }
        if input.propagateTags == "SERVICE" {
            throw .invalidParameter("propagateTags SERVICE is not valid for RunTask.")
        }
        try check(tags: input.tags ?? [])
        try check(overrides: input.overrides)
    }

    /// What depends on the definition and the cluster.
    static func fit(
        _ input: RunTaskInput, _ definition: TaskDefinition, capacityProviders: [String]
    ) throws(ECSError) {
        try check(strategy: input.capacityProviderStrategy, known: capacityProviders)
        for override in input.overrides?.containerOverrides ?? [] {
            guard definition.containers.contains(where: { $0.name == override.name }) else {
                throw .invalidParameter(
                    "Override for container named \(override.name ?? "") is not a container in the TaskDefinition."
                )
            }
        }
        if definition.networkMode == "awsvpc" { try check(network: input.networkConfiguration) }
        if let version = input.platformVersion, !["LATEST", "1.4.0", "1.3.0"].contains(version) {
            throw ECSError("PlatformUnknownException", "The specified platform does not exist.")
        }
        let isResized = input.overrides?.cpu != nil || input.overrides?.memory != nil
        if isResized, input.launchType != "EC2" {
            try FargateSize.check(
                cpu: input.overrides?.cpu ?? definition.cpu, memory: input.overrides?.memory ?? definition.memory
            )
        }
    }

    private static func check(startedBy: String) throws(ECSError) {
        let isAllowed = startedBy.utf8.allSatisfy {
            $0.isASCIILetterOrDigit || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "_")
        }
        guard isAllowed, startedBy.utf8.count <= 128 else {
            throw .invalidParameter(
                "startedBy must be up to 128 letters, digits, hyphens, forward slashes and underscores."
            )
        }
    }

    private static func check(tags: [Tag]) throws(ECSError) {
        guard tags.count <= 50 else { throw .invalidParameter("A resource has at most 50 tags.") }
        for tag in tags {
            guard let key = tag.key, (1...128).contains(key.count), (tag.value ?? "").count <= 256 else {
                throw .invalidParameter("A tag's key has 1 to 128 characters, its value at most 256.")
            }
            guard !key.lowercased().hasPrefix("aws:") else {
                throw .invalidParameter("Tag keys that begin with aws: are reserved.")
            }
        }
        guard Set(tags.map(\.key)).count == tags.count else { throw .invalidParameter("Duplicate tag keys.") }
    }

    private static func check(overrides: TaskOverride?) throws(ECSError) {
        guard let overrides else { return }
        let text = JSONBody.encode(overrides)
        // Bytes bound characters from above, so the short text needs no second look.
        if text.readableBytes > maximumOverrideCharacters, String(buffer: text).count > maximumOverrideCharacters {
            throw .invalidParameter("Container Overrides length must be at most \(maximumOverrideCharacters).")
        }
        for container in overrides.containerOverrides ?? [] where container.name == nil {
            throw .invalidParameter("Container override name cannot be empty.")
        }
    }

    private static func check(
        strategy: [RunTaskInput.CapacityProviderStrategyItem]?, known: [String]
    ) throws(ECSError) {
        guard let strategy else { return }
        guard (1...20).contains(strategy.count) else {
            throw .invalidParameter("A capacity provider strategy has 1 to 20 items.")
        }
        for item in strategy {
            guard known.contains(item.capacityProvider) else {
                throw .invalidParameter(
                    "The specified capacity provider '\(item.capacityProvider)' was not found. "
                        + "Specify a valid name or ARN and try again."
                )
            }
            guard (0...1000).contains(item.weight ?? 0), (0...100_000).contains(item.base ?? 0) else {
                throw .invalidParameter("Weight is 0 to 1000 and base 0 to 100000.")
            }
        }
        guard strategy.filter({ ($0.base ?? 0) > 0 }).count <= 1 else {
            throw .invalidParameter("Only one capacity provider can have a base.")
        }
        if strategy.count > 1, strategy.allSatisfy({ ($0.weight ?? 0) == 0 }) {
            throw .invalidParameter("At least one capacity provider must have a weight greater than 0.")
        }
    }

    private static func check(network: RunTaskInput.NetworkConfiguration?) throws(ECSError) {
        guard let configuration = network?.awsvpcConfiguration else {
            throw .invalidParameter("Network Configuration must be provided when networkMode 'awsvpc' is specified.")
        }
        guard let subnets = configuration.subnets, (1...16).contains(subnets.count) else {
            throw .invalidParameter("subnets must have 1 to 16 items.")
        }
        guard (configuration.securityGroups ?? []).count <= 5 else {
            throw .invalidParameter("securityGroups can have at most 5 items.")
        }
        if let assign = configuration.assignPublicIp, !["ENABLED", "DISABLED"].contains(assign) {
            throw .invalidParameter("assignPublicIp must be ENABLED or DISABLED.")
        }
    }
}
