/// A capability that a job asks of its agent: `name`, `name -equals value` or `name -gtVersion version`.
///
/// The grammar and the comparison are those of the agent's own code (GitHub's actions/runner, a fork of it, in
/// `src/Sdk/DTWebApi/WebApi/Demand*.cs`).
public struct Demand: Hashable, Sendable {
    public enum Condition: Hashable, Sendable {
        case exists
        case equals(String)
        /// At least this version: `-gtVersion` includes the version itself, whatever its name says.
        case minimumVersion(String)
        /// A form that is unknown to us, with its text. No agent satisfies it.
        case unreadable(String)
    }

    public var name: String
    public var condition: Condition

    public init(name: String, _ condition: Condition = .exists) {
        self.name = name
        self.condition = condition
    }

    /// Reads the form on the wire. Never fails: a demand that was dropped would make a job look easier to serve than it
    /// is.
    public init(parsing text: String) {
        let trimmed = text.drop { $0.isWhitespace }
        let name = trimmed.prefix { !$0.isWhitespace }
        let rest = trimmed.dropFirst(name.count).drop { $0.isWhitespace }
        self.name = String(name)
        if rest.isEmpty {
            condition = name.isEmpty ? .unreadable(text) : .exists
            return
        }
        let operation = rest.prefix { !$0.isWhitespace }
        let value = String(rest.dropFirst(operation.count).drop { $0.isWhitespace })
        switch operation.lowercased() {
        case "-equals": condition = .equals(value)
        case "-gtversion": condition = .minimumVersion(value)
        default: condition = .unreadable(text)
        }
    }

    /// The service adds this one to every job request; which agent version is fit is between it and the image.
    public var isAgentVersion: Bool { name.lowercased() == "agent.version" }

    /// The agent's name that the job is bound to, if this demand binds it.
    public var boundAgentName: String? {
        guard name.lowercased() == "agent.name", case .equals(let value) = condition else { return nil }
        return value
    }
}

extension Demand: CustomStringConvertible {
    /// The form on the wire.
    public var description: String {
        switch condition {
        case .exists: name
        case .equals(let value): "\(name) -equals \(value)"
        case .minimumVersion(let version): "\(name) -gtVersion \(version)"
        case .unreadable(let text): text
        }
    }
}

/// What an agent can do, by capability name. Names and values compare without regard to case, as in the service.
public struct Capabilities: Hashable, Sendable {
    private var valuesByLowercasedName: [String: String]

    public init(_ values: [String: String] = [:]) {
        valuesByLowercasedName = Dictionary(
            values.map { ($0.key.lowercased(), $0.value) }, uniquingKeysWith: { _, last in last })
    }

    public func satisfies(_ demand: Demand) -> Bool {
        guard let value = valuesByLowercasedName[demand.name.lowercased()] else { return false }
        switch demand.condition {
        case .exists: return true
        case .equals(let wanted): return value.lowercased() == wanted.lowercased()
        case .minimumVersion(let version): return Version(version) <= Version(value)
        case .unreadable: return false
        }
    }
}

/// Two to four numbers with dots between; text from a hyphen on is dropped. Anything else is below every version.
private struct Version: Comparable {
    private let numbers: [Int]

    init(_ text: String) {
        let parts = text.prefix { $0 != "-" }.split(separator: ".", omittingEmptySubsequences: false)
        let numbers = parts.compactMap { part in part.allSatisfy { "0"..."9" ~= $0 } ? Int(part) : nil }
        self.numbers = 2...4 ~= parts.count && numbers.count == parts.count ? numbers : []
    }

    static func < (left: Version, right: Version) -> Bool { left.numbers.lexicographicallyPrecedes(right.numbers) }
}

/// Demands in words.
public func demandText(_ demands: [Demand]) -> String {
    demands.isEmpty ? "no demands" : demands.map(\.description).joined(separator: ", ")
}
