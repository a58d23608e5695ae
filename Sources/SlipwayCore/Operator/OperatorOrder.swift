/// What an operator wants done.
public enum OperatorAction: Hashable, Sendable {
    /// No new launches, in any pool. What is under way goes on.
    case drain
    case resume
    /// No new launches of one profile.
    case pauseProfile(ProfileKey)
    case resumeProfile(ProfileKey)
    /// End a launch. One whose agent has a job only if forced: the job is lost then.
    case stopLaunch(LaunchID, isForced: Bool)
    /// The job request of a launch that failed is tried again, as if its launches so far had not failed.
    case retryLaunch(LaunchID)
}

/// A profile by its names: they are what the configuration has, and are known before the pool was ever reached.
public struct ProfileKey: Hashable, Sendable {
    public var pool: String
    public var profile: String

    public init(pool: String, profile: String) {
        self.pool = pool
        self.profile = profile
    }
}

/// An action, by whom and why.
public struct OperatorOrder: Hashable, Sendable {
    public var action: OperatorAction
    /// A token's name, or where the order came from. Never a person's address.
    public var by: String
    /// Needed where a launch is stopped by force.
    public var reason: String?

    public static let maximumReasonScalars = 500

    public init(_ action: OperatorAction, by: String, reason: String? = nil) {
        self.action = action
        self.by = by
        let cleaned = reason.map { Self.oneLine($0) } ?? ""
        self.reason = cleaned.isEmpty ? nil : cleaned
    }

    /// It goes into the ledger, onto pages and into terminals: one line of bounded length, without what could steer any of
    /// them.
    private static func oneLine(_ text: String) -> String {
        var line = String.UnicodeScalarView()
        for scalar in text.unicodeScalars.prefix(maximumReasonScalars) {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate, .unassigned:
                line.append(" ")
            default: line.append(scalar)
            }
        }
        let isSpace: (Character) -> Bool = { $0 == " " }
        let trimmed = String(line).drop(while: isSpace)
        return String(String(trimmed.reversed()).drop(while: isSpace).reversed())
    }

    /// Who and why, in words: `by token ops: the cluster is being moved`.
    public var provenance: String { "by \(by)" + (reason.map { ": \($0)" } ?? "") }
}
