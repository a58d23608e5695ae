internal import SlipwayCore

/// What `slipway explain` is asked about, by the form of its argument.
enum ExplainTarget: Hashable {
    case jobRequest(JobRequestID)
    /// The id of a pipeline's job.
    case job(String)
    case delivery(Int64)
    /// A launch's id, or the beginning of one.
    case launch(String)
    /// The agent that a pipeline's task asked for.
    case bookedAgent(BoundAgentName)

    init?(_ text: String) {
        if text.hasPrefix("delivery-") {
            guard let number = Int64(text.dropFirst("delivery-".count)), number > 0 else { return nil }
            self = .delivery(number)
        } else if text.hasPrefix("request-") {
            guard let number = Int64(text.dropFirst("request-".count)), number > 0 else { return nil }
            self = .jobRequest(JobRequestID(rawValue: number))
        } else if let number = Int64(text), number > 0, String(number) == text {
            self = .jobRequest(JobRequestID(rawValue: number))
        } else if Self.isGUID(text) {
            self = .job(text.lowercased())
        } else if let name = BoundAgentName(rawValue: text) {
            self = .bookedAgent(name)
        } else if text.hasPrefix(LaunchID.agentNamePrefix) {
            // Before the ids: an agent's name is made of the same characters as one.
            guard let id = LaunchID(agentName: text) else { return nil }
            self = .launch(id.rawValue)
        } else if Self.beginsLaunchID(text) {
            self = .launch(text)
        } else {
            return nil
        }
    }

    /// The organization's six digits, or some of them, and what follows. Decimal ones alone are a number, unless they begin
    /// with a zero.
    private static func beginsLaunchID(_ text: String) -> Bool {
        text.contains("-")
            ? LaunchID(rawValue: text) != nil
            : text.utf8.count <= 6 && text.wholeMatch(of: /[0-9a-fA-F]+/) != nil
    }

    private static func isGUID(_ text: String) -> Bool {
        text.utf8.count == 36 && text.wholeMatch(of: /[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}/) != nil
    }
}
