/// What AssumeRoleWithWebIdentity needs to know.
struct WebIdentitySettings: Sendable, Hashable {
    var roleARN: String
    var tokenFilePath: String
    var sessionName: String
    var durationSeconds: Int?
}

/// A role for a token in a file, as Kubernetes service accounts have it. The file is read anew each time: the platform
/// replaces it.
struct WebIdentityCredentials: CredentialProvider {
    let context: CredentialContext
    let settings: WebIdentitySettings
    let source: String

    func credentials() async throws -> AWSCredentials {
        let token: String
        do {
            token = try BoundedFile.text(at: self.settings.tokenFilePath)
        } catch {
            throw CredentialError(
                .failed, source: self.source, reason: "the token file \(self.settings.tokenFilePath) \(error)",
                mend: "Check web_identity_token_file or AWS_WEB_IDENTITY_TOKEN_FILE, and the file's mount."
            )
        }
        do {
            // The call is not signed: these are never asked for.
            let nobody = StaticCredentialProvider(AWSCredentials(accessKeyID: "", secretAccessKey: ""))
            return try await self.context.sts(as: nobody).assumeRoleWithWebIdentity(
                roleARN: self.settings.roleARN, sessionName: self.settings.sessionName,
                token: String(token.filter { !$0.isWhitespace }), durationSeconds: self.settings.durationSeconds
            )
        } catch let error as AWSError {
            throw CredentialError(
                .failed, source: self.source, reason: "STS refused the token for \(self.settings.roleARN): \(error)",
                mend: "Check the role's trust policy: provider, subject and audience.", cause: error
            )
        }
    }
}

/// The same, configured by environment variables.
struct EnvironmentWebIdentityCredentials: CredentialProvider {
    let context: CredentialContext

    var source: String { "web identity from environment variables" }

    func credentials() async throws -> AWSCredentials {
        guard let path = self.context.variable("AWS_WEB_IDENTITY_TOKEN_FILE") else {
            throw CredentialError(
                .notConfigured, source: self.source, reason: "AWS_WEB_IDENTITY_TOKEN_FILE is not set",
                mend: "On Kubernetes, bind a role to the service account."
            )
        }
        guard let roleARN = self.context.variable("AWS_ROLE_ARN") else {
            throw CredentialError(
                .failed, source: self.source, reason: "AWS_WEB_IDENTITY_TOKEN_FILE is set, AWS_ROLE_ARN is not",
                mend: "Set both or neither."
            )
        }
        let settings = WebIdentitySettings(
            roleARN: roleARN, tokenFilePath: path,
            sessionName: self.context.variable("AWS_ROLE_SESSION_NAME") ?? RoleSettings.sessionNameDefault
        )
        return try await WebIdentityCredentials(context: self.context, settings: settings, source: self.source)
            .credentials()
    }
}
