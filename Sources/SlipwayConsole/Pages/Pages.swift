internal import HTTPTypes
internal import Hummingbird
internal import Mustache
internal import NIOCore

/// Renders the pages.
struct Pages: Sendable {
    private let library: MustacheLibrary

    /// - Throws: `brokenTemplate`.
    init() throws(ConsoleError) {
        MustacheContentTypes.register(HTMLText(), named: HTMLText.name)
        do {
            var library = MustacheLibrary()
            try library.register(Templates.layout, named: "layout")
            try library.register(Templates.overview, named: "overview")
            try library.register(Templates.launch, named: "launch")
            try library.register(Templates.problem, named: "problem")
            self.library = library
        } catch {
            throw ConsoleError(
                .brokenTemplate, "a page of the console can't be read; this is a fault of Slipway's: \(error)")
        }
    }

    func overview(_ view: OverviewView) -> Response { render(view, "overview", .ok) }
    func launch(_ view: LaunchView) -> Response { render(view, "launch", .ok) }

    func problem(_ problem: Problem) -> Response {
        let view = ProblemView(title: problem.status.reasonPhrase, detail: problem.detail)
        var response = render(view, "problem", problem.status)
        for field in problem.headers { response.headers[field.name] = field.value }
        return response
    }

    private func render(_ view: any PageView, _ template: String, _ status: HTTPResponse.Status) -> Response {
        guard let html = library.render(view, withTemplate: template) else {
            preconditionFailure("there is no template \(template)")
        }
        return Response(
            status: status, headers: [.contentType: "text/html; charset=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: html)))
    }
}

/// What the layout needs of every page. The templates find the properties by their names.
protocol PageView: Sendable {
    var title: String { get }
    var subtitle: String { get }
    var refreshSeconds: Int? { get }
    var style: String { get }
}

struct ProblemView: PageView {
    let title: String
    let detail: String
    let subtitle = "console"
    let refreshSeconds: Int? = nil
    let style = Stylesheet.text
}
