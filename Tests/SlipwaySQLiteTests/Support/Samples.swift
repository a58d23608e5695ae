import SlipwayCore

enum Sample {
    static let time = Timestamp(milliseconds: 1_764_000_000_123)
    static let pool = PoolID(rawValue: 9)
    static let organization = OrganizationKey(url: "https://dev.azure.com/fabrikam")

    static func delivery(
        _ id: String, disposition: Delivery.Disposition = .accepted, at: Timestamp = time
    ) -> Delivery {
        Delivery(
            receivedAt: at, disposition: disposition, reason: disposition == .accepted ? nil : "not of use",
            eventType: "ms.vss-pipelines.job-state-changed-event", eventID: id, account: "fabrikam",
            bodyDigest: LedgerChain.genesis, bodyBytes: 2_348, source: "203.0.113.7")
    }

    static func withoutKey() -> Delivery {
        Delivery(
            receivedAt: time, disposition: .accepted, bodyDigest: LedgerChain.genesis, bodyBytes: 2,
            source: "203.0.113.7")
    }

    static func launch(
        request: Int64, ordinal: Int = 1, pool: PoolID = pool, profile: String = "small", at: Timestamp = time
    ) -> Launch {
        let request = JobRequestID(rawValue: request)
        return Launch(
            id: LaunchID(organization: organization, pool: pool, request: request, ordinal: ordinal), pool: pool,
            profile: profile, request: request, ordinal: ordinal,
            origin: JobOrigin(projectID: "be9b3917", pipelineID: 12, pipelineName: "fabrikam-fiber", runID: 4_177),
            reason: "job request \(request) waits", createdAt: at)
    }

    static func warmLaunch(_ number: Int, profile: String = "small", at: Timestamp = time) -> Launch {
        Launch(
            id: LaunchID(organization: organization, pool: pool, warmOf: profile, at: at, number: number), pool: pool,
            profile: profile, request: nil, ordinal: 1, origin: JobOrigin(), reason: "kept warm", createdAt: at,
            isWarm: true)
    }

    static func opening(_ launch: Launch) -> LaunchBatch {
        LaunchBatch(inserts: [launch], entries: [launch.openingEntry()])
    }

    /// A whole life: one job, and both observed gone.
    static let life: [LaunchEvent] = [
        .startPermitted,
        .agentTaskAccepted(AgentTaskID(rawValue: "arn:aws:ecs:eu-west-1:1:task/a/b"), placement: "FARGATE_SPOT"),
        .agentObserved(PoolAgent(id: AgentID(rawValue: 7), name: "slipway-x", isOnline: true)),
        .jobObserved(JobRequestID(rawValue: 4_712)),
        .jobEnded(JobRequestID(rawValue: 4_712), result: "succeeded"),
        .agentTaskObserved(.stopped(AgentTaskStop(reason: "Essential container exited", exitCode: 0))),
        .registrationGone,
    ]

    static func entry(_ number: Int) -> LedgerEntry {
        var facts = LedgerFacts()
        facts["reason"] = .text("number \(number)")
        return LedgerEntry(at: time, kind: "decision.hold", subject: "request-\(number)", facts: facts)
    }

    static func booking(_ number: Int, attempt: Int = 1) -> Booking {
        Booking(
            identity: BookingIdentity(plan: "plan-\(number)", job: "job", instance: "instance", jobAttempt: attempt),
            project: "project", timeline: "timeline", origin: JobOrigin(projectID: "project", runID: number),
            run: number, inputs: BookingInputs(pool: "ecs-linux", profile: "small"),
            agent: BoundAgentName(run: number, key: "agent").map {
                BookedAgent(name: $0, pool: "ecs-linux", profile: "small")
            }, acceptedAt: time)
    }

    static func launch(of booking: Booking, ordinal: Int = 1) -> Launch {
        let (organization, pool) = (OrganizationKey(rawValue: "5eed00"), PoolID(rawValue: 12))
        return Launch(
            id: LaunchID(organization: organization, pool: pool, booking: booking.id, ordinal: ordinal), pool: pool,
            profile: "small", request: nil, ordinal: ordinal, origin: booking.origin, reason: "a test",
            createdAt: time,
            binding: booking.agent.map { LaunchBinding(booking: booking.id, agentName: $0.name) })
    }
}

extension Launch {
    /// The transitions that these events make, one after another.
    func transitions(_ events: [LaunchEvent]) -> [LaunchTransition] {
        var launch = self
        return events.enumerated().compactMap { index, event in
            let now = launch.createdAt.adding(seconds: index + 1)
            guard let transition = launch.applying(event, at: now, rules: LaunchRules()) else { return nil }
            launch = transition.launch
            return transition
        }
    }

    func after(_ events: [LaunchEvent]) -> Launch { transitions(events).last?.launch ?? self }
}
