internal import HTTPTypes
internal import Hummingbird

/// Gives every response the headers that keep a browser from doing more with it than show it.
struct SecurityHeadersMiddleware: RouterMiddleware {
    typealias Context = ConsoleContext

    /// Styles, the script and its calls are of this listener alone, and nothing in a page's own text runs. Forms go nowhere
    /// else.
    static let contentSecurityPolicy = """
        default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; \
        form-action 'self'; frame-ancestors 'none'
        """

    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        var response = try await next(request, context)
        response.headers[.contentSecurityPolicy] = Self.contentSecurityPolicy
        response.headers[.xContentTypeOptions] = "nosniff"
        // Of what is shown nothing is kept in a browser; the style sheet says otherwise by itself.
        if response.headers[.cacheControl] == nil { response.headers[.cacheControl] = "no-store" }
        for (name, value) in Self.fields { response.headers[name] = value }
        return response
    }

    // Referrers: with `no-referrer` a browser sends a form of ours as one of no origin at all, which is refused.
    private static let fields: [(HTTPField.Name, String)] = [
        ("X-Frame-Options", "DENY"), ("Referrer-Policy", "same-origin"),
        ("Cross-Origin-Opener-Policy", "same-origin"), ("Cross-Origin-Resource-Policy", "same-origin"),
        ("Permissions-Policy", "camera=(), geolocation=(), microphone=()"),
    ].compactMap { name, value in HTTPField.Name(name).map { ($0, value) } }
}
