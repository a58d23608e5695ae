internal import Foundation

/// Reads the secrets that references name.
struct SecretReader: Sendable {
    /// Answers the text of a secret in AWS Secrets Manager, by name or ARN.
    typealias SecretsManager = @Sendable (_ id: String) async throws -> String

    private let environment: [String: String]
    private let secretsManager: SecretsManager

    init(
        environment: [String: String] = ProcessInfo.processInfo.environment, secretsManager: @escaping SecretsManager
    ) {
        self.environment = environment
        self.secretsManager = secretsManager
    }

    static let maximumBytes = 65_536

    /// One line of text, not empty. The line break that editors and `echo` put at the end of a file is no part of it.
    func read(_ reference: SecretReference) async throws(Complaint) -> SecretText {
        switch reference {
        case .file(let path): try checked(try file(path), of: reference)
        case .environment(let name): try checked(try variable(name), of: reference)
        case .secretsManager(let id, let key): try checked(try await managed(id, key), of: reference)
        case .inline(let text): try checked(text.revealed, of: reference)
        }
    }

    private func file(_ path: String) throws(Complaint) -> String {
        let bytes: [UInt8]
        do {
            bytes = try BoundedFile.read(path, maximumBytes: Self.maximumBytes)
        } catch {
            throw Complaint(found: "\(path): \(error)", mend: error.mend)
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw Complaint(found: "\(path): it is not UTF-8", mend: "save the secret as text")
        }
        return text
    }

    private func variable(_ name: String) throws(Complaint) -> String {
        guard let text = environment[name] else {
            throw Complaint(found: "the environment variable \(name) is not set", mend: "set it for this process")
        }
        return text
    }

    private func managed(_ id: String, _ key: String?) async throws(Complaint) -> String {
        let text: String
        do {
            text = try await secretsManager(id)
        } catch {
            throw Complaint(
                found: "AWS secret \(id) can't be read: \(error)",
                mend: "check its name, and that this identity may call secretsmanager:GetSecretValue on it")
        }
        guard let key else { return text }
        guard let object = try? JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any] else {
            throw Complaint(found: "AWS secret \(id) is no JSON object", mend: "remove #\(key) from the reference")
        }
        guard let value = object[key] as? String else {
            throw Complaint(
                found: "AWS secret \(id) has no text under the key \(key)",
                mend: "name one of its keys after the #")
        }
        return value
    }

    private func checked(_ text: String, of reference: SecretReference) throws(Complaint) -> SecretText {
        var text = Substring(text)
        if text.last?.isNewline == true { text.removeLast() }
        guard !text.isEmpty else {
            throw Complaint(found: "the secret is empty (\(reference.summary))", mend: "put the secret there")
        }
        guard text.utf8.count <= Self.maximumBytes, !text.contains(where: \.isNewline), !text.contains("\0") else {
            throw Complaint(
                found: "the secret has several lines (\(reference.summary))", mend: "put nothing there but the secret")
        }
        return SecretText(String(text))
    }
}
