import Foundation
import NIOFoundationCompat

/// An access token with the times that decide about its use.
struct EntraToken: Sendable, Equatable {
    let header: AuthorizationHeader
    let expires: Date
    /// From here on a new one is fetched before use.
    let renewal: Date

    /// Renew this long before the end, or after half of a short life.
    static let renewalMarginSeconds = 300.0
    /// How long a failed renewal is put off while the old token is good.
    static let postponementSeconds = 30.0
    /// A token this close to its end may expire on the way.
    static let safetyMarginSeconds = 10.0

    init(header: AuthorizationHeader, lifetimeSeconds: Double, now: Date) {
        self.header = header
        expires = now.addingTimeInterval(lifetimeSeconds)
        renewal = now.addingTimeInterval(max(lifetimeSeconds - Self.renewalMarginSeconds, lifetimeSeconds / 2))
    }

    private init(header: AuthorizationHeader, expires: Date, renewal: Date) {
        self.header = header
        self.expires = expires
        self.renewal = renewal
    }

    func isFresh(at now: Date) -> Bool { now < renewal }

    func isUsable(at now: Date) -> Bool { now.addingTimeInterval(Self.safetyMarginSeconds) < expires }

    /// Fresh again for a while, but never beyond its own end.
    func postponed(at now: Date) -> EntraToken {
        let usable = expires.addingTimeInterval(-Self.safetyMarginSeconds)
        return EntraToken(
            header: header,
            expires: expires,
            renewal: min(now.addingTimeInterval(Self.postponementSeconds), usable)
        )
    }
}

// MARK: - The answer of the authority

extension EntraToken {
    private static let longestLifetimeSeconds = 7.0 * 86_400

    private struct Grant: Decodable {
        var tokenType: String
        var accessToken: String
        var expiresIn: Double

        enum CodingKeys: String, CodingKey {
            case tokenType = "token_type"
            case accessToken = "access_token"
            case expiresIn = "expires_in"
        }

        /// The number comes as text from older endpoints.
        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            tokenType = try container.decode(String.self, forKey: .tokenType)
            accessToken = try container.decode(String.self, forKey: .accessToken)
            if let text = try? container.decode(String.self, forKey: .expiresIn) {
                expiresIn = Double(text) ?? 0
            } else {
                expiresIn = try container.decode(Double.self, forKey: .expiresIn)
            }
        }
    }

    private struct Refusal: Decodable {
        var error: String
        var codes: [Int]?

        enum CodingKeys: String, CodingKey {
            case error
            case codes = "error_codes"
        }
    }

    /// - Throws: ``AzureDevOpsError``. The authority's own text is left out of it, since it repeats identifiers.
    init(_ answer: HTTPAnswer, now: Date) throws(AzureDevOpsError) {
        guard answer.status == 200 else { throw Self.refusal(answer, now: now) }
        guard let grant = try? JSONDecoder().decode(Grant.self, from: answer.body),
            grant.tokenType.lowercased() == "bearer", grant.accessToken.isHeaderSafe,
            grant.expiresIn > 0, grant.expiresIn <= Self.longestLifetimeSeconds
        else {
            throw AzureDevOpsError(
                .malformedAnswer,
                "The Entra authority's answer is not a token. Check the authority's URL, and what stands between it and here.",
                httpStatus: answer.status
            )
        }
        self.init(
            header: AuthorizationHeader("Bearer " + grant.accessToken),
            lifetimeSeconds: grant.expiresIn,
            now: now
        )
    }

    private static func refusal(_ answer: HTTPAnswer, now: Date) -> AzureDevOpsError {
        let retryAfter = RateLimit(answer.headers, now: now)?.retryAfter
        if answer.status == 429 || answer.status >= 500 {
            return AzureDevOpsError(
                answer.status == 429 ? .throttled : .server,
                "The Entra authority answered HTTP \(answer.status). It is retried with the next call.",
                httpStatus: answer.status,
                retryAfter: retryAfter
            )
        }
        let refusal = try? JSONDecoder().decode(Refusal.self, from: answer.body)
        return AzureDevOpsError(
            .notSignedIn,
            "The Entra authority refused the client credentials (HTTP \(answer.status)\(detail(refusal))). "
                + mend(refusal?.codes ?? []),
            httpStatus: answer.status,
            typeKey: refusal?.error.operatorText
        )
    }

    private static func detail(_ refusal: Refusal?) -> String {
        guard let refusal else { return "" }
        let codes = (refusal.codes ?? []).prefix(3).map { ", AADSTS\($0)" }.joined()
        return ", \(refusal.error.operatorText)\(codes)"
    }

    /// The codes of "Microsoft Entra authentication and authorization error codes".
    private static func mend(_ codes: [Int]) -> String {
        if codes.contains(7_000_215) { return "The client secret is wrong: use its value, not its id." }
        if codes.contains(7_000_222) { return "The client secret has expired: make a new one." }
        if codes.contains(700_016) { return "The client id is not known in this tenant: check both." }
        if codes.contains(90_002) { return "The tenant does not exist: check the tenant id." }
        return "Check tenant id, client id and client secret."
    }
}
