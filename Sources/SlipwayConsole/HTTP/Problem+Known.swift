internal import HTTPTypes
internal import SlipwayCore

extension Problem {
    static let unauthorized = Problem(
        status: .unauthorized, code: "unauthorized",
        detail: "No token was sent. Send one of the console's: Authorization: Bearer, or as the password of Basic "
            + "credentials with any user name.",
        headers: [.wwwAuthenticate: #"Basic realm="Slipway", charset="UTF-8""#])
    /// The same to a program: what to do is the same.
    static let wrongToken = Problem(
        status: .unauthorized, code: "unauthorized",
        detail: "What was sent is none of the console's tokens (console.token, console.tokens). Send one of them: "
            + "Authorization: Bearer, or as the password of Basic credentials with any user name.",
        headers: unauthorized.headers)
    static let forbidden = Problem(
        status: .forbidden, code: "scope",
        detail: "This changes what Slipway does: send a token whose scope is operate (console.tokens).")
    static let crossSite = Problem(
        status: .forbidden, code: "crossSite",
        detail: "The request comes from a page of another origin. Send it from the console's own pages, or with "
            + "Authorization: Bearer.")
    static let staleForm = Problem(
        status: .forbidden, code: "staleForm",
        detail: "The page is from before the server's last start. Load it again, then repeat what you did.")
    static let foreignHost = Problem(
        status: .misdirectedRequest, code: "foreignHost",
        detail: "Without a token the console answers only to localhost, 127.0.0.1 and [::1]. Use one of these, or set "
            + "console.token.")
    static let unreadable = Problem(
        status: .serviceUnavailable, code: "unreadable",
        detail: "The store can't be read at the moment; the server's log says why.")
    static let underway = Problem(
        status: .serviceUnavailable, code: "underway",
        detail: "This is being added up, which takes a while. Ask again in some seconds: it goes on meanwhile.",
        headers: [.retryAfter: "5"])
    static let noSuchLaunch = Problem(
        status: .notFound, code: "noSuchLaunch", detail: "There is no launch with this id.")
    static let noSuchDelivery = Problem(
        status: .notFound, code: "noSuchDelivery", detail: "There is no delivery with this number.")
    static let notFound = Problem(status: .notFound, code: "notFound", detail: "There is nothing here.")
    static let internalError = Problem(
        status: .internalServerError, code: "internal",
        detail: "This is a fault of Slipway's; the server's log says more.")
    static let notAcceptable = Problem(
        status: .notAcceptable, code: "notAcceptable",
        detail: "The answer is application/json: leave Accept out, or let it include that.")
    static let notJSON = Problem(
        status: .unsupportedMediaType, code: "notJSON",
        detail: "Send a JSON object with Content-Type: application/json.")
    static let notForm = Problem(
        status: .unsupportedMediaType, code: "notForm", detail: "This takes what a form of the console's pages sends.")
    static let wrongCursor = invalid("cursor", "must be the nextCursor of an earlier answer")
    static let noOperation = Problem(
        status: .notFound, code: "noOperation", detail: "This server can't be operated through its console.")
    static let tooManyStreams = Problem(
        status: .serviceUnavailable, code: "tooManyStreams",
        detail: "As many pages as may are followed live already; load the page again to see what is new.",
        headers: [.retryAfter: "60"])

    static func invalid(_ parameter: String, _ rule: String) -> Problem {
        Problem(status: .badRequest, code: "invalidParameter", detail: "The parameter \(parameter) \(rule).")
    }

    /// The name itself is not repeated: it may be anything.
    static func unknownParameter(_ known: [String]) -> Problem {
        Problem(
            status: .badRequest, code: "unknownParameter",
            detail: known.isEmpty
                ? "No parameters are known here." : "The parameters known here are \(known.joined(separator: ", ")).")
    }

    static func tooLong(_ what: String, _ bytes: Int) -> Problem {
        Problem(status: .badRequest, code: "tooLong", detail: "\(what) may have \(bytes) bytes.")
    }

    static func invalidBody(_ why: String) -> Problem {
        Problem(status: .badRequest, code: "invalidBody", detail: "The body \(why).")
    }

    static func wrongMethod(_ allowed: [HTTPRequest.Method]) -> Problem {
        let names = allowed.map(\.rawValue).joined(separator: ", ")
        return Problem(
            status: .methodNotAllowed, code: "wrongMethod", detail: "This path takes \(names).",
            headers: [.allow: names])
    }
}

extension Problem {
    init(_ refusal: OperatorRefusal) {
        let status: HTTPResponse.Status =
            switch refusal.code {
            case .noSuchLaunch, .noSuchProfile: .notFound
            case .busy, .over, .notRetryable: .conflict
            case .reasonNeeded: .badRequest
            case .unavailable: .serviceUnavailable
            }
        let first = refusal.message.prefix(1).uppercased() + refusal.message.dropFirst()
        self.init(status: status, code: refusal.code.rawValue, detail: first + ".")
    }
}
