internal import SlipwayCore

/// The page of one launch: what it is, and what the ledger says of it.
struct LaunchView: PageView {
    struct Fact: Sendable {
        var name: String
        var value: String
    }

    struct Record: Sendable {
        var sequence: Int64
        var at: String
        var kind: String
        var facts: [Fact]
    }

    let title: String
    let subtitle = "launch"
    let refreshSeconds: Int?
    let style = Stylesheet.text
    let id: String
    let state: String
    let stateClass: String
    let since: String
    let why: String
    let facts: [Fact]
    let records: [Record]

    init(_ launch: Launch, records: [LedgerRecord], poolNames: [PoolID: String]) {
        title = "Launch \(launch.id)"
        // What is closed doesn't change any more.
        refreshSeconds = launch.isOpen ? 10 : nil
        id = launch.id.rawValue
        state = launch.shownState
        stateClass = launch.shownState
        since = launch.stateSince.description
        why = launch.shownReason
        facts = Self.facts(launch, poolNames)
        self.records = records.map(Record.init)
    }

    private static func facts(_ launch: Launch, _ poolNames: [PoolID: String]) -> [Fact] {
        let all: [(String, String?)] = [
            ("Made because", launch.reason), ("Pool", poolNames.name(of: launch.pool)), ("Profile", launch.profile),
            ("Job request", launch.request.map { "\($0), launch \(launch.ordinal) for it" }),
            ("Pipeline", launch.origin.pipelineName),
            ("Run", launch.origin.runName ?? launch.origin.runID.map(String.init)),
            ("Job", launch.origin.jobName), ("Project", launch.origin.projectID),
            ("Agent", launch.agent.map { "\(launch.agentName) (\($0))" }),
            ("Agent task", launch.agentTask?.rawValue),
            ("Placement", launch.placement), ("Attempts", launch.attempt > 0 ? String(launch.attempt) : nil),
            ("Ran job request", launch.ran.map { "\($0)" }), ("Result", launch.ranResult),
            ("Created", launch.createdAt.description), ("Agent online", launch.onlineAt?.description),
            ("Job taken", launch.busyAt?.description), ("Job over", launch.finishedAt?.description),
            ("Last problem", launch.lastProblem),
        ]
        return all.compactMap { name, value in value.map { Fact(name: name, value: $0) } }
    }
}

extension LaunchView.Record {
    init(_ record: LedgerRecord) {
        let resource = RecordResource(record)
        sequence = record.sequence
        at = resource.at
        kind = record.kind
        facts = resource.facts.sorted { $0.key < $1.key }
            .map { LaunchView.Fact(name: $0.key, value: $0.value.shown) }
    }
}

extension LedgerFacts.Fact {
    fileprivate var shown: String {
        switch self {
        case .text(let text): text
        case .integer(let integer): String(integer)
        case .flag(let flag): flag ? "yes" : "no"
        }
    }
}
