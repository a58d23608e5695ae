internal import AzureDevOps
internal import Crypto
internal import SlipwayCore

extension Delivery {
    /// The delivery that a body is, and the fields of it that were not as expected. Pure.
    static func reading(
        _ body: RequestBody, from source: String, at now: Timestamp
    ) -> (delivery: Delivery, oddities: [ServiceHookEvent.Oddity]) {
        switch body.content {
        case .tooLarge(let digest):
            let what =
                body.isComplete
                ? "the body has \(body.byteCount) bytes" : "the body goes on after \(body.byteCount) bytes"
            return (rejected(digest, body, source, now, "\(what), which is too large"), [])
        case .bytes(let bytes):
            let digest = Array(SHA256.hash(data: bytes))
            guard body.isComplete else {
                return (rejected(digest, body, source, now, "the body is declared larger than what is read"), [])
            }
            do throws(ServiceHookDecodingError) {
                let event = try ServiceHookEvent(decoding: bytes)
                return (Delivery(event, digest, body, source, now), event.oddities)
            } catch {
                return (rejected(digest, body, source, now, error.description), [])
            }
        }
    }

    private static func rejected(
        _ digest: [UInt8], _ body: RequestBody, _ source: String, _ now: Timestamp, _ reason: String
    ) -> Delivery {
        Delivery(
            receivedAt: now, disposition: .rejected, reason: reason, bodyDigest: hash(digest),
            bodyBytes: body.byteCount, source: source)
    }

    private init(_ event: ServiceHookEvent, _ digest: [UInt8], _ body: RequestBody, _ source: String, _ now: Timestamp)
    {
        let use = HookUse(event)
        self.init(
            receivedAt: now, disposition: use.hint == nil ? .ignored : .accepted, reason: use.reason,
            eventType: event.eventType, account: event.accountID ?? event.accountBaseURL?.lowercased(), hint: use.hint,
            bodyDigest: Self.hash(digest), bodyBytes: body.byteCount, source: source)
        // The Test button's ids are made up and always the same: the second test is not a duplicate of the first.
        if !event.isTestSample {
            eventID = event.id
            subscriptionID = event.subscriptionID
            notificationID = event.notificationID
        }
    }

    private static func hash(_ digest: [UInt8]) -> LedgerHash {
        guard let hash = LedgerHash(bytes: digest) else { preconditionFailure("a SHA-256 of \(digest.count) bytes") }
        return hash
    }
}

/// What an event is good for: a hint, or a reason why not.
struct HookUse: Hashable, Sendable {
    var hint: JobHint?
    var reason: String?

    /// An event of a project that no pool of ours serves is a hint like any other: which pools a project uses only the
    /// pools' job requests tell.
    init(_ event: ServiceHookEvent) {
        guard !event.isTestSample else {
            reason = Delivery.testSampleReason
            return
        }
        switch event.kind {
        case .job(let job):
            take(event, .job, job.state, job.stateAsSent, job.run, job.jobID, job.attempt)
        case .stage(let stage):
            take(event, .stage, stage.state, stage.stateAsSent, stage.run, stage.stageID, stage.attempt)
        case .run(let run):
            take(event, .run, run.state, run.stateAsSent, run.run, nil, nil)
        case .build(let build):
            take(event, .run, .completed, nil, build.run, nil, nil)
        case .pool, .other:
            reason = "nothing waits for events of this type"
        }
    }

    private mutating func take(
        _ event: ServiceHookEvent, _ scope: JobHint.Scope, _ reported: ReportedState, _ stateAsSent: String?,
        _ run: RunReference, _ itemID: String?, _ attempt: Int64?
    ) {
        guard let state = Self.state(reported) else {
            reason = Self.whyUnused(reported, stateAsSent)
            return
        }
        hint = JobHint(
            scope: scope, state: state, projectID: event.projectID, runID: run.id.flatMap(Int.init(exactly:)),
            jobID: itemID, attempt: attempt.flatMap(Int.init(exactly:)) ?? 1)
    }

    private static func state(_ reported: ReportedState) -> JobHint.State? {
        switch reported {
        case .waiting: .waiting
        case .running: .running
        case .completed: .completed
        case .notStarted, .canceling, .unknown: nil
        }
    }

    private static func whyUnused(_ reported: ReportedState, _ stateAsSent: String?) -> String {
        switch reported {
        case .notStarted: "nothing waits for an agent yet"
        // The jobs of a run that is being cancelled may still run; their own events tell when they are over.
        case .canceling: "being cancelled is not over yet"
        case .unknown, .waiting, .running, .completed:
            stateAsSent == nil ? "it has no state" : "its state is none that is known"
        }
    }
}
