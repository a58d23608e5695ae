internal import Foundation
internal import NIOHTTP1

/// The endpoint that ECS and EKS Pod Identity give to a container.
struct ContainerCredentials: CredentialProvider {
    static let timeout: Duration = .seconds(2)
    static let attemptsMaximum = 3
    static let ecsOrigin = "http://169.254.170.2"

    let context: CredentialContext

    var source: String { "container credentials" }

    func credentials() async throws -> AWSCredentials {
        let url = try endpoint()
        let response: HTTPExchangeResponse
        do {
            response = try await self.context.metadata(
                .GET, url, headers: try headers(), timeout: Self.timeout, attemptsMaximum: Self.attemptsMaximum
            )
        } catch let failure as HTTPExchangeFailure {
            throw failed("\(url) did not answer (\(failure.kind))", mend: "Check the agent that serves it.", failure)
        }
        guard response.status == 200 else {
            throw failed("\(url) answered HTTP \(response.status)", mend: "Check the task role, and its trust policy.")
        }
        return try CredentialDocument.credentials(
            from: response.body, source: self.source,
            mend: "Check AWS_CONTAINER_CREDENTIALS_RELATIVE_URI or …_FULL_URI."
        )
    }

    private func endpoint() throws(CredentialError) -> String {
        if let path = self.context.variable("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI") {
            guard path.hasPrefix("/"), URLComponents(string: Self.ecsOrigin + path) != nil else {
                throw failed(
                    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI is no absolute path", mend: "Don't set it by hand.")
            }
            return Self.ecsOrigin + path
        }
        guard let text = self.context.variable("AWS_CONTAINER_CREDENTIALS_FULL_URI") else {
            throw CredentialError(
                .notConfigured, source: self.source,
                reason: "neither AWS_CONTAINER_CREDENTIALS_RELATIVE_URI nor AWS_CONTAINER_CREDENTIALS_FULL_URI is set",
                mend: "On ECS, give the task definition a task role."
            )
        }
        guard let url = URLComponents(string: text), let host = url.host, !host.isEmpty, url.user == nil,
            url.scheme == "https" || (url.scheme == "http" && Self.isTrustedForPlainHTTP(host))
        else {
            throw failed(
                "AWS_CONTAINER_CREDENTIALS_FULL_URI is neither https nor a local address that AWS allows for http",
                mend: "Use https, a loopback address, 169.254.170.2, 169.254.170.23 or [fd00:ec2::23]."
            )
        }
        return text
    }

    /// Plain HTTP elsewhere would show the credentials to the network.
    static func isTrustedForPlainHTTP(_ host: String) -> Bool {
        let bare = host.trimmingCharacters(in: CharacterSet(charactersIn: "[]")).lowercased()
        if ["localhost", "::1", "169.254.170.2", "169.254.170.23", "fd00:ec2::23"].contains(bare) { return true }
        let parts = bare.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }

    private func headers() throws(CredentialError) -> HTTPHeaders {
        var headers: HTTPHeaders = ["Accept": "application/json"]
        if let token = try authorizationToken() { headers.add(name: "Authorization", value: token) }
        return headers
    }

    /// The file wins, and is read anew each time: EKS replaces it.
    private func authorizationToken() throws(CredentialError) -> String? {
        var token = self.context.variable("AWS_CONTAINER_AUTHORIZATION_TOKEN")
        if let path = self.context.variable("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE") {
            do {
                token = try BoundedFile.text(at: path)
            } catch {
                throw failed("the token file \(path) \(error)", mend: "Check AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE.")
            }
        }
        guard token?.unicodeScalars.allSatisfy({ (0x20..<0x7F).contains($0.value) }) ?? true else {
            throw failed(
                "the authorization token has a line break or another character that no header may hold",
                mend: "Write the token without a line break at its end."
            )
        }
        return token
    }

    private func failed(_ reason: String, mend: String, _ cause: (any Error)? = nil) -> CredentialError {
        CredentialError(.failed, source: self.source, reason: reason, mend: mend, cause: cause)
    }
}
