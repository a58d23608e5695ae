internal import HTTPTypes
internal import Hummingbird
internal import SlipwayCore

/// `POST /api/v1/…`: what an operator may have done. Each is in the ledger, with who and when, before it is answered.
struct OperateRoutes: Sendable {
    let operations: (any OperatorPort)?
    let operateGuard: OperateGuard

    var routes: [Route] {
        [
            .post("/api/v1/drain") { try await perform($0, ["reason"]) { _ in .drain } },
            .post("/api/v1/resume") { try await perform($0, ["reason"]) { _ in .resume } },
            .post("/api/v1/profiles/pause") { request in
                try await perform(request, Self.profileNames) { .pauseProfile(try Self.profile($0)) }
            },
            .post("/api/v1/profiles/resume") { request in
                try await perform(request, Self.profileNames) { .resumeProfile(try Self.profile($0)) }
            },
            .post("/api/v1/launches/{id}/stop") { request in
                let id = try LaunchID(request)
                return try await perform(request, ["reason", "force"]) { .stopLaunch(id, isForced: $0.force) }
            },
            .post("/api/v1/launches/{id}/retry") { request in
                let id = try LaunchID(request)
                return try await perform(request, ["reason"]) { _ in .retryLaunch(id) }
            },
        ]
    }

    private static let profileNames = ["pool", "profile", "reason"]

    private static func profile(_ body: OrderBody) throws(Problem) -> ProfileKey {
        guard let pool = body.pool, let profile = body.profile else {
            throw .invalidBody("must name a pool and a profile of it")
        }
        return ProfileKey(pool: pool, profile: profile)
    }

    private func perform(
        _ request: RouteRequest, _ names: [String], _ action: (OrderBody) throws -> OperatorAction
    ) async throws -> Response {
        try operateGuard.check(request.request, request.context.caller)
        let body = try await OrderBody.read(request.request, names: names)
        let order = OperatorOrder(try action(body), by: request.context.caller.name, reason: body.reason)
        return JSONText.response(ReceiptResource(try await operations.perform(order)))
    }
}

extension (any OperatorPort)? {
    /// Throws refusals as problems.
    func perform(_ order: OperatorOrder) async throws(Problem) -> OperatorReceipt {
        guard let self else { throw .noOperation }
        do throws(OperatorRefusal) {
            return try await self.perform(order)
        } catch {
            throw Problem(error)
        }
    }
}

/// What was done.
struct ReceiptResource: Encodable {
    var message: String
    /// Nothing had to be done.
    var wasSo: Bool

    init(_ receipt: OperatorReceipt) {
        message = receipt.message
        wasSo = receipt.wasSo
    }
}
