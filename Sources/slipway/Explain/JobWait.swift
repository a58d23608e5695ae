internal import SlipwayCore

/// How long a job request waited for an agent, and for what: told from its queueing to the moment when an agent had it.
struct JobWait {
    enum Cause: Hashable {
        /// Nothing is recorded of it yet.
        case unseen
        case held(reason: String)
        case refused(reason: String)
        /// Its own launch, or the one whose agent took it, was on its way.
        case launch(LaunchID)
    }

    struct Part {
        var cause: Cause
        var milliseconds: Int64
    }

    let start: Timestamp
    let end: Timestamp
    /// False: when it was queued is not known, or was after its end by another clock, so it is counted from the first that is
    /// recorded of it.
    let isFromQueueing: Bool
    /// One for each cause, the longest first.
    let parts: [Part]

    var milliseconds: Int64 { end.millisecondsSince(start) }

    /// Nil: nothing is known of its beginning.
    ///
    /// - Parameters:
    ///   - server: the launch whose agent took it, if one did.
    ///   - end: when that agent had it, else now.
    init?(of story: JobStory, servedBy server: Launch?, until end: Timestamp) {
        let queuedAt = story.origin?.queuedAt.flatMap { $0 <= end ? $0 : nil }
        let steps = Self.steps(story, server, queuedAt).filter { $0.at < end }
        guard let start = queuedAt ?? steps.first?.at else { return nil }
        self.start = start
        self.end = end
        isFromQueueing = queuedAt != nil
        parts = Self.parts(steps, from: start, to: end)
    }

    /// What decided on its wait from then on, oldest first.
    private static func steps(
        _ story: JobStory, _ server: Launch?, _ queuedAt: Timestamp?
    ) -> [(at: Timestamp, cause: Cause)] {
        var steps = story.decisions.compactMap { record -> (at: Timestamp, cause: Cause)? in
            let reason = record.factsByName.map(FactWords.init)?.text("reason") ?? "no reason is recorded"
            switch record.kind {
            case "decision.hold": return (record.at, .held(reason: reason))
            case "decision.refuse": return (record.at, .refused(reason: reason))
            default: return nil
            }
        }
        var launches = story.launches.map(\.launch)
        // One that was there before it had not to start for it.
        if let server, !launches.contains(where: { $0.id == server.id }),
            server.createdAt > queuedAt ?? server.createdAt
        {
            launches.append(server)
        }
        steps += launches.map { ($0.createdAt, .launch($0.id)) }
        return steps.enumerated().sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }.map(\.element)
    }

    private static func parts(
        _ steps: [(at: Timestamp, cause: Cause)], from start: Timestamp, to end: Timestamp
    ) -> [Part] {
        var parts: [Part] = []
        // By another clock than the service's some of them may come before the queueing.
        var (cause, since) = (steps.last { $0.at <= start }?.cause ?? .unseen, start)
        func close(_ at: Timestamp) {
            let length = at.millisecondsSince(since)
            guard length > 0 else { return }
            if let known = parts.firstIndex(where: { $0.cause == cause }) {
                parts[known].milliseconds += length
            } else {
                parts.append(Part(cause: cause, milliseconds: length))
            }
        }
        for step in steps where step.at > start {
            close(step.at)
            (cause, since) = (step.cause, step.at)
        }
        close(end)
        return parts.enumerated()
            .sorted { ($1.element.milliseconds, $0.offset) < ($0.element.milliseconds, $1.offset) }.map(\.element)
    }
}

extension JobWait {
    private static let maximumParts = 4
    private static let maximumReasonCharacters = 200

    /// `3 min 8 s held because …, 30 s for its agent to start`: without what is too short to matter, but never nothing
    /// where there is something to tell.
    func partsText(servedBy server: Launch?) -> String {
        let told = parts.prefix(Self.maximumParts).enumerated()
            .filter { index, part in index == 0 || part.milliseconds >= 1_000 }.map(\.element)
        // An agent that was there already leaves nothing to divide.
        if told.count == 1, told[0].cause == .unseen { return "" }
        return told.map { Self.text($0, server) }.joined(separator: ", ")
    }

    private static func text(_ part: Part, _ server: Launch?) -> String {
        let length = DurationText.of(milliseconds: part.milliseconds)
        switch part.cause {
        case .unseen: return "\(length) until Slipway decided on it"
        case .held(let reason): return "\(length) held because \(shortened(reason))"
        case .refused(let reason): return "\(length) without a launch because \(shortened(reason))"
        case .launch(let id):
            return id == server?.id || server == nil
                ? "\(length) for its agent to start" : "\(length) for the agent of launch \(id)"
        }
    }

    private static func shortened(_ reason: String) -> String {
        reason.count > maximumReasonCharacters ? reason.prefix(maximumReasonCharacters) + "…" : reason
    }
}
