internal import Foundation
internal import Logging
internal import NIOHTTP1

/// The role of the EC2 instance, by version 2 of its metadata service. Version 1 is not tried: it gives credentials to
/// whoever can make this host send a GET.
struct InstanceMetadataCredentials: CredentialProvider {
    let context: CredentialContext

    var source: String { "EC2 instance metadata" }

    func credentials() async throws -> AWSCredentials {
        let service = try InstanceMetadata(context: self.context)
        let token = try await service.token()
        let roles = try await service.get("/latest/meta-data/iam/security-credentials/", token: token)
        guard let role = roles?.split(whereSeparator: \.isNewline).first.map(String.init), !role.isEmpty,
            role.utf8.count <= 128, role.unicodeScalars.allSatisfy({ $0.value > 0x20 && $0.value < 0x7F && $0 != "/" })
        else {
            throw service.notConfigured("the instance has no role", mend: "Attach an instance profile.")
        }
        guard let body = try await service.get("/latest/meta-data/iam/security-credentials/\(role)", token: token)
        else {
            throw service.failed("it lists the role \(role), but has no credentials for it")
        }
        return extendingLife(
            of: try CredentialDocument.credentials(
                from: Data(body.utf8), source: "\(self.source), role \(role)",
                mend: "Check the instance profile and the role's trust policy."
            )
        )
    }

    /// AWS keeps expired credentials of an instance working while its service can't renew them, so they are used on for
    /// a while: with jitter, so that not all instances come back at once.
    private func extendingLife(of credentials: AWSCredentials) -> AWSCredentials {
        let now = self.context.runtime.now()
        guard let expiration = credentials.expiration, expiration.timeIntervalSince(now) < 60 else {
            return credentials
        }
        self.context.logger.info("instance metadata gave expired credentials, using them on for a while")
        return AWSCredentials(
            accessKeyID: credentials.accessKeyID, secretAccessKey: credentials.secretAccessKey,
            sessionToken: credentials.sessionToken,
            expiration: now + 1_200 + 300 * self.context.runtime.random(), source: credentials.source
        )
    }
}

/// The metadata service itself.
struct InstanceMetadata: Sendable {
    private static let tokenLifetimeSeconds = 21_600

    private let context: CredentialContext
    private let origin: String
    private let timeout: Duration
    private let attemptsMaximum: Int
    private let source = "EC2 instance metadata"

    /// - Throws: `CredentialError` with `notConfigured` when it is switched off, with `failed` when a setting is wrong.
    init(context: CredentialContext) throws(CredentialError) {
        self.context = context
        let seconds = context.variable("AWS_METADATA_SERVICE_TIMEOUT").flatMap(Double.init) ?? 1
        self.timeout = .seconds(seconds.isFinite ? min(max(seconds, 0.1), 30) : 1)
        let attempts = context.variable("AWS_METADATA_SERVICE_NUM_ATTEMPTS").flatMap { Int($0) } ?? 1
        self.attemptsMaximum = min(max(attempts, 1), 10)
        let isIPv6 = context.variable("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE")?.lowercased() == "ipv6"
        let text =
            context.variable("AWS_EC2_METADATA_SERVICE_ENDPOINT")
            ?? (isIPv6 ? "http://[fd00:ec2::254]" : "http://169.254.169.254")
        self.origin = text.hasSuffix("/") ? String(text.dropLast()) : text
        guard context.variable("AWS_EC2_METADATA_DISABLED")?.lowercased() != "true" else {
            throw notConfigured("AWS_EC2_METADATA_DISABLED is true", mend: "Unset it on an EC2 instance.")
        }
        guard (try? AWSEndpoint(text)) != nil else {
            throw failed("AWS_EC2_METADATA_SERVICE_ENDPOINT is no usable URL")
        }
    }

    func token() async throws -> String {
        let response = try await send(
            .PUT, "/latest/api/token",
            ["X-Aws-Ec2-Metadata-Token-Ttl-Seconds": "\(Self.tokenLifetimeSeconds)"]
        )
        let token = String(decoding: response.body, as: UTF8.self)
        guard response.status == 200, !token.isEmpty,
            token.unicodeScalars.allSatisfy({ (0x21..<0x7F).contains($0.value) })
        else {
            throw notConfigured(
                "\(self.origin) gave no session token (HTTP \(response.status))",
                mend: "Enable the instance metadata service, version 2."
            )
        }
        return token
    }

    /// Nil when there is nothing at the path.
    func get(_ path: String, token: String) async throws -> String? {
        let response = try await send(.GET, path, ["X-Aws-Ec2-Metadata-Token": token])
        switch response.status {
        case 200: return String(validating: response.body, as: UTF8.self)
        case 404: return nil
        default: throw failed("\(path) answered HTTP \(response.status)")
        }
    }

    private func send(_ method: HTTPMethod, _ path: String, _ headers: HTTPHeaders) async throws -> HTTPExchangeResponse
    {
        do {
            return try await self.context.metadata(
                method, self.origin + path, headers: headers, timeout: self.timeout,
                attemptsMaximum: self.attemptsMaximum
            )
        } catch let failure as HTTPExchangeFailure {
            throw CredentialError(
                .notConfigured, source: self.source,
                reason: "\(self.origin) did not answer within \(self.timeout) (\(failure.kind))",
                mend: "On EC2, enable it, and allow 2 hops when this process is in a container.", cause: failure
            )
        }
    }

    func notConfigured(_ reason: String, mend: String) -> CredentialError {
        CredentialError(.notConfigured, source: self.source, reason: reason, mend: mend)
    }

    func failed(_ reason: String) -> CredentialError {
        CredentialError(.failed, source: self.source, reason: reason, mend: "Check the instance metadata service.")
    }
}
