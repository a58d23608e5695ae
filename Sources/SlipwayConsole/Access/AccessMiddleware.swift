internal import HTTPTypes
internal import Hummingbird

/// Lets requests through that show the token; without a token, those that name this machine as their host.
///
/// The latter is against rebinding: a page in the operator's browser can have its own name resolve to 127.0.0.1 and then
/// read what is there, but the browser still sends that name.
struct AccessMiddleware: RouterMiddleware {
    typealias Context = BasicRequestContext

    let token: AccessToken?
    /// Served to anybody: they say nothing but yes or no.
    let openPaths: Set<String>

    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        guard !openPaths.contains(request.uri.path) else { return try await next(request, context) }
        guard let token else {
            guard LoopbackHost.isLoopback(authority: request.head.authority ?? "") else { throw Problem.foreignHost }
            return try await next(request, context)
        }
        guard token.isShown(by: request.headers[.authorization]) else { throw Problem.unauthorized }
        return try await next(request, context)
    }
}
