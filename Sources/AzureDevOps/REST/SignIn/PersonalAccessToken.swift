import Foundation

/// A personal access token, sent as the password of Basic authentication with an empty user.
public struct PersonalAccessToken: AzureDevOpsAuthenticator {
    private let header: AuthorizationHeader

    /// - Throws: ``AzureDevOpsError`` of code `invalidConfiguration` if the token is empty or holds anything but visible
    ///   ASCII characters: most often a line end that was read along with it.
    public init(_ token: String) throws(AzureDevOpsError) {
        guard token.isHeaderSafe else {
            throw AzureDevOpsError(
                .invalidConfiguration,
                "The personal access token is empty or has white space in it. Store the token alone, without a line end."
            )
        }
        header = AuthorizationHeader("Basic " + Data(":\(token)".utf8).base64EncodedString())
    }

    public func authorization() -> AuthorizationHeader { header }

    public func discard(_ header: AuthorizationHeader) -> Bool { false }
}

extension String {
    /// Not empty, visible ASCII only: fit to stand in a header.
    var isHeaderSafe: Bool { !isEmpty && utf8.allSatisfy { 0x21...0x7E ~= $0 } }
}
