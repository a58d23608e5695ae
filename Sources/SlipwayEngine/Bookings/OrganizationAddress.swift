internal import Foundation

/// An organization's URL, for comparison: what a call names is compared, and nothing is ever sent there.
struct OrganizationAddress {
    private let normal: String?

    init(_ url: String) { normal = Self.normal(url) }

    func isSame(as url: String) -> Bool {
        guard let normal, let other = Self.normal(url) else { return false }
        return normal == other
    }

    /// Nil for what is no plain https URL; plain http is for this machine alone. `https://dev.azure.com/NAME` and
    /// `https://NAME.visualstudio.com` are one.
    private static func normal(_ text: String) -> String? {
        guard text.utf8.count <= 512, let url = URLComponents(string: text), let host = url.host?.lowercased(),
            !host.isEmpty, url.user == nil, url.password == nil, url.query == nil, url.fragment == nil
        else { return nil }
        let scheme = url.scheme?.lowercased()
        let isLocal = ["127.0.0.1", "localhost", "::1", "[::1]"].contains(host)
        guard scheme == "https" || (scheme == "http" && isLocal) else { return nil }
        let port = url.port ?? (scheme == "https" ? 443 : 80)
        guard port == 443 || isLocal else { return nil }
        var path = url.percentEncodedPath.lowercased()
        while path.hasSuffix("/") { path.removeLast() }
        let suffix = ".visualstudio.com"
        if host.hasSuffix(suffix), path.isEmpty || path == "/defaultcollection" {
            return "https://dev.azure.com:443/" + host.dropLast(suffix.count)
        }
        return "\(scheme ?? "")://\(host):\(port)\(path)"
    }
}
