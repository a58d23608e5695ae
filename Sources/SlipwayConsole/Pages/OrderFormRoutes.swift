internal import Hummingbird
internal import SlipwayCore

/// `POST /operate`: the forms of the pages, which need no script. Done, the browser is sent back to where it was.
struct OrderFormRoutes: Sendable {
    let operations: (any OperatorPort)?
    let operateGuard: OperateGuard
    let notes: DoneNotes

    private static let names = ["form", "back", "action", "launch", "pool", "profile", "reason"]

    var routes: [Route] { [.post("/operate") { try await perform($0) }] }

    private func perform(_ request: RouteRequest) async throws -> Response {
        let caller = request.context.caller
        let body = try await RequestBody.read(request.request, as: .form)
        let fields = try QueryParameters(
            body, known: Self.names, maximumBytes: RequestBody.maximumBytes,
            maximumScalars: OperatorOrder.maximumReasonScalars
        ).withoutEmpty
        let back = PagePath.back(fields["back"])
        do throws(Problem) {
            try operateGuard.check(request.request, caller, formToken: fields["form"])
            let order = OperatorOrder(try Self.action(fields), by: caller.name, reason: fields["reason"])
            let note = notes.add(try await operations.perform(order))
            return Response(
                status: .seeOther, headers: [.location: "\(back)?\(DoneNotes.parameterName)=\(note)"])
        } catch {
            throw error.leading(to: back)
        }
    }

    private static func action(_ fields: QueryParameters) throws(Problem) -> OperatorAction {
        switch fields["action"] {
        case "drain": return .drain
        case "resume": return .resume
        case "pauseProfile": return .pauseProfile(try profile(fields))
        case "resumeProfile": return .resumeProfile(try profile(fields))
        case "stop": return .stopLaunch(try launch(fields), isForced: false)
        case "force": return .stopLaunch(try launch(fields), isForced: true)
        case "retry": return .retryLaunch(try launch(fields))
        default: throw .invalid("action", "must be one that a page offers")
        }
    }

    private static func profile(_ fields: QueryParameters) throws(Problem) -> ProfileKey {
        guard let pool = fields["pool"], let profile = fields["profile"] else {
            throw .invalid("profile", "must be given, with its pool")
        }
        return ProfileKey(pool: pool, profile: profile)
    }

    private static func launch(_ fields: QueryParameters) throws(Problem) -> LaunchID {
        guard let id = fields["launch"].flatMap(LaunchID.init(rawValue:)) else { throw .noSuchLaunch }
        return id
    }
}
