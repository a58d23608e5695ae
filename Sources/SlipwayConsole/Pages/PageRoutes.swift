internal import Hummingbird
internal import SlipwayCore

/// The pages.
struct PageRoutes: Sendable {
    let reading: Reading
    let overview: OverviewReading
    let costs: CostsReading
    let pages: Pages
    let links: ServiceLinks
    let operateGuard: OperateGuard
    let canOperate: Bool
    let notes: DoneNotes
    let prices: PriceBook?
    let time: any TimeSource

    var routes: [Route] {
        [
            .get("/", query: [DoneNotes.parameterName]) { await first($0) },
            .get("/launches", query: LaunchQuery.parameterNames) { try await launches($0) },
            .get("/launches/{id}", query: [DoneNotes.parameterName]) { try await launch($0) },
            .get("/deliveries", query: ["disposition", "limit", "cursor"]) { try await deliveries($0) },
            .get("/ledger", query: ["subject", "limit", "cursor"]) { try await ledger($0) },
            .get("/costs", query: CostsReading.Query.parameterNames) { try await monthCosts($0) },
        ]
    }

    private func forms(_ request: RouteRequest) -> OrderForms? {
        OrderForms(
            request.context.caller, operateGuard, canOperate: canOperate, back: request.request.uri.path)
    }

    /// What the engine tells is shown also where the store can't be read.
    private func first(_ request: RouteRequest) async -> Response {
        let context = request.context
        async let problems = overview.readiness.problems()
        async let live = overview.live()
        async let expiries = overview.expiries()
        let stored = try? await stored(context)
        let facts = OverviewFacts(
            stored: stored, live: await live, hasEngine: overview.engine != nil, problems: await problems,
            expiries: await expiries, done: notes.note(request.query))
        let view = OverviewView(facts, forms: forms(request), links: links, at: time.now())
        return pages.page(view, "overview", status: stored == nil ? .serviceUnavailable : .ok)
    }

    private func stored(_ context: ConsoleContext) async throws(Problem) -> OverviewFacts.Stored {
        let page = try await reading.perform(context) { reader in
            var query = LaunchQuery()
            query.limit = OverviewView.maximumLaunches
            return try await reader.launches(query)
        }
        let names = try await reading.perform(context) { try await $0.poolNames() }
        let figures = try await overview.bothFigures(context)
        return OverviewFacts.Stored(
            launches: page.launches, hour: figures.hour, day: figures.day, poolNames: names)
    }

    private func launches(_ request: RouteRequest) async throws -> Response {
        let parameters = request.query.withoutEmpty
        let names = try await reading.perform(request.context) { try await $0.poolNames() }
        let query: LaunchQuery
        do throws(Problem) {
            query = try LaunchQuery(parameters)
        } catch {
            // Above the form, which keeps what was typed.
            let view = LaunchListView(
                LaunchPage(launches: [], next: nil), parameters, names, problem: error, at: time.now())
            return pages.page(view, "launches", status: error.status)
        }
        let page = try await reading.perform(request.context) { try await $0.launches(query) }
        return pages.page(LaunchListView(page, parameters, names, at: time.now()), "launches")
    }

    private func launch(_ request: RouteRequest) async throws -> Response {
        let story = try await reading.story(
            of: LaunchID(request), records: Reading.maximumShownRecords, request.context)
        let names = try await reading.perform(request.context) { try await $0.poolNames() }
        let view = LaunchView(
            story, poolNames: names, links: links, prices: prices, forms: forms(request),
            done: notes.note(request.query), at: time.now())
        return pages.page(view, "launch")
    }

    private func deliveries(_ request: RouteRequest) async throws -> Response {
        let parameters = request.query.withoutEmpty
        let list = try DeliveryListQuery(parameters)
        let found = try await reading.perform(request.context) { reader in
            try await reader.deliveries(before: list.before, disposition: list.disposition, limit: list.limit + 1)
        }
        return pages.page(DeliveryListView(found, limit: list.limit, parameters, at: time.now()), "deliveries")
    }

    private func ledger(_ request: RouteRequest) async throws -> Response {
        let parameters = request.query.withoutEmpty
        let list = try RecordListQuery(parameters)
        let found = try await reading.perform(request.context) { reader in
            try await reader.records(before: list.before, about: list.subject, limit: list.limit + 1)
        }
        return pages.page(LedgerView(found, limit: list.limit, parameters, at: time.now()), "ledger")
    }

    private func monthCosts(_ request: RouteRequest) async throws -> Response {
        let now = time.now()
        let query = try CostsReading.Query(request.query.withoutEmpty, at: now)
        return pages.page(CostsView(try await costs.costs(query, request.context), at: now), "costs")
    }
}
