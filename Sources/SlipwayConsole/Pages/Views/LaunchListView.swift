internal import SlipwayCore

/// Launches that satisfy a filter, page by page.
struct LaunchListView: PageView {
    struct Choice: Sendable {
        var value: String
        var name: String
        var isChosen: Bool
    }

    struct Field: Sendable {
        var name: String
        var label: String
        var value: String
        var hint: String
    }

    let frame: PageFrame
    let launches: [LaunchRowView]
    let hasRows: Bool
    /// Those that can't be read, in words; nil: all can.
    let unreadable: String?
    let isFiltered: Bool
    /// What is wrong with the filter, so that there is no list; nil: nothing.
    let problem: String?
    /// Where what was decided on the job request that is asked for stands; nil: none is.
    let decisionsHref: String?
    /// What to say where there are no launches, nor anything wrong.
    let empty: String
    let pools: [Choice]
    let states: [Choice]
    let outcomes: [Choice]
    let fields: [Field]
    /// Nil: this is the last page.
    let olderHref: String?
    /// Nil: this is the first.
    let firstHref: String?

    init(
        _ page: LaunchPage, _ query: QueryParameters, _ poolNames: [PoolID: String], problem: Problem? = nil,
        at now: Timestamp
    ) {
        let isFirst = query["cursor"] == nil
        frame = PageFrame(
            "Launches", at: "/launches", live: isFirst && problem == nil ? "changes" : nil, takesText: true)
        self.problem = problem?.detail
        launches = page.launches.map { LaunchRowView($0, poolNames, at: now) }
        hasRows = !launches.isEmpty || !page.unreadable.isEmpty
        unreadable = page.unreadable.isEmpty ? nil : page.unreadable.joined(separator: ", ")
        let filter = LaunchQuery.filterNames.map { ($0, query[$0]) } + [("limit", query["limit"])]
        isFiltered = LaunchQuery.filterNames.contains { query[$0] != nil }
        let request = problem == nil ? query["request"].flatMap { Int64($0) }.map(JobRequestID.init(rawValue:)) : nil
        decisionsHref = request.map { PageLink.to("/ledger", [("subject", $0.ledgerSubject)]) }
        empty =
            request != nil
            ? "No launch was made for this job request, nor has run it."
            : isFiltered ? "No launch is like that." : "None yet. A job that waits in a pool makes one."
        pools = Self.choices(
            "pool", poolNames.sorted { $0.value < $1.value }.map { ("\($0.key)", $0.value) }, query)
        states = Self.choices("state", (["open"] + LaunchQuery.allStates).map { ($0, $0) }, query)
        outcomes = Self.choices("outcome", LaunchOutcome.Kind.allCases.map { ($0.rawValue, $0.rawValue) }, query)
        fields = [
            Field(name: "profile", label: "Profile", value: query["profile"] ?? "", hint: ""),
            Field(name: "project", label: "Project", value: query["project"] ?? "", hint: "its id"),
            Field(name: "pipeline", label: "Pipeline", value: query["pipeline"] ?? "", hint: "id or exact name"),
            Field(name: "run", label: "Run", value: query["run"] ?? "", hint: "its id"),
            Field(name: "request", label: "Job request", value: query["request"] ?? "", hint: "its id"),
            Field(name: "since", label: "Made since (UTC)", value: query["since"] ?? "", hint: "2026-11-27T08:00Z"),
            Field(name: "until", label: "Made before (UTC)", value: query["until"] ?? "", hint: "2026-11-28"),
        ]
        olderHref = page.next.map { PageLink.to("/launches", filter + [("cursor", $0.text)]) }
        firstHref = isFirst ? nil : PageLink.to("/launches", filter)
    }

    private static func choices(
        _ name: String, _ values: [(value: String, name: String)], _ query: QueryParameters
    ) -> [Choice] {
        let chosen = query[name] ?? ""
        var all = [Choice(value: "", name: "all", isChosen: chosen.isEmpty)]
        all += values.map { Choice(value: $0.value, name: $0.name, isChosen: $0.value == chosen) }
        // One that is asked for and isn't known stays visible.
        if !chosen.isEmpty, !values.contains(where: { $0.value == chosen }) {
            all.append(Choice(value: chosen, name: chosen, isChosen: true))
        }
        return all
    }
}
