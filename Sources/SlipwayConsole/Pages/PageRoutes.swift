internal import Hummingbird
internal import SlipwayCore

/// `/` and `/launches/{id}`: the pages.
struct PageRoutes: Sendable {
    let reading: Reading
    let readiness: Readiness
    let pages: Pages
    let time: any TimeSource

    func add(to router: Router<BasicRequestContext>) {
        router.get("/") { _, context in try await overview(context) }
        router.get("launches/:id") { _, context in try await launch(context) }
    }

    private func overview(_ context: BasicRequestContext) async throws -> Response {
        async let problems = readiness.problems()
        let page = try await reading.perform(context) { reader in
            try await reader.launches(LaunchQuery(limit: OverviewView.maximumLaunches))
        }
        let counts = try await reading.perform(context) { try await $0.openCounts() }
        let names = try await reading.perform(context) { try await $0.poolNames() }
        let view = await OverviewView(
            page.launches, counts: counts, poolNames: names, problems: problems, at: time.now())
        return pages.overview(view)
    }

    private func launch(_ context: BasicRequestContext) async throws -> Response {
        let (launch, records) = try await reading.launchWithRecords(LaunchID(context), context)
        let names = try await reading.perform(context) { try await $0.poolNames() }
        return pages.launch(LaunchView(launch, records: records, poolNames: names))
    }
}
