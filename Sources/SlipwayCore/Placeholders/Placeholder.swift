internal import Crypto

/// A registration that is never started. Azure DevOps fails a job at once when no registered agent satisfies its demands;
/// an offline one is enough to have it queued.
///
/// It promises what its profiles serve and nothing more: with `Agent.OS`, say, a job that demands it would be queued, and
/// wait for an agent that no profile starts.
public struct Placeholder: Hashable, Sendable {
    /// The demand set that it stands for, as the capabilities that satisfy it.
    public let capabilities: [String: String]
    /// Derived of the demand set, not drawn: a repeated call finds what an earlier one has made.
    public let name: String

    public init(capabilities: [String: String]) {
        self.capabilities = capabilities
        // Names and values compare without regard to case, so sets that differ in it alone are one.
        let lines = capabilities.map { "\($0.key.lowercased())=\($0.value.lowercased())" }.sorted()
        let digest = SHA256.hash(data: Array(lines.joined(separator: "\n").utf8))
        name = Self.namePrefix + hexadecimal(digest.prefix(5))
    }

    /// Not the prefix of launches: their registrations are removed when no launch answers for them.
    public static let namePrefix = "placeholder-slipway-"

    /// Above every version that a job may demand; the service adds such a demand to each.
    public static let version = "99.999.9"

    /// The capability by which ours are known. A name alone could be anybody's.
    public static let marker = "Slipway.Placeholder"

    /// All that it is registered with.
    public var systemCapabilities: [String: String] {
        capabilities.merging([Self.marker: "1", "Agent.Version": Self.version]) { _, own in own }
    }

    /// What jobs may demand of it, in the form on the wire. A capability that says "true" is one of a demand without a value.
    public var demands: [Demand] { Self.demands(of: capabilities) }

    static func demands(of capabilities: [String: String]) -> [Demand] {
        capabilities.sorted { $0.key < $1.key }.map { name, value in
            value == "true" ? Demand(name: name) : Demand(name: name, .equals(value))
        }
    }
}

extension Placeholder {
    /// One for each demand set that the profiles serve, in the order of names.
    public static func wanted(by profiles: [Profile]) -> [Placeholder] {
        var names: Set<String> = []
        return profiles.map { Placeholder(capabilities: $0.capabilities) }
            .filter { names.insert($0.name).inserted }
            .sorted { $0.name < $1.name }
    }
}
