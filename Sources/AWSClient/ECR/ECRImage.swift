/// The name of an image in a private registry of Amazon ECR, taken apart:
/// `111122223333.dkr.ecr.eu-west-1.amazonaws.com/azp-agent:4.272.0`.
public struct ECRImage: Sendable, Hashable {
    public enum Reference: Sendable, Hashable {
        case tag(String)
        case digest(String)
    }

    public var account: String
    public var region: String
    public var repository: String
    public var reference: Reference

    /// Nil where the name is that of another registry. Without a tag it is `latest`, as everywhere.
    public init?(_ name: String) {
        guard name.utf8.count <= 1_024, let slash = name.firstIndex(of: "/"),
            let host = name[..<slash].wholeMatch(
                of: /([0-9]{12})\.dkr[.-]ecr(?:-fips)?\.([a-z0-9-]+)\.(?:amazonaws\.com(?:\.cn)?|on\.aws)/)
        else { return nil }
        account = String(host.1)
        region = String(host.2)
        let rest = name[name.index(after: slash)...]
        if let at = rest.firstIndex(of: "@") {
            // A tag before a digest says nothing more.
            repository = String(rest[..<at].prefix { $0 != ":" })
            reference = .digest(String(rest[rest.index(after: at)...]))
        } else {
            let parts = rest.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            repository = String(parts[0])
            reference = .tag(parts.count == 2 ? String(parts[1]) : "latest")
        }
        guard !repository.isEmpty else { return nil }
    }
}
