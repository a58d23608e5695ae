import Foundation
import NIOCore
import NIOFoundationCompat
import NIOHTTP1

extension HTTPAnswer {
    /// The error that this answer is; nil for a good one.
    ///
    /// Decided by status, by the envelope's `typeKey` and by the form of the body. Never by the envelope's message, which
    /// is written in the caller's language.
    func failure(of call: RESTCall, now: Date) -> AzureDevOpsError? {
        switch status {
        case 203: return notSignedIn(call, "answered with a sign-in page")
        case 200..<300: return isMarkup ? notSignedIn(call, "answered with a web page") : nil
        case 300..<400: return notSignedIn(call, "redirected to \(redirectTarget)")
        default: return refusal(of: call, ErrorEnvelope(body), now: now)
        }
    }

    /// HTML by its type or by its first character. No JSON begins so.
    private var isMarkup: Bool {
        let type = headers.first(name: "Content-Type")?.lowercased() ?? ""
        if type.hasPrefix("text/html") || type.hasPrefix("application/xhtml") { return body.readableBytes > 0 }
        return body.readableBytesView.first { ![0x20, 0x09, 0x0A, 0x0D].contains($0) } == UInt8(ascii: "<")
    }

    /// The host alone: the rest of a sign-in URL holds state that has no place in a log.
    private var redirectTarget: String {
        guard let location = headers.first(name: "Location"), let host = URLComponents(string: location)?.host else {
            return "another page"
        }
        return host.operatorText
    }

    private func notSignedIn(_ call: RESTCall, _ what: String) -> AzureDevOpsError {
        AzureDevOpsError(
            .notSignedIn,
            "Azure DevOps \(what) when asking for \(call.subject) (HTTP \(status)), so the token was not accepted. "
                + "Check that it has not expired and belongs to this organization, and that the organization URL is right.",
            httpStatus: status
        )
    }

    private func refusal(of call: RESTCall, _ envelope: ErrorEnvelope?, now: Date) -> AzureDevOpsError {
        let code = refusalCode(envelope?.typeKey)
        let said = envelope?.message.map { ": \($0.operatorText)" } ?? "."
        return AzureDevOpsError(
            code,
            "Azure DevOps answered HTTP \(status) when asking for \(call.subject)\(said) \(code.mend)",
            httpStatus: status,
            typeKey: envelope?.typeKey?.operatorText,
            retryAfter: RateLimit(headers, now: now)?.retryAfter
        )
    }

    /// `typeKey` first where its meaning is known, since the statuses of these errors differ between versions; but a 401
    /// is about the sign-in whatever it says.
    private func refusalCode(_ typeKey: String?) -> AzureDevOpsError.Code {
        switch (status, typeKey) {
        case (401, _): .notSignedIn
        case (429, _): .throttled
        case (_, "TaskAgentJobStillRunningException"): .agentBusy
        case (_, "TaskAgentExistsException"): .conflict
        case (_, "AccessDeniedException"): .accessDenied
        case (_, "TaskAgentNotFoundException"), (_, "TaskAgentPoolNotFoundException"),
            (_, "TaskAgentJobNotFoundException"):
            .notFound
        case (403, _): .accessDenied
        case (404, _), (410, _): .notFound
        case (409, _), (412, _): .conflict
        case (408, _): .timeout
        case (400..<500, _): .invalidRequest
        default: .server
        }
    }
}

/// The JSON of nearly every error.
private struct ErrorEnvelope: Decodable {
    var message: String?
    var typeKey: String?

    init?(_ body: ByteBuffer) {
        guard let envelope = try? JSONDecoder().decode(ErrorEnvelope.self, from: body) else { return nil }
        self = envelope
    }

    enum CodingKeys: CodingKey { case message, typeKey }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        message = container.tolerant(String.self, .message)
        typeKey = container.tolerant(String.self, .typeKey)
    }
}

extension AzureDevOpsError.Code {
    /// What the operator does next.
    fileprivate var mend: String {
        switch self {
        case .notSignedIn:
            "Check that the token has not expired and belongs to this organization."
        case .accessDenied:
            "Give the token the scopes Agent Pools (read & manage) and Build (read & execute), and its owner the role "
                + "Administrator on the agent pool."
        case .notFound: "Check the name or id, and that the token's owner may see it."
        case .conflict: "The name is taken or the object was changed meanwhile: read it again."
        case .agentBusy: "It is deleted when its job is over."
        case .throttled: "Slow down; the limit is counted for each identity, so a token of its own helps."
        case .server, .timeout: "Try again later; see https://status.dev.azure.com."
        default: "The request is wrong for this service's version."
        }
    }
}
