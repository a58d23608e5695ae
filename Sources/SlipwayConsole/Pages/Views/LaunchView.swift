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

    /// Deliveries that told of one job.
    struct Deliveries: Sendable {
        var id: String
        var title: String
        var deliveries: [DeliveryRowView]
        var isUnreadable: Bool

        /// Nil: there are none to show.
        init?(_ id: String, _ title: String, _ found: [RecordedDelivery]?, _ now: Timestamp) {
            guard found?.isEmpty != true else { return nil }
            self.id = id
            self.title = title
            deliveries = (found ?? []).map { DeliveryRowView($0, at: now) }
            isUnreadable = found == nil
        }
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
    /// The job that it was made for; where its agent took that one, with what became of it.
    let forWhomTitle: String
    let forWhom: [ShownFact]
    /// The job that its agent took instead; empty: it took none or its own.
    let ran: [ShownFact]
    let hasRan: Bool
    let agent: [ShownFact]
    let stages: [Stage]
    let beginning: String
    let whole: String
    /// What the picture shows, for who doesn't see it.
    let stagesText: String
    let orders: Orders?
    let done: ShownNote?
    let decisions: Records
    let hasDecisions: Bool
    let touched: [Deliveries]
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
        let purposes = LaunchPurposes(story, links)
        forWhomTitle = launch.ranAnothersJob ? "Made for" : "For whom"
        forWhom = purposes.madeFor
        ran = purposes.ran
        hasRan = !ran.isEmpty
        let cost = prices.map { ShownFact("Estimated cost", CostText.of(launch, $0, at: now)) }
        agent = Self.agent(launch, poolNames, links) + [cost].compactMap { $0 }
        let queueing = Queueing(story)
        let start = queueing?.queuedAt ?? launch.createdAt
        let times = LaunchTimes(launch)
        let length = max(1, (times.closedAt ?? now).millisecondsSince(start))
        stages =
            (queueing?.bars ?? []).map { Stage($0.name, "waitingForJob", $0.from, $0.to, start, length, now) }
            + times.stages.map { Stage($0.stage.shown, $0.stage.rawValue, $0.from, $0.to, start, length, now) }
        beginning = queueing == nil ? "From its making" : "From the queueing of the job that it was made for"
        whole = DurationText.of(milliseconds: length)
        stagesText = stages.map { "\($0.name) \($0.length)" }.joined(separator: ", ")
        self.done = done.map { ShownNote($0, at: now) }
        decisions = Records(story.decisions, about: launch.request?.ledgerSubject ?? "", now)
        hasDecisions = !decisions.isEmpty || decisions.isUnreadable
        touched =
            launch.ranAnothersJob
            ? [
                Deliveries("touched", "Deliveries that told of the job it was made for", story.deliveries, now),
                Deliveries("touchedran", "Deliveries that told of the job it ran", story.ranDeliveries, now),
            ].compactMap { $0 }
            : [Deliveries("touched", "Deliveries that told of it", story.deliveries, now)].compactMap { $0 }
        records = Records(story.records, about: launch.id.rawValue, now)
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
        ]
        let details: [ShownFact?] = LaunchFactLines.of(launch).map { name, text in
            ShownFact(name.prefix(1).uppercased() + name.dropFirst(), text)
        }
        let ending: [ShownFact?] = [
            stop.map { ShownFact("Stopped", $0.explanation) },
            stop.map { ShownFact("Stop reason", $0.reason + ($0.code.map { " (\($0))" } ?? "")) },
            stop?.exitCode.map { ShownFact("Exit code", String($0)) },
            launch.lastProblem.map { ShownFact("Last problem", $0) },
        ]
        return (facts + details + ending).compactMap { $0 }
    }
}

extension LaunchView.Stage {
    fileprivate init(
        _ name: String, _ style: String, _ from: Timestamp, _ to: Timestamp?, _ start: Timestamp, _ whole: Int64,
        _ now: Timestamp
    ) {
        let end = to ?? max(now, from)
        let length = max(0, end.millisecondsSince(from))
        // At least visible, and inside. In a store that somebody has written to, instants may be any numbers.
        func thousandths(_ milliseconds: Int64) -> Int { Int(clamping: Int128(milliseconds) * 1_000 / Int128(whole)) }
        let begin = min(994, max(0, thousandths(from.millisecondsSince(start))))
        self.init(
            name: name, style: style, x: begin, width: min(1_000 - begin, max(6, thousandths(length))),
            length: DurationText.of(milliseconds: length) + (to == nil ? " so far" : ""),
            from: ShownTime(from, at: now), to: to.map { ShownTime($0, at: now).short } ?? "")
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
