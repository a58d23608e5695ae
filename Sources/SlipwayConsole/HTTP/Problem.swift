internal import Foundation
internal import HTTPTypes
internal import Hummingbird

/// An error as a caller gets it: `application/problem+json` (RFC 9457). Says what to do next, and nothing of the inside.
struct Problem: Error, Hashable {
    var status: HTTPResponse.Status
    /// For programs: kept over versions.
    var code: String
    var detail: String
    var headers: HTTPFields = [:]
    /// Where a page that shows it leads to: a path of ours. Nil: to the first page.
    var link: String?

    init(
        status: HTTPResponse.Status, code: String, detail: String, headers: HTTPFields = [:]
    ) {
        self.status = status
        self.code = code
        self.detail = detail
        self.headers = headers
    }

    func leading(to link: String?) -> Problem {
        var problem = self
        problem.link = link
        return problem
    }

    var response: Response {
        let body = Body(
            type: "urn:slipway:problem:\(code)", title: status.reasonPhrase, status: status.code, detail: detail,
            code: code)
        var headers = headers
        headers[.contentType] = "application/problem+json"
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: JSONText.buffer(body)))
    }

    private struct Body: Encodable {
        var type: String
        var title: String
        var status: Int
        var detail: String
        var code: String
    }
}
