/// What one call of a pipeline's server task asked for, from the moment that it was accepted until its task is told how it
/// ended. Durable: a call that was accepted has an answer, whatever happens.
///
/// It changes only by `deciding` and `closing`, and what follows is done after the change is committed.
public struct Booking: Hashable, Codable, Sendable {
    public let identity: BookingIdentity
    public let project: String
    public let timeline: String
    /// Whose run and pipeline; the job is the one that asks.
    public let origin: JobOrigin
    public let run: Int
    public let inputs: BookingInputs
    /// Nil where the inputs were no good: then there is an outcome.
    public let agent: BookedAgent?
    public let acceptedAt: Timestamp

    /// Grows by one with each committed change.
    public internal(set) var version = 0
    public internal(set) var outcome: BookingOutcome?
    public internal(set) var decidedAt: Timestamp?
    public internal(set) var closing: BookingClosing?
    public internal(set) var closedAt: Timestamp?

    public init(
        identity: BookingIdentity, project: String, timeline: String, origin: JobOrigin, run: Int,
        inputs: BookingInputs, agent: BookedAgent?, outcome: BookingOutcome? = nil, acceptedAt: Timestamp
    ) {
        self.identity = identity
        self.project = project
        self.timeline = timeline
        self.origin = origin
        self.run = run
        self.inputs = inputs
        self.agent = agent
        self.outcome = outcome
        self.acceptedAt = acceptedAt
        decidedAt = outcome == nil ? nil : acceptedAt
    }

    public var id: BookingID { identity.id }

    /// Its pipeline's task has not been told how it ended.
    public var isOpen: Bool { closedAt == nil }

    /// Nobody knows yet how it ends.
    public var isUndecided: Bool { outcome == nil }

    /// Its agent is (still) to be had: undecided, or promised.
    public var isWanted: Bool { outcome.map { $0.result == .succeeded } ?? true }

    /// Whether it speaks for its agent's name, and not the other that asked for the same agent: the one that was accepted
    /// last does, since the other was over by then. A total order.
    public func overrules(_ other: Booking) -> Bool {
        (acceptedAt, identity.stageAttempt, identity.jobAttempt, id)
            > (other.acceptedAt, other.identity.stageAttempt, other.identity.jobAttempt, other.id)
    }

    /// When an agent that isn't there ends the task.
    public var deadline: Timestamp {
        acceptedAt.adding(seconds: (agent?.timeoutMinutes ?? InputForms.defaultTimeoutMinutes) * 60)
    }

    /// A closed one is kept for so long, at least.
    public static let keptSeconds = 7 * 86_400
}

/// How a pipeline's task ends.
public struct BookingOutcome: Hashable, Codable, Sendable {
    public enum Result: String, Hashable, Codable, Sendable, CaseIterable {
        case succeeded, failed, canceled
    }

    public var result: Result
    public var message: BookingMessage
    /// The launch that it succeeded with.
    public var launch: LaunchID?

    public init(_ result: Result, _ message: BookingMessage, launch: LaunchID? = nil) {
        self.result = result
        self.message = message
        self.launch = launch
    }
}

/// Why nothing more is told.
public enum BookingClosing: String, Hashable, Codable, Sendable, CaseIterable {
    /// The service has taken the outcome.
    case told
    /// The plan or its token is over.
    case nobodyWaits
    /// The service was not reached for an hour.
    case gaveUp
}

/// A change of a booking: the new value, and what the ledger says of it.
public struct BookingTransition: Hashable, Sendable {
    public var booking: Booking
    public var entry: LedgerEntry
}

extension Booking {
    /// Nil: it is decided already.
    public func deciding(_ outcome: BookingOutcome, at now: Timestamp) -> BookingTransition? {
        guard self.outcome == nil else { return nil }
        var next = self
        next.outcome = outcome
        next.decidedAt = now
        next.version += 1
        return BookingTransition(booking: next, entry: next.entry("booking.decided", at: now))
    }

    /// Nil: it is closed already. One that is undecided ends as cancelled: its run is over.
    public func closing(_ closing: BookingClosing, at now: Timestamp) -> BookingTransition? {
        guard isOpen else { return nil }
        var next = self
        if next.outcome == nil {
            next.outcome = .cancelled(next)
            next.decidedAt = now
        }
        next.closing = closing
        next.closedAt = now
        next.version += 1
        return BookingTransition(booking: next, entry: next.entry("booking.closed", at: now))
    }

    /// The entry that opens its history.
    public func openingEntry(from source: String) -> LedgerEntry {
        var entry = entry("booking.accepted", at: acceptedAt)
        entry.facts["plan"] = .text(identity.plan)
        entry.facts["job"] = .text(identity.job)
        entry.facts["instance"] = .text(identity.instance)
        entry.facts["stageAttempt"] = .integer(Int64(identity.stageAttempt))
        entry.facts["jobAttempt"] = .integer(Int64(identity.jobAttempt))
        entry.facts["project"] = .text(project)
        entry.facts["source"] = .text(source)
        if let pipeline = origin.pipelineName { entry.facts["pipelineName"] = .text(pipeline) }
        return entry
    }

    private func entry(_ kind: String, at now: Timestamp) -> LedgerEntry {
        var facts = LedgerFacts()
        facts["version"] = .integer(Int64(version))
        facts["run"] = .integer(Int64(run))
        if let agent {
            facts["agentName"] = .text(agent.name.rawValue)
            facts["pool"] = .text(agent.pool)
            facts["profile"] = .text(agent.profile)
        }
        if let outcome {
            facts["result"] = .text(outcome.result.rawValue)
            facts["reason"] = .text(outcome.message.text)
            if let launch = outcome.launch { facts["launch"] = .text(launch.rawValue) }
        }
        if let closing { facts["closing"] = .text(closing.rawValue) }
        return LedgerEntry(at: now, kind: kind, subject: id.ledgerSubject, facts: facts)
    }
}

extension BookingOutcome {
    /// The run was cancelled, or a later attempt has taken its place.
    public static func cancelled(_ booking: Booking) -> BookingOutcome {
        BookingOutcome(.canceled, BookingMessage(.stopped, booking.agent?.name.rawValue ?? "asked for"))
    }
}
