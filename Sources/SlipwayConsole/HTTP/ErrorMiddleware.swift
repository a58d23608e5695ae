internal import HTTPTypes
internal import Hummingbird
internal import Logging
internal import NIOCore

/// Turns every thrown error into a problem document, or into a page for a browser.
struct ErrorMiddleware: RouterMiddleware {
    typealias Context = ConsoleContext

    let pages: Pages
    let routes: RouteTable

    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let problem as Problem {
            return respond(problem, to: request)
        } catch let error as HTTPError where error.status == .notFound {
            return respond(missing(request), to: request)
        } catch is NIOTooManyBytesError {
            return respond(.tooLong("The body", RequestBody.maximumBytes), to: request)
        } catch let error as HTTPError where error.status.kind == .clientError {
            let problem = Problem(
                status: error.status, code: "refused", detail: error.body ?? error.status.reasonPhrase)
            return respond(problem, to: request)
        } catch {
            context.logger.error("Console request failed", metadata: ["error": "\(error)"])
            return respond(.internalError, to: request)
        }
    }

    /// The router tells a wrong method from a wrong path by nothing.
    private func missing(_ request: Request) -> Problem {
        let methods = routes.methods(of: request.uri.path[...])
        return methods.isEmpty || methods.contains(request.method) ? .notFound : .wrongMethod(methods)
    }

    private func respond(_ problem: Problem, to request: Request) -> Response {
        // What was wanted, once more: the browser asks for a token then, and shows it.
        let canBeWanted = problem.status == .unauthorized && [.get, .head].contains(request.method)
        let problem = canBeWanted ? problem.leading(to: PagePath.wanted(request.uri.string)) : problem
        let wantsPage = request.headers[.accept]?.contains("text/html") == true && !request.uri.path.hasPrefix("/api/")
        return wantsPage ? pages.problem(problem) : problem.response
    }
}
