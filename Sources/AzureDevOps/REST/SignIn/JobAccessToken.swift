import Foundation
import Synchronization

/// The access token of a pipeline's job: as a bearer token, and, once that was refused, as the password of Basic
/// authentication with an empty user, which Microsoft's samples of server tasks do.
public final class JobAccessToken: AzureDevOpsAuthenticator {
    private let bearer: AuthorizationHeader
    private let basic: AuthorizationHeader
    private let isBearerRefused = Mutex(false)

    /// - Throws: ``AzureDevOpsError`` of code `invalidConfiguration` if the token can't stand in a header.
    public init(_ token: String) throws(AzureDevOpsError) {
        guard token.isHeaderSafe else {
            throw AzureDevOpsError(.invalidConfiguration, "The job's access token is empty or has white space in it.")
        }
        bearer = AuthorizationHeader("Bearer " + token)
        basic = AuthorizationHeader("Basic " + Data(":\(token)".utf8).base64EncodedString())
    }

    public func authorization() -> AuthorizationHeader { isBearerRefused.withLock { $0 } ? basic : bearer }

    public func discard(_ header: AuthorizationHeader) -> Bool {
        isBearerRefused.withLock { isRefused in
            defer { isRefused = true }
            return !isRefused
        }
    }
}
