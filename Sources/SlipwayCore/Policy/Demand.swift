/// One demand of a job request, in the grammar of Azure Pipelines: `name`, `name -equals value`, `name -gtVersion 2.1`.
public struct Demand: Hashable, Sendable {
    public enum Condition: Hashable, Sendable {
        case exists
        case equals(String)
        case newerThan(String)
    }

    public var name: String
    public var condition: Condition

    public init(name: String, condition: Condition = .exists) {
        self.name = name
        self.condition = condition
    }

    /// Reads a demand as the wire spells it. An unknown operator is kept as part of the name, so it matches nothing:
    /// a job that asks for something we don't understand is left alone rather than given the wrong agent.
    public init(parsing text: String) {
        let parts = text.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: true).map(String.init)
        guard parts.count == 3 else {
            self.init(name: text.trimmingSpaces())
            return
        }
        switch parts[1].lowercased() {
        case "-equals": self.init(name: parts[0], condition: .equals(parts[2].trimmingSpaces()))
        case "-gtversion": self.init(name: parts[0], condition: .newerThan(parts[2].trimmingSpaces()))
        default: self.init(name: text.trimmingSpaces())
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
    public var description: String {
        switch condition {
        case .exists: name
        case .equals(let value): "\(name) -equals \(value)"
        case .newerThan(let version): "\(name) -gtVersion \(version)"
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

    public var count: Int { valuesByLowercasedName.count }

    public func satisfies(_ demand: Demand) -> Bool {
        guard let value = valuesByLowercasedName[demand.name.lowercased()] else { return false }
        switch demand.condition {
        case .exists: return true
        case .equals(let wanted): return value.lowercased() == wanted.lowercased()
        case .newerThan(let version): return compareVersions(value, version) >= 0
        }
    }
}

/// Dotted numbers, compared part by part; a missing part is zero. The service reads `-gtVersion` as "at least".
private func compareVersions(_ left: String, _ right: String) -> Int {
    let lefts = left.split(separator: ".").map { UInt64($0) ?? 0 }
    let rights = right.split(separator: ".").map { UInt64($0) ?? 0 }
    for index in 0..<max(lefts.count, rights.count) {
        let (one, other) = (index < lefts.count ? lefts[index] : 0, index < rights.count ? rights[index] : 0)
        if one != other { return one < other ? -1 : 1 }
    }
    return 0
}

extension String {
    fileprivate func trimmingSpaces() -> String {
        var text = Substring(self)
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
