internal import Foundation
internal import HTTPTypes
internal import Hummingbird

/// An error as a caller gets it: `application/problem+json` (RFC 9457). Says what to do next, and nothing of the inside.
struct Problem: Error, Hashable {
    var status: HTTPResponse.Status
    var detail: String
    var headers: HTTPFields = [:]

    static let unauthorized = Problem(
        status: .unauthorized,
        detail: "Send the console's token: Authorization: Bearer, or as the password of Basic credentials.",
        headers: [.wwwAuthenticate: #"Basic realm="Slipway", charset="UTF-8""#])
    static let foreignHost = Problem(
        status: .misdirectedRequest,
        detail: "Without a token the console answers only to localhost, 127.0.0.1 and [::1]. Use one of these, or set "
            + "console.token.")
    static let unreadable = Problem(
        status: .serviceUnavailable, detail: "The store can't be read at the moment; the server's log says why.")
    static let noSuchLaunch = Problem(status: .notFound, detail: "There is no launch with this id.")
    static let notFound = Problem(status: .notFound, detail: "There is nothing here.")
    static let internalError = Problem(
        status: .internalServerError, detail: "This is a fault of Slipway's; the server's log says more.")

    static func invalid(_ parameter: String, _ rule: String) -> Problem {
        Problem(status: .badRequest, detail: "The parameter \(parameter) \(rule).")
    }

    var response: Response {
        let body = Body(title: status.reasonPhrase, status: status.code, detail: detail)
        var headers = headers
        headers[.contentType] = "application/problem+json"
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: JSONText.buffer(body)))
    }

    private struct Body: Encodable {
        var type = "about:blank"
        var title: String
        var status: Int
        var detail: String
    }
}
