public import AsyncHTTPClient
import Foundation
public import Logging
import NIOCore
import NIOHTTP1

/// Signs in to Azure DevOps as a service principal of Microsoft Entra, by the client-credentials grant.
///
/// A token is fetched at the first call, kept, and renewed ahead of its expiry. However many calls wait, one fetch is under
/// way at a time. If a renewal fails while the old token is still good, the old one serves on and the renewal is tried
/// again half a minute later.
public actor EntraClientCredentials: AzureDevOpsAuthenticator {
    /// The scope of Azure DevOps, whose resource identifier is the same for every organization.
    public static let azureDevOpsScope = "499b84ac-1321-427f-aa17-267ca6975798/.default"

    private enum State {
        case empty
        case held(EntraToken)
        case renewing(Task<EntraToken, any Error>)
    }

    private let tokenURL: String
    private let form: Redacted<String>
    private let exchange: HTTPExchange
    private let clock: AzureDevOpsClock
    private let logger: Logger
    private var state = State.empty

    /// - Parameters:
    ///   - tenantID: the directory, as GUID or domain name.
    ///   - authority: for a national cloud or a test. Plain `http` is accepted for loopback addresses only.
    ///   - timeout: of one fetch.
    /// - Throws: ``AzureDevOpsError`` of code `invalidConfiguration`.
    public init(
        tenantID: String,
        clientID: String,
        clientSecret: String,
        authority: String = "https://login.microsoftonline.com",
        httpClient: HTTPClient,
        clock: AzureDevOpsClock = .system,
        timeout: Duration = .seconds(15),
        logger: Logger
    ) throws(AzureDevOpsError) {
        let base = try BaseURL(authority, setting: "Entra authority")
        for (name, value) in [("tenant id", tenantID), ("client id", clientID), ("client secret", clientSecret)]
        where !value.isHeaderSafe {
            throw AzureDevOpsError(
                .invalidConfiguration,
                "The Entra \(name) is empty or has white space in it. Store the value alone, without a line end."
            )
        }
        tokenURL = "\(base.text)/\(tenantID.urlEncoded)/oauth2/v2.0/token"
        form = Redacted(
            [
                ("client_id", clientID), ("client_secret", clientSecret), ("grant_type", "client_credentials"),
                ("scope", Self.azureDevOpsScope),
            ].map { "\($0)=\($1.urlEncoded)" }.joined(separator: "&")
        )
        exchange = HTTPExchange(client: httpClient, timeout: timeout, maximumAnswerBytes: 256 * 1024)
        self.clock = clock
        self.logger = logger
    }

    public func authorization() async throws -> AuthorizationHeader {
        switch state {
        case .held(let token) where token.isFresh(at: clock.now()):
            return token.header
        case .held(let token):
            return try await startRenewal(of: token).value.header
        case .empty:
            return try await startRenewal(of: nil).value.header
        case .renewing(let renewal):
            return try await renewal.value.header
        }
    }

    public func discard(_ header: AuthorizationHeader) -> Bool {
        if case .held(let token) = state, token.header == header { state = .empty }
        return true
    }

    /// A task of its own: a waiting call that is cancelled must not take the fetch away from the others.
    private func startRenewal(of previous: EntraToken?) -> Task<EntraToken, any Error> {
        let renewal = Task { try await self.renew(previous) }
        state = .renewing(renewal)
        return renewal
    }

    private func renew(_ previous: EntraToken?) async throws -> EntraToken {
        do {
            let token = try await fetch()
            state = .held(token)
            return token
        } catch {
            guard let previous, previous.isUsable(at: clock.now()) else {
                state = .empty
                throw error
            }
            logger.warning(
                "The Entra token could not be renewed; the one at hand serves on",
                metadata: ["error": "\(error)", "token.expires": "\(previous.expires)"]
            )
            let postponed = previous.postponed(at: clock.now())
            state = .held(postponed)
            return postponed
        }
    }

    private func fetch() async throws -> EntraToken {
        var request = HTTPClientRequest(url: tokenURL)
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/x-www-form-urlencoded")
        request.headers.add(name: "Accept", value: "application/json")
        request.body = .bytes(ByteBuffer(string: form.secret))
        let answer = try await exchange.perform(request, subject: "the Entra token")
        return try EntraToken(answer, now: clock.now())
    }
}
