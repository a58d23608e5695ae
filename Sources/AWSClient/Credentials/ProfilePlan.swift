/// How a profile gets its credentials, worked out before anything is done.
indirect enum ProfilePlan: Sendable, Hashable {
    case keys(AWSCredentials)
    case process(command: String)
    case webIdentity(WebIdentitySettings)
    case assumeRole(RoleSettings, source: ProfilePlan)
    case environment
    case instanceMetadata
    case container
}

/// What AssumeRole needs to know.
struct RoleSettings: Sendable, Hashable {
    static let sessionNameDefault = "slipway"

    var roleARN: String
    var sessionName: String
    var externalID: String?
    var durationSeconds: Int?
}

/// Works out a profile's plan from the files. Pure: reads no file, asks nobody. What is contradictory, circular or not
/// supported is an error here, before any secret is touched.
struct ProfileResolver: Sendable {
    /// Profiles that may stand behind each other by `source_profile`.
    static let chainMaximum = 8

    var profiles: ProfileSet

    /// - Throws: `CredentialError` with `notConfigured` when the profile holds no credentials at all.
    func plan(for name: String) throws(CredentialError) -> ProfilePlan {
        try plan(for: name, below: [])
    }

    private func plan(for name: String, below visited: [String]) throws(CredentialError) -> ProfilePlan {
        guard let profile = self.profiles.profile(named: name) else {
            throw failed(name, "there is no profile \(name)", mend: "Known profiles: \(knownNames).")
        }
        let isSource = !visited.isEmpty
        // A source profile's own keys come first, so that a profile may name itself as its source.
        if isSource, let keys = try keys(of: profile, name) { return keys }
        guard !visited.contains(name) else {
            throw failed(
                name, "source_profile goes round in a circle: \((visited + [name]).joined(separator: " → "))",
                mend: "Let the last profile hold keys or a credential_source."
            )
        }
        guard visited.count < Self.chainMaximum else {
            throw failed(
                name, "more than \(Self.chainMaximum) profiles stand behind each other", mend: "Shorten the chain."
            )
        }
        if let roleARN = profile["role_arn"] {
            return try rolePlan(roleARN, profile, name, below: visited + [name])
        }
        if let keys = try keys(of: profile, name) { return keys }
        if let command = profile["credential_process"] { return .process(command: command) }
        return try nothingUsable(profile, name, isSource: isSource)
    }

    private func rolePlan(
        _ roleARN: String, _ profile: ProfileSet.Profile, _ name: String, below visited: [String]
    ) throws(CredentialError) -> ProfilePlan {
        guard profile["mfa_serial"] == nil else {
            throw failed(
                name, "it has mfa_serial, and a server has nobody to ask for the code",
                mend: "Use a role without MFA, or credential_process."
            )
        }
        let sessionName = profile["role_session_name"] ?? RoleSettings.sessionNameDefault
        let durationSeconds = try duration(profile, name)
        if let path = profile["web_identity_token_file"] {
            return .webIdentity(
                WebIdentitySettings(
                    roleARN: roleARN, tokenFilePath: path, sessionName: sessionName, durationSeconds: durationSeconds
                )
            )
        }
        let role = RoleSettings(
            roleARN: roleARN, sessionName: sessionName, externalID: profile["external_id"],
            durationSeconds: durationSeconds
        )
        let source = try sourcePlan(profile, name, below: visited)
        if case .assumeRole = source, (durationSeconds ?? 0) > 3_600 {
            throw failed(
                name, "duration_seconds is over 3600, and AWS allows no more when one role assumes another",
                mend: "Lower duration_seconds."
            )
        }
        return .assumeRole(role, source: source)
    }

    private func sourcePlan(
        _ profile: ProfileSet.Profile, _ name: String, below visited: [String]
    ) throws(CredentialError) -> ProfilePlan {
        switch (profile["source_profile"], profile["credential_source"]) {
        case (let source?, nil):
            return try plan(for: source, below: visited)
        case (nil, "Environment"?):
            return .environment
        case (nil, "Ec2InstanceMetadata"?):
            return .instanceMetadata
        case (nil, "EcsContainer"?):
            return .container
        case (nil, _?):
            throw failed(
                name, "its credential_source is not one of Environment, Ec2InstanceMetadata, EcsContainer",
                mend: "Correct credential_source."
            )
        case (nil, nil):
            throw failed(
                name, "it has role_arn, but neither source_profile nor credential_source",
                mend: "Say with one of them who assumes the role."
            )
        case (_?, _?):
            throw failed(name, "it has both source_profile and credential_source", mend: "Remove one of them.")
        }
    }

    private func keys(of profile: ProfileSet.Profile, _ name: String) throws(CredentialError) -> ProfilePlan? {
        switch (profile["aws_access_key_id"], profile["aws_secret_access_key"]) {
        case (let accessKeyID?, let secret?):
            return .keys(
                AWSCredentials(
                    accessKeyID: accessKeyID, secretAccessKey: secret, sessionToken: profile["aws_session_token"],
                    source: "profile \(name)"
                )
            )
        case (nil, nil):
            return nil
        default:
            throw failed(
                name, "it has only one of aws_access_key_id and aws_secret_access_key", mend: "Give both or neither."
            )
        }
    }

    private func duration(_ profile: ProfileSet.Profile, _ name: String) throws(CredentialError) -> Int? {
        guard let text = profile["duration_seconds"] else { return nil }
        guard let seconds = Int(text), (900...43_200).contains(seconds) else {
            throw failed(name, "its duration_seconds is not a number from 900 to 43200", mend: "Correct it.")
        }
        return seconds
    }

    private func nothingUsable(
        _ profile: ProfileSet.Profile, _ name: String, isSource: Bool
    ) throws(CredentialError) -> ProfilePlan {
        if profile.keys.contains(where: { $0.hasPrefix("sso_") }) {
            throw failed(
                name, "it uses IAM Identity Center (sso_…), which needs a person to sign in",
                mend: "Use a role, or credential_process = aws configure export-credentials --profile \(name)."
            )
        }
        throw CredentialError(
            isSource ? .failed : .notConfigured, source: "profile \(name)", reason: "it holds no credentials",
            mend: "Give it keys, role_arn or credential_process."
        )
    }

    private var knownNames: String {
        self.profiles.names.isEmpty ? "none" : self.profiles.names.prefix(20).joined(separator: ", ")
    }

    private func failed(_ name: String, _ reason: String, mend: String) -> CredentialError {
        CredentialError(.failed, source: "profile \(name)", reason: reason, mend: mend)
    }
}
