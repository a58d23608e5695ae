internal import Crypto

/// The id of a launch, and the root of every name Slipway gives to the outside: the agent's name, `startedBy` and
/// `clientToken` all derive from it.
///
/// It is a function of organization, pool, job request and ordinal. So even with an empty ledger the same job request
/// leads to the same `clientToken`, and Amazon ECS answers with the agent task that already runs instead of a second
/// one. The organization takes part because two of them may number pools and job requests alike in one cluster.
public struct LaunchID: RawRepresentable, Hashable, Comparable, Codable, Sendable, CustomStringConvertible {
    public let rawValue: String

    /// Accepts letters, digits and `-`, 1 to 56 of them: what `startedBy`, `clientToken` and an agent's name share.
    public init?(rawValue: String) {
        let accepted = rawValue.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
                true
            default: false
            }
        }
        guard accepted, (1...56).contains(rawValue.utf8.count) else { return nil }
        self.rawValue = rawValue
    }

    /// The id of the `ordinal`-th launch (1, 2, …) on behalf of a job request.
    public init(organization: OrganizationKey, pool: PoolID, request: JobRequestID, ordinal: Int) {
        rawValue = "\(organization.rawValue)-\(pool.rawValue)-\(request.rawValue)-\(ordinal)"
    }

    /// The id of a launch made by hand, on behalf of no job request. `nonce` must be unique: letters and digits.
    public init?(organization: OrganizationKey, pool: PoolID, nonce: String) {
        self.init(rawValue: "\(organization.rawValue)-\(pool.rawValue)-hand-\(nonce)")
    }

    /// The id of the `ordinal`-th launch (1, 2, …) on behalf of a booking.
    public init(organization: OrganizationKey, pool: PoolID, booking: BookingID, ordinal: Int) {
        rawValue = "\(organization.rawValue)-\(pool.rawValue)-b\(booking.rawValue)-\(ordinal)"
    }

    /// The id of the `number`-th launch (1, 2, …) that is made at an instant to be kept warm. Few characters stand for the
    /// profile: two of a pool are told apart by them nearly always, and where they aren't, one of them is made the next instant.
    public init(organization: OrganizationKey, pool: PoolID, warmOf profile: String, at now: Timestamp, number: Int) {
        let key = hexadecimal(SHA256.hash(data: Array(profile.utf8)).prefix(2))
        rawValue = "\(organization.rawValue)-\(pool.rawValue)-w\(key)-\(now.milliseconds)-\(number)"
    }

    public static func < (left: LaunchID, right: LaunchID) -> Bool { left.rawValue < right.rawValue }
    public var description: String { rawValue }

    /// The name of the launch's agent, unless it is a booked one: see `Launch.agentName`.
    public var agentName: String { Self.agentNamePrefix + rawValue }

    /// What every agent of ours is named with. The sweep treats a registration with this prefix as Slipway's.
    public static let agentNamePrefix = "slipway-"

    /// How `startedBy` of the launch's agent task begins; see `Launch.startedBy`. Amazon ECS allows letters, digits, `-`, `/` and `_`, 128 at most.
    public var startedBy: String { Self.startedByPrefix + rawValue }
    public static let startedByPrefix = "slipway/"
}

extension LaunchID {
    /// Of the name of a registration; nil: it isn't ours.
    public init?(agentName: String) {
        guard agentName.hasPrefix(Self.agentNamePrefix) else { return nil }
        self.init(rawValue: String(agentName.dropFirst(Self.agentNamePrefix.count)))
    }

    /// Of an agent task's `startedBy`; nil: it isn't ours.
    public init?(startedBy: String) {
        guard startedBy.hasPrefix(Self.startedByPrefix) else { return nil }
        self.init(rawValue: String(startedBy.dropFirst(Self.startedByPrefix.count).prefix { $0 != "/" }))
    }
}

/// Six hex digits that stand for an organization's URL in launch ids.
public struct OrganizationKey: RawRepresentable, Hashable, Sendable {
    public let rawValue: String

    public init(rawValue: String) { self.rawValue = rawValue }

    /// Trailing slashes and letter case do not count: they name the same organization.
    public init(url: String) {
        var normal = url.lowercased()
        while normal.hasSuffix("/") { normal.removeLast() }
        rawValue = hexadecimal(SHA256.hash(data: Array(normal.utf8)).prefix(3))
    }
}

/// An agent pool's id in its organization.
public struct PoolID: RawRepresentable, Hashable, Codable, Sendable, CustomStringConvertible {
    public let rawValue: Int
    public init(rawValue: Int) { self.rawValue = rawValue }
    public var description: String { String(rawValue) }
}

/// A job request's `requestId`: unique in the organization.
public struct JobRequestID: RawRepresentable, Hashable, Comparable, Codable, Sendable, CustomStringConvertible {
    public let rawValue: Int64
    public init(rawValue: Int64) { self.rawValue = rawValue }
    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
    public var description: String { String(rawValue) }

    /// The subject of the records about it in the ledger.
    public var ledgerSubject: String { "request-\(rawValue)" }
}

/// An agent's id in its pool.
public struct AgentID: RawRepresentable, Hashable, Codable, Sendable, CustomStringConvertible {
    public let rawValue: Int
    public init(rawValue: Int) { self.rawValue = rawValue }
    public var description: String { String(rawValue) }
}

/// An agent task's id: on Amazon ECS its ARN. Opaque to the rules.
public struct AgentTaskID: RawRepresentable, Hashable, Codable, Sendable, CustomStringConvertible {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
    public var description: String { rawValue }
}

func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    var text = ""
    for byte in bytes {
        text.append(hexadecimalDigits[Int(byte >> 4)])
        text.append(hexadecimalDigits[Int(byte & 15)])
    }
    return text
}

private let hexadecimalDigits = Array("0123456789abcdef")
