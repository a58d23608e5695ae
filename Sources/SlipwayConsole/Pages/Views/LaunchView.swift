internal import SlipwayCore

/// The page of one launch: what it is, how its time passed, and what the ledger says of it.
struct LaunchView: PageView {
    struct Stage: Sendable {
        var name: String
        var style: String
        /// In thousandths of the whole.
        var x: Int
        var width: Int
        var length: String
        var from: ShownTime
        var to: String
    }

    struct Record: Sendable {
        var sequence: Int64
        /// Nil of one that can't be read.
        var at: ShownTime?
        var kind: String
        var style: String?
        var facts: [ShownFact]
    }

    /// Records, the newest at the end.
    struct Records: Sendable {
        var rows: [Record]
        var isEmpty: Bool
        /// Why there are none to show: they can't be read.
        var isUnreadable: Bool
        /// Where the older ones are; nil: these are all.
        var olderHref: String?
        var count: Int
    }

    struct Orders: Sendable {
        var forms: OrderForms
        var canStop: Bool
        var canForce: Bool
        var canRetry: Bool
    }

    let frame: PageFrame
    let id: String
    let state: String
    let since: ShownTime
    let why: String
    let forWhom: [ShownFact]
    let agent: [ShownFact]
    let stages: [Stage]
    let whole: String
    /// What the picture shows, for who doesn't see it.
    let stagesText: String
    let orders: Orders?
    let done: ShownNote?
    let decisions: Records
    let hasDecisions: Bool
    let deliveries: [DeliveryRowView]
    let hasDeliveries: Bool
    let areDeliveriesUnreadable: Bool
    let records: Records

    init(
        _ story: LaunchDossier, poolNames: [PoolID: String], links: ServiceLinks, prices: PriceBook?,
        forms: OrderForms?,
        done: DoneNotes.Note?, at now: Timestamp
    ) {
        let launch = story.launch
        orders = forms.flatMap { Orders(launch, $0) }
        // What is closed doesn't change any more.
        frame = PageFrame(
            "Launch \(launch.id)", live: launch.isOpen ? "ticking" : nil, takesText: orders != nil)
        id = launch.id.rawValue
        state = launch.shownState
        since = ShownTime(launch.stateSince, at: now)
        why = launch.shownReason
        forWhom = Self.forWhom(launch, links)
        let cost = prices.map { ShownFact("Estimated cost", CostText.of(launch, $0, at: now)) }
        agent = Self.agent(launch, poolNames, links) + [cost].compactMap { $0 }
        let times = LaunchTimes(launch)
        let length = max(1, (times.closedAt ?? now).millisecondsSince(launch.createdAt))
        stages = times.stages.map { Stage($0, launch.createdAt, length, now) }
        whole = DurationText.of(milliseconds: length)
        stagesText = stages.map { "\($0.name) \($0.length)" }.joined(separator: ", ")
        self.done = done.map { ShownNote($0, at: now) }
        decisions = Records(story.decisions, about: launch.request?.ledgerSubject ?? "", now)
        hasDecisions = !decisions.isEmpty || decisions.isUnreadable
        deliveries = (story.deliveries ?? []).map { DeliveryRowView($0, at: now) }
        hasDeliveries = !deliveries.isEmpty
        areDeliveriesUnreadable = story.deliveries == nil
        records = Records(story.records, about: launch.id.rawValue, now)
    }

    private static func forWhom(_ launch: Launch, _ links: ServiceLinks) -> [ShownFact] {
        let origin = launch.jobOrigin
        let isAnothers = launch.ranOrigin != nil && launch.request != nil
        let facts: [ShownFact?] = [
            ShownFact("Made because", launch.reason),
            origin.pipelineName.map { ShownFact("Pipeline", $0 + (origin.pipelineID.map { " (\($0))" } ?? "")) },
            (origin.runName ?? origin.runID.map(String.init)).map { ShownFact("Run", $0, href: links.run(origin)) },
            origin.jobName.map { ShownFact("Job", $0) },
            origin.projectID.map {
                ShownFact("Project", launch.run?.projectName ?? $0, href: PageLink.to("/launches", [("project", $0)]))
            },
            launch.request.map {
                ShownFact(
                    "Job request", "\($0), launch \(launch.ordinal) for it",
                    href: PageLink.to("/ledger", [("subject", $0.ledgerSubject)]))
            },
            launch.ran.map {
                ShownFact("Ran job request", "\($0)" + (isAnothers ? ", which the pool gave its agent instead" : ""))
            },
            launch.ranResult.map { ShownFact("Result", $0) },
        ]
        return facts.compactMap { $0 }
    }

    private static func agent(
        _ launch: Launch, _ poolNames: [PoolID: String], _ links: ServiceLinks
    ) -> [ShownFact] {
        let stop = launch.agentTaskStop
        let facts: [ShownFact?] = [
            ShownFact("Pool", poolNames.name(of: launch.pool), href: links.pool(launch.pool)),
            ShownFact("Profile", launch.profile),
            launch.agent.map {
                ShownFact("Agent", "\(launch.agentName) (\($0))", href: links.agent($0, of: launch.pool))
            } ?? ShownFact("Agent", launch.agentName),
            launch.placement.map { ShownFact("Placement", $0) },
            launch.attempt > 0 ? ShownFact("Attempts", String(launch.attempt)) : nil,
            launch.agentTask.map { ShownFact("Agent task", $0.rawValue, href: links.agentTask($0)) },
            launch.agentTask.flatMap { task in
                links.log(task).map { ShownFact("Log", "what its container wrote", href: $0) }
            },
            stop.map { ShownFact("Stopped", $0.explanation) },
            stop.map { ShownFact("Stop reason", $0.reason + ($0.code.map { " (\($0))" } ?? "")) },
            stop?.exitCode.map { ShownFact("Exit code", String($0)) },
            launch.lastProblem.map { ShownFact("Last problem", $0) },
        ]
        return facts.compactMap { $0 }
    }
}

extension LaunchView.Stage {
    fileprivate init(
        _ stage: (stage: LaunchStage, from: Timestamp, to: Timestamp?), _ start: Timestamp, _ whole: Int64,
        _ now: Timestamp
    ) {
        let end = stage.to ?? max(now, stage.from)
        let length = max(0, end.millisecondsSince(stage.from))
        // At least visible, and inside.
        let begin = min(994, max(0, Int(stage.from.millisecondsSince(start) * 1_000 / whole)))
        self.init(
            name: stage.stage.shown, style: stage.stage.rawValue, x: begin,
            width: min(1_000 - begin, max(6, Int(length * 1_000 / whole))),
            length: DurationText.of(milliseconds: length) + (stage.to == nil ? " so far" : ""),
            from: ShownTime(stage.from, at: now), to: stage.to.map { ShownTime($0, at: now).short } ?? "")
    }
}

extension LaunchView.Record {
    fileprivate init(_ reading: RecordReading, _ now: Timestamp) {
        let resource = RecordResource(reading)
        sequence = reading.sequence
        at = reading.record.map { ShownTime($0.at, at: now) }
        kind = resource.kind
        style = reading.record == nil ? "bad" : nil
        facts = ShownFact.of(resource.facts)
    }
}

extension LaunchView.Records {
    fileprivate init(_ newest: NewestRecords?, about subject: String, _ now: Timestamp) {
        rows = (newest?.records ?? []).map { LaunchView.Record($0, now) }
        isEmpty = rows.isEmpty && newest != nil
        isUnreadable = newest == nil
        olderHref = newest?.hasOlder == true ? PageLink.to("/ledger", [("subject", subject)]) : nil
        count = rows.count
    }
}

extension LaunchView.Orders {
    /// Nil: nothing can be ordered.
    fileprivate init?(_ launch: Launch, _ forms: OrderForms) {
        self.forms = forms
        canStop = launch.refusal(ofStopForced: false, reason: nil) == nil
        canForce = !canStop && launch.refusal(ofStopForced: true, reason: "a reason") == nil
        canRetry = !launch.isOpen && launch.refusalOfRetry == nil
        guard canStop || canForce || canRetry else { return nil }
    }
}
