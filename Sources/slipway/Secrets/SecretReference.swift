/// Where a secret is, as the configuration names it.
enum SecretReference: Hashable, Sendable {
    /// `file:/run/secrets/azp-token`
    case file(String)
    /// `env:AZP_TOKEN`
    case environment(String)
    /// `aws-secretsmanager:name-or-arn`, or `…#key` for one member of a secret that is a JSON object.
    case secretsManager(id: String, jsonKey: String?)
    /// The secret itself stands in the configuration.
    case inline(SecretText)

    static let schemes = ["file", "env", "aws-secretsmanager"]

    /// Where it is, in a person's words; of an inline secret nothing.
    var summary: String {
        switch self {
        case .file(let path): "file \(path)"
        case .environment(let name): "environment variable \(name)"
        case .secretsManager(let id, let key): "AWS secret \(id)" + (key.map { ", key \($0)" } ?? "")
        case .inline: "inline"
        }
    }
}

extension SecretReference {
    /// Reads a reference; any other text is an inline secret, except what is a misspelt reference.
    static func parse(_ text: String) throws(Complaint) -> SecretReference {
        guard let colon = text.firstIndex(of: ":") else { return .inline(SecretText(text)) }
        let scheme = String(text[..<colon])
        let rest = String(text[text.index(after: colon)...])
        switch scheme {
        case "file":
            return .file(try nonEmpty(rest, form: "file:/path/of/the/secret"))
        case "env":
            return .environment(try variableName(rest))
        case "aws-secretsmanager":
            return try secretsManager(rest)
        default:
            guard scheme.allSatisfy({ $0.isLetter || $0 == "-" }),
                let nearest = NearestName.of(scheme, among: schemes), nearest.count - scheme.count <= 2,
                NearestName.distance(Array(scheme.lowercased()), Array(nearest)) <= 2
            else { return .inline(SecretText(text)) }
            throw Complaint(found: "“\(scheme):” names no kind of reference", mend: "write \(nearest):…")
        }
    }

    private static func secretsManager(_ rest: String) throws(Complaint) -> SecretReference {
        let form = "aws-secretsmanager:name-or-arn#json-key"
        let parts = rest.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let id = try nonEmpty(parts[0], form: form)
        guard parts.count == 2 else { return .secretsManager(id: id, jsonKey: nil) }
        return .secretsManager(id: id, jsonKey: try nonEmpty(parts[1], form: form))
    }

    private static func variableName(_ name: String) throws(Complaint) -> String {
        let isName = name.utf8.allSatisfy { byte in
            byte == UInt8(ascii: "_") || Character(Unicode.Scalar(byte)).isLetter
                || Character(Unicode.Scalar(byte)).isNumber
        }
        guard isName, !name.isEmpty else {
            throw Complaint(found: "the reference names no environment variable", mend: "write env:NAME")
        }
        return name
    }

    private static func nonEmpty(_ text: String, form: String) throws(Complaint) -> String {
        guard !text.isEmpty, !text.unicodeScalars.contains(where: isHarmful) else {
            throw Complaint(found: "the reference is incomplete", mend: "write \(form)")
        }
        return text
    }
}
