internal import Hummingbird
internal import NIOCore
internal import SlipwayCore

/// `/api/v1`: what the pages show, for programs. `OpenAPIDocument` describes it.
struct APIRoutes: Sendable {
    let reading: Reading
    let overview: OverviewReading
    let costs: CostsReading
    let prices: PriceBook?

    var routes: [Route] {
        [
            .get("/api/v1/openapi.json") { _ in JSONText.response(Self.document) },
            .get("/api/v1/health") { JSONText.response(try await overview.health($0.context)) },
            .get("/api/v1/overview") { JSONText.response(try await overview.figures($0.context)) },
            .get("/api/v1/launches", query: LaunchQuery.parameterNames) { try await launches($0) },
            .get("/api/v1/launches/{id}") { try await launch($0) },
            .get("/api/v1/deliveries", query: ["disposition", "limit", "cursor"]) { try await deliveries($0) },
            .get("/api/v1/deliveries/{number}") { try await delivery($0) },
            .get("/api/v1/records", query: ["subject", "limit", "cursor"]) { try await records($0) },
            .get("/api/v1/costs", query: CostsReading.Query.parameterNames) { try await monthCosts($0) },
            .get("/api/v1/pools") { _ in JSONText.response(PoolListResource(await overview.live())) },
            .get("/api/v1/placements") { _ in JSONText.response(PlacementListResource(await overview.live())) },
            .get("/api/v1/hooks") { _ in JSONText.response(HooksResource(await overview.live().hooks)) },
        ]
    }

    private static let document = ByteBuffer(string: OpenAPIDocument.text)

    private func launches(_ request: RouteRequest) async throws -> Response {
        let query = try LaunchQuery(request.query)
        let page = try await reading.perform(request.context) { try await $0.launches(query) }
        return JSONText.response(LaunchListResource(page))
    }

    private func launch(_ request: RouteRequest) async throws -> Response {
        let story = try await reading.story(
            of: LaunchID(request), records: Reading.maximumRecords, request.context)
        return JSONText.response(LaunchDetailResource(story, prices, at: costs.time.now()))
    }

    private func monthCosts(_ request: RouteRequest) async throws -> Response {
        let query = try CostsReading.Query(request.query, at: costs.time.now())
        return JSONText.response(MonthCostsResource(try await costs.costs(query, request.context)))
    }

    private func deliveries(_ request: RouteRequest) async throws -> Response {
        let list = try DeliveryListQuery(request.query)
        let found = try await reading.perform(request.context) { reader in
            try await reader.deliveries(before: list.before, disposition: list.disposition, limit: list.limit + 1)
        }
        return JSONText.response(DeliveryListResource(found, limit: list.limit))
    }

    private func delivery(_ request: RouteRequest) async throws -> Response {
        guard let number = request.path("number").flatMap(Int64.init), number > 0,
            let delivery = try await reading.perform(request.context, { try await $0.delivery(number) })
        else { throw Problem.noSuchDelivery }
        return JSONText.response(DeliveryResource(delivery))
    }

    private func records(_ request: RouteRequest) async throws -> Response {
        let list = try RecordListQuery(request.query)
        let found = try await reading.perform(request.context) { reader in
            try await reader.records(before: list.before, about: list.subject, limit: list.limit + 1)
        }
        return JSONText.response(RecordListResource(found, limit: list.limit))
    }
}

/// Which deliveries.
struct DeliveryListQuery {
    var disposition: Delivery.Disposition?
    var before: Int64
    var limit: Int

    init(_ query: QueryParameters) throws(Problem) {
        disposition = try query.choice("disposition", Delivery.Disposition.allCases.map(\.rawValue))
            .flatMap(Delivery.Disposition.init)
        before = try query.place() ?? .max
        limit = try query.number("limit", 1...LaunchQuery.maximumLimit) ?? 50
    }
}

/// Which records of the ledger.
struct RecordListQuery {
    var subject: String?
    var before: Int64
    var limit: Int

    init(_ query: QueryParameters) throws(Problem) {
        subject = try query.text("subject")
        before = try query.place() ?? .max
        limit = try query.number("limit", 1...LaunchQuery.maximumLimit) ?? 50
    }
}
