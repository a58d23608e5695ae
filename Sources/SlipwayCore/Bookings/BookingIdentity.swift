internal import Crypto

/// What tells one call of a pipeline's server task from every other: the same identity is the same call, however often it
/// comes.
public struct BookingIdentity: Hashable, Codable, Sendable {
    /// GUIDs in lower case.
    public let plan: String
    public let job: String
    /// The task's instance in the job.
    public let instance: String
    public let stageAttempt: Int
    public let jobAttempt: Int

    public init(plan: String, job: String, instance: String, stageAttempt: Int = 1, jobAttempt: Int = 1) {
        self.plan = plan.lowercased()
        self.job = job.lowercased()
        self.instance = instance.lowercased()
        self.stageAttempt = stageAttempt
        self.jobAttempt = jobAttempt
    }

    public var id: BookingID {
        let text = [plan, job, instance, "\(stageAttempt)", "\(jobAttempt)"].joined(separator: "/")
        return BookingID(digest: hexadecimal(SHA256.hash(data: Array(text.utf8)).prefix(8)))
    }

    /// Whether this is an earlier attempt than the other of the same run.
    public func isEarlier(than other: BookingIdentity) -> Bool {
        (stageAttempt, jobAttempt) < (other.stageAttempt, other.jobAttempt)
    }
}

/// The id of a booking: 16 hexadecimal digits that follow from its identity.
public struct BookingID: RawRepresentable, Hashable, Comparable, Codable, Sendable, CustomStringConvertible {
    public let rawValue: String

    public init?(rawValue: String) {
        let isDigest = rawValue.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"): true
            default: false
            }
        }
        guard rawValue.utf8.count == 16, isDigest else { return nil }
        self.rawValue = rawValue
    }

    fileprivate init(digest: String) { rawValue = digest }

    public static func < (left: BookingID, right: BookingID) -> Bool { left.rawValue < right.rawValue }
    public var description: String { rawValue }

    /// The subject of its records in the ledger.
    public var ledgerSubject: String { "booking-\(rawValue)" }
}
