internal import HTTPTypes
internal import Hummingbird
internal import Mustache
internal import NIOCore

/// Renders the pages.
struct Pages: Sendable {
    private let library: MustacheLibrary

    /// - Throws: `brokenTemplate`.
    init() throws(ConsoleError) {
        do {
            library = try Self.parsed.get()
        } catch {
            throw ConsoleError(
                .brokenTemplate, "a page of the console can't be read; this is a fault of Slipway's: \(error)")
        }
    }

    /// Once for a process: they never change, and reading them takes a while.
    private static let parsed = Result<MustacheLibrary, any Error> {
        MustacheContentTypes.register(HTMLText(), named: HTMLText.name)
        var library = MustacheLibrary()
        for template in Templates.all { try library.register(template.text, named: template.name) }
        return library
    }

    func page(_ view: any PageView, _ template: String, status: HTTPResponse.Status = .ok) -> Response {
        guard let html = library.render(view, withTemplate: template) else {
            preconditionFailure("there is no template \(template)")
        }
        return Response(
            status: status, headers: [.contentType: "text/html; charset=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: html)))
    }

    func problem(_ problem: Problem) -> Response {
        let view = ProblemView(
            frame: PageFrame(problem.status.reasonPhrase), title: problem.status.reasonPhrase, detail: problem.detail,
            link: problem.link, linkText: problem.status == .unauthorized ? "Sign in" : "Back")
        var response = page(view, "problem", status: problem.status)
        for field in problem.headers { response.headers[field.name] = field.value }
        return response
    }
}

struct ProblemView: PageView {
    let frame: PageFrame
    let title: String
    let detail: String
    /// A path of ours; nil: none but to the first page.
    let link: String?
    let linkText: String
}
