/// The name of an agent that a pipeline run has booked: `slipway-run-{run}-{key}`, at most 64 characters
/// (extension/protocol.md, section 4). Run and key follow from it, since a run's id has digits only.
public struct BoundAgentName: RawRepresentable, Hashable, Codable, Sendable, CustomStringConvertible {
    public let rawValue: String

    private static let prefix = LaunchID.agentNamePrefix + "run-"

    /// - Parameter key: 1 to 32 letters, digits and hyphens, a letter or digit first and last; any letter case.
    public init?(run: Int, key: String) {
        self.init(rawValue: "\(Self.prefix)\(run)-\(key.lowercased())")
    }

    /// Nil for a name of another form. Names compare without regard to case in the service, so any case is taken.
    public init?(rawValue: String) {
        let name = rawValue.lowercased()
        guard name.hasPrefix(Self.prefix), name.utf8.count <= 64 else { return nil }
        let parts = name.dropFirst(Self.prefix.count).split(
            separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let run = Int(parts[0]), run > 0, String(run) == parts[0], Self.isKey(parts[1]) else {
            return nil
        }
        self.rawValue = name
    }

    /// The pipeline run that the agent is for.
    public var run: Int {
        // The form was checked when it was made.
        Int(rawValue.dropFirst(Self.prefix.count).prefix { $0 != "-" }) ?? 0
    }

    public var description: String { rawValue }

    /// What follows the prefix that all of Slipway's agents have.
    public var withoutPrefix: String { String(rawValue.dropFirst(LaunchID.agentNamePrefix.count)) }

    public static let maximumKeyCharacters = 32

    public static func isKey(_ text: some StringProtocol) -> Bool {
        let bytes = Array(text.utf8)
        guard (1...maximumKeyCharacters).contains(bytes.count), bytes.first != UInt8(ascii: "-"),
            bytes.last != UInt8(ascii: "-")
        else { return false }
        return bytes.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
                true
            default: false
            }
        }
    }
}
