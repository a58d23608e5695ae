/// What the listener says to one request: a status and a text, for a person who reads the answer or as JSON.
struct Answer: Hashable, Sendable {
    /// The statuses that this listener knows. 500, 429, 410 and 3xx are missing on purpose: Azure DevOps punishes a
    /// subscription for them (docs/service-hooks/troubleshoot), so no fault of ours can come out as one.
    enum Status: Int, Hashable, Sendable, CaseIterable {
        case ok = 200
        case accepted = 202
        case badRequest = 400
        case unauthorized = 401
        case forbidden = 403
        case notFound = 404
        case methodNotAllowed = 405
        case requestTimeout = 408
        case conflict = 409
        case contentTooLarge = 413
        case unsupportedMediaType = 415
        case expectationFailed = 417
        case requestHeaderFieldsTooLarge = 431
        case serviceUnavailable = 503

        var reasonPhrase: StaticString {
            switch self {
            case .ok: "OK"
            case .accepted: "Accepted"
            case .badRequest: "Bad Request"
            case .unauthorized: "Unauthorized"
            case .forbidden: "Forbidden"
            case .notFound: "Not Found"
            case .methodNotAllowed: "Method Not Allowed"
            case .requestTimeout: "Request Timeout"
            case .conflict: "Conflict"
            case .contentTooLarge: "Content Too Large"
            case .unsupportedMediaType: "Unsupported Media Type"
            case .expectationFailed: "Expectation Failed"
            case .requestHeaderFieldsTooLarge: "Request Header Fields Too Large"
            case .serviceUnavailable: "Service Unavailable"
            }
        }
    }

    enum Format: Hashable, Sendable {
        case plainText
        case json

        var contentType: StaticString {
            switch self {
            case .plainText: "text/plain; charset=utf-8"
            case .json: "application/json"
            }
        }
    }

    var status: Status
    var text: String
    var format: Format
    /// The methods that the path knows; for 405 only.
    var allowedMethods: String?
    /// How the caller may prove itself, as `WWW-Authenticate` says it; for 401 only.
    var challenge: String?
    /// When to come again; for 503 only.
    var retryAfterSeconds: Int?

    init(
        _ status: Status, _ text: String = "", format: Format = .plainText, allowedMethods: String? = nil,
        challenge: String? = nil
    ) {
        self.status = status
        self.text = text
        self.format = format
        self.allowedMethods = allowedMethods
        self.challenge = challenge
    }
}

extension Answer {
    static func malformed(_ what: String) -> Answer { Answer(.badRequest, what + "\n") }
    /// Says nothing about what was wrong: the caller may be anybody.
    static func unauthorized(challenge: String?) -> Answer { Answer(.unauthorized, challenge: challenge) }
    static let notFound = Answer(.notFound)
    static let tooSlow = Answer(.requestTimeout, "the request did not arrive in time; send it again\n")
    static let tooLarge = Answer(.contentTooLarge, "the body is larger than this server reads\n")
    static let draining = Answer(.serviceUnavailable, "shutting down; send it again\n")
    static let storeUnavailable = Answer(.serviceUnavailable, "not recorded: the store is unavailable; send it again\n")
}
