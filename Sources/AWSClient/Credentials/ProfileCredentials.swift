/// The shared files `~/.aws/credentials` and `~/.aws/config`. They are read anew each time, so an edit counts from the
/// next refresh on.
struct ProfileCredentials: CredentialProvider {
    let context: CredentialContext
    let profileName: String
    /// Whether somebody asked for this profile by name: then it must exist.
    let isNamed: Bool

    var source: String { "profile \(self.profileName)" }

    func credentials() async throws -> AWSCredentials {
        let profiles = try ProfileSet.load(
            credentialsPath: self.context.credentialsFilePath, configPath: self.context.configFilePath
        )
        guard self.isNamed || profiles.profile(named: self.profileName) != nil else {
            throw CredentialError(
                .notConfigured, source: self.source,
                reason: "neither \(self.context.credentialsFilePath) nor \(self.context.configFilePath) has it",
                mend: "Write it there, or name another by AWS_PROFILE."
            )
        }
        return try await perform(try ProfileResolver(profiles: profiles).plan(for: self.profileName))
    }

    private func perform(_ plan: ProfilePlan) async throws -> AWSCredentials {
        switch plan {
        case .keys(let credentials):
            return credentials
        case .process(let command):
            return try await ProcessCredentials(context: self.context, command: command, source: self.source)
                .credentials()
        case .webIdentity(let settings):
            return try await WebIdentityCredentials(context: self.context, settings: settings, source: self.source)
                .credentials()
        case .assumeRole(let role, let source):
            return try await assume(role, as: try await perform(source))
        case .environment:
            return try await required(EnvironmentCredentials(context: self.context))
        case .instanceMetadata:
            return try await required(InstanceMetadataCredentials(context: self.context))
        case .container:
            return try await required(ContainerCredentials(context: self.context))
        }
    }

    private func assume(_ role: RoleSettings, as identity: AWSCredentials) async throws -> AWSCredentials {
        do {
            return try await self.context.sts(as: StaticCredentialProvider(identity)).assumeRole(
                roleARN: role.roleARN, sessionName: role.sessionName, durationSeconds: role.durationSeconds,
                externalID: role.externalID
            )
        } catch let error as AWSError {
            throw CredentialError(
                .failed, source: self.source, reason: "\(identity.source) could not assume \(role.roleARN): \(error)",
                mend: "Check the role's trust policy, external_id, and sts:AssumeRole on the caller's side.",
                cause: error
            )
        }
    }

    /// A source that `credential_source` names must work.
    private func required(_ provider: some CredentialProvider) async throws -> AWSCredentials {
        do {
            return try await provider.credentials()
        } catch var error as CredentialError {
            error.code = .failed
            throw error
        }
    }
}

extension ProfileSet {
    /// Reads both files; one that does not exist is empty.
    ///
    /// - Throws: `CredentialError` with `failed` when a file is there but can't be read.
    static func load(credentialsPath: String, configPath: String) throws(CredentialError) -> ProfileSet {
        ProfileSet(credentials: try file(at: credentialsPath), config: try file(at: configPath))
    }

    private static func file(at path: String) throws(CredentialError) -> ProfileFile {
        do {
            return ProfileFile(try BoundedFile.text(at: path, bytesMaximum: ProfileFile.bytesMaximum))
        } catch {
            if case .missing = error { return ProfileFile() }
            throw CredentialError(
                .failed, source: "profile files", reason: "\(path) \(error)",
                mend: "Let this process read it, or point AWS_SHARED_CREDENTIALS_FILE or AWS_CONFIG_FILE elsewhere."
            )
        }
    }
}
