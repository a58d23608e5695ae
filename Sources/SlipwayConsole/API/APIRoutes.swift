internal import Hummingbird
internal import SlipwayCore

/// `/api/v1`: what the pages show, for programs.
struct APIRoutes: Sendable {
    let reading: Reading

    func add(to router: Router<BasicRequestContext>) {
        router.group("api/v1")
            .get("launches") { request, context in try await list(request, context) }
            .get("launches/:id") { _, context in try await show(context) }
    }

    private func list(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        let query = try LaunchQuery(request)
        let page = try await reading.perform(context) { try await $0.launches(query) }
        return JSONText.response(LaunchListResource(page))
    }

    private func show(_ context: BasicRequestContext) async throws -> Response {
        let (launch, records) = try await reading.launchWithRecords(LaunchID(context), context)
        return JSONText.response(
            LaunchDetailResource(launch: LaunchResource(launch), records: records.map(RecordResource.init)))
    }
}
