import Foundation

/// The URL of an organization, such as `https://dev.azure.com/fabrikam`, or of a server's collection.
public struct OrganizationURL: Sendable, Hashable, CustomStringConvertible {
    /// Without a slash at its end.
    public var description: String { base.text }
    public var host: String { base.host }

    let base: BaseURL

    /// Plain `http` is accepted for loopback addresses only, since every call carries a token.
    ///
    /// - Throws: ``AzureDevOpsError`` of code `invalidConfiguration`, which says what to write instead.
    public init(_ text: String) throws(AzureDevOpsError) {
        base = try BaseURL(text, setting: "organization URL")
        if base.host == "dev.azure.com", base.pathSegments.count != 1 {
            throw AzureDevOpsError(
                .invalidConfiguration,
                "The organization URL must name one organization and nothing below it: write https://dev.azure.com/NAME."
            )
        }
    }
}

/// A checked URL that calls are built on: https, no user, query or fragment, no slash at its end.
struct BaseURL: Sendable, Hashable {
    let text: String
    let host: String
    let pathSegments: [String]

    init(_ text: String, setting: String) throws(AzureDevOpsError) {
        guard let components = URLComponents(string: text), let scheme = components.scheme?.lowercased(),
            let host = components.host?.lowercased(), !host.isEmpty, components.user == nil, components.password == nil,
            components.query == nil, components.fragment == nil
        else {
            throw AzureDevOpsError(
                .invalidConfiguration,
                "The \(setting) is not a plain URL: write https://HOST/PATH, without a user, a query or a fragment."
            )
        }
        guard scheme == "https" || (scheme == "http" && Self.isLoopback(host)) else {
            throw AzureDevOpsError(
                .invalidConfiguration,
                "The \(setting) must begin with https://, since every call carries a token."
            )
        }
        self.host = host
        pathSegments = components.percentEncodedPath.split(separator: "/").map(String.init)
        let port = components.port.map { ":\($0)" } ?? ""
        self.text = ([scheme + "://" + (components.percentEncodedHost?.lowercased() ?? host) + port] + pathSegments)
            .joined(separator: "/")
    }

    private static func isLoopback(_ host: String) -> Bool {
        ["localhost", "127.0.0.1", "::1", "[::1]"].contains(host)
    }
}
