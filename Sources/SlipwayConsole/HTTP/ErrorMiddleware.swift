internal import HTTPTypes
internal import Hummingbird
internal import Logging

/// Turns every thrown error into a problem document, or into a page for a browser.
struct ErrorMiddleware: RouterMiddleware {
    typealias Context = BasicRequestContext

    let pages: Pages

    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let problem as Problem {
            return respond(problem, to: request)
        } catch let error as HTTPError where error.status == .notFound {
            return respond(.notFound, to: request)
        } catch let error as HTTPError where error.status.kind == .clientError {
            return respond(Problem(status: error.status, detail: error.body ?? error.status.reasonPhrase), to: request)
        } catch {
            context.logger.error("Console request failed", metadata: ["error": "\(error)"])
            return respond(.internalError, to: request)
        }
    }

    private func respond(_ problem: Problem, to request: Request) -> Response {
        let wantsPage = request.headers[.accept]?.contains("text/html") == true && !request.uri.path.hasPrefix("/api/")
        return wantsPage ? pages.problem(problem) : problem.response
    }
}
