/// `date/region/service/aws4_request`.
struct CredentialScope: Sendable, Equatable {
    let date: String
    let region: String
    let service: String

    var text: String { "\(date)/\(region)/\(service)/aws4_request" }
}

/// The parsed `Authorization` header of a SigV4 request.
struct Authorization: Sendable {
    let accessKeyID: String
    let scope: CredentialScope
    let signedHeaders: [String]
    let signature: String

    init(_ header: String?) throws(ECSError) {
        guard let header, !header.isEmpty else {
            throw ECSError("MissingAuthenticationTokenException", "Missing Authentication Token")
        }
        let algorithm = "AWS4-HMAC-SHA256"
        guard header.hasPrefix(algorithm + " ") else {
            throw .incompleteSignature("Unsupported AWS 'algorithm' in the Authorization header.")
        }
        let fields = Self.fields(of: header.dropFirst(algorithm.count + 1))
        guard let credential = fields["Credential"], let signed = fields["SignedHeaders"],
            let signature = fields["Signature"],
            !signed.isEmpty, !signature.isEmpty
        else {
            throw .incompleteSignature(
                "Authorization header requires 'Credential', 'SignedHeaders' and 'Signature' parameters."
            )
        }
        let parts = credential.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 5, parts[4] == "aws4_request", !parts[0].isEmpty else {
            throw .incompleteSignature("Credential must have exactly 5 slash-delimited elements.")
        }
        accessKeyID = parts[0]
        scope = CredentialScope(date: parts[1], region: parts[2], service: parts[3])
        signedHeaders = signed.split(separator: ";").map(String.init)
        self.signature = signature
    }

    private static func fields(of text: Substring) -> [String: String] {
        var fields: [String: String] = [:]
        for field in text.split(separator: ",") {
            let trimmed = field.drop { $0 == " " }
            guard let equals = trimmed.firstIndex(of: "=") else { continue }
            fields[String(trimmed[..<equals])] = String(trimmed[trimmed.index(after: equals)...])
        }
        return fields
    }
}
