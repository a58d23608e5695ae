internal import HTTPTypes
internal import Hummingbird

/// Lets requests through that show a token; without a token, those that name this machine as their host.
///
/// The latter is against rebinding: a page in the operator's browser can have its own name resolve to 127.0.0.1 and then
/// read what is there, but the browser still sends that name.
struct AccessMiddleware: RouterMiddleware {
    typealias Context = ConsoleContext

    let policy: AccessPolicy
    /// Served to anybody: they say nothing of what Slipway does.
    let openPaths: Set<String>

    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        guard !openPaths.contains(request.uri.path) else { return try await next(request, context) }
        var context = context
        context.caller = try policy.caller(
            authorization: request.headers[.authorization], authority: request.head.authority ?? "")
        return try await next(request, context)
    }
}
