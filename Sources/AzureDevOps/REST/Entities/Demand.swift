/// A capability that a job asks of its agent.
///
/// On the wire `name`, `name -equals value` or `name -gtVersion version`. The grammar and the comparison are those of the
/// agent's own code (GitHub's actions/runner, a fork of it, in `src/Sdk/DTWebApi/WebApi/Demand*.cs`).
public struct Demand: Sendable, Hashable {
    public enum Condition: Sendable, Hashable {
        case exists
        case equals(String)
        /// At least this version: `gtVersion` includes the version itself, whatever its name says.
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

    /// Reads the form on the wire. Never fails: a demand that was dropped would make a job look easier to serve than it is.
    public init(_ text: String) {
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

    /// True if an agent with these capabilities (of the system and of the user together) satisfies the demand. Letter case
    /// never matters, neither of names nor of values.
    public func matches(capabilities: [String: String]) -> Bool {
        guard let capability = capabilities[ignoringCase: name] else { return false }
        switch condition {
        case .exists: return true
        case .equals(let value): return capability.lowercased() == value.lowercased()
        case .minimumVersion(let version): return Version(version) <= Version(capability)
        case .unreadable: return false
        }
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

extension Demand: Codable {
    private enum CodingKeys: CodingKey { case name, value }

    /// A string, or the object `{name, value}` that some answers have; anything else is an unreadable demand.
    public init(from decoder: any Decoder) throws {
        if let text = try? decoder.singleValueContainer().decode(String.self) {
            self.init(text)
            return
        }
        guard let container = try? decoder.container(keyedBy: CodingKeys.self),
            let name = try? container.decode(String.self, forKey: .name)
        else {
            self.init(name: "", .unreadable("(not a demand)"))
            return
        }
        if let value = container.tolerant(String.self, .value) {
            self.init(name: name, .equals(value))
        } else {
            self.init(name)
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

/// Two to four numbers with dots between; text from a hyphen on is dropped. Anything else is below every version.
private struct Version: Comparable {
    private let numbers: [Int]

    init(_ text: String) {
        let parts = text.prefix { $0 != "-" }.split(separator: ".", omittingEmptySubsequences: false)
        let numbers = parts.compactMap { part in part.allSatisfy(\.isASCIIDigit) ? Int(part) : nil }
        self.numbers = 2...4 ~= parts.count && numbers.count == parts.count ? numbers : []
    }

    static func < (left: Version, right: Version) -> Bool { left.numbers.lexicographicallyPrecedes(right.numbers) }
}

extension Character {
    fileprivate var isASCIIDigit: Bool { "0"..."9" ~= self }
}

extension [String: String] {
    /// The exact name if there is one, else one that differs by letter case alone.
    fileprivate subscript(ignoringCase name: String) -> String? {
        if let value = self[name] { return value }
        let lowercased = name.lowercased()
        return first { $0.key.lowercased() == lowercased }?.value
    }
}
