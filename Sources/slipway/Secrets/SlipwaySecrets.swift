/// The secrets of a configuration, read.
struct SlipwaySecrets: Hashable, Sendable {
    var hookPasswords: [SecretText] = []
    var hookHeaderValues: [SecretText] = []
    var azureDevOps: AzureDevOpsSignIn
    var consoleToken: SecretText?
    /// As `console.tokens` has them.
    var consoleTokens: [SecretText] = []
    var claims: [SecretText] = []
    var serverTasks: [SecretText] = []

    enum AzureDevOpsSignIn: Hashable, Sendable {
        case token(SecretText)
        case entra(tenantID: String, clientID: String, clientSecret: SecretText)
    }
}

extension ConfigurationLoader.Loaded {
    /// Reads every secret. Throws an error for each that can't be read.
    func secrets(_ reader: SecretReader) async throws(ConfigurationErrors) -> SlipwaySecrets {
        var reading = SecretReading(reader: reader, loaded: self)
        let root = ConfigurationPath.root
        let passwords = await reading.list(configuration.hooks.passwords, at: root["hooks"]["passwords"])
        let header = await reading.list(
            configuration.hooks.header?.values ?? [], at: root["hooks"]["header"]["values"])
        let signIn = await reading.signIn(configuration.azureDevOps.signIn, at: root["azureDevOps"])
        let token = await reading.optional(configuration.console.token, at: root["console"]["token"])
        var tokens: [SecretText] = []
        for (index, token) in configuration.console.tokens.enumerated() {
            let path = root["console"]["tokens"][index]["token"]
            if let text = await reading.optional(token.token, at: path) { tokens.append(text) }
        }
        let claims = await reading.list(configuration.claims.secrets, at: root["claims"]["secrets"])
        let serverTasks = await reading.list(configuration.serverTasks.tokens, at: root["serverTasks"]["tokens"])
        guard reading.errors.isEmpty, let signIn else { throw ConfigurationErrors(reading.errors) }
        return SlipwaySecrets(
            hookPasswords: passwords, hookHeaderValues: header, azureDevOps: signIn, consoleToken: token,
            consoleTokens: tokens,
            claims: claims, serverTasks: serverTasks)
    }
}

/// Reads secrets one after the other and collects what is wrong.
private struct SecretReading {
    let reader: SecretReader
    let loaded: ConfigurationLoader.Loaded
    var errors: [ConfigurationError] = []

    mutating func list(_ references: [SecretReference], at path: ConfigurationPath) async -> [SecretText] {
        var texts: [SecretText] = []
        for reference in references {
            if let text = await one(reference, at: path) { texts.append(text) }
        }
        return texts
    }

    mutating func optional(_ reference: SecretReference?, at path: ConfigurationPath) async -> SecretText? {
        guard let reference else { return nil }
        return await one(reference, at: path)
    }

    mutating func signIn(
        _ signIn: SlipwayConfiguration.AzureDevOps.SignIn, at path: ConfigurationPath
    ) async -> SlipwaySecrets.AzureDevOpsSignIn? {
        switch signIn {
        case .token(let reference):
            return await one(reference, at: path["token"]).map { .token($0) }
        case .entra(let tenantID, let clientID, let reference):
            return await one(reference, at: path["entra"]["clientSecret"]).map {
                .entra(tenantID: tenantID, clientID: clientID, clientSecret: $0)
            }
        }
    }

    private mutating func one(_ reference: SecretReference, at path: ConfigurationPath) async -> SecretText? {
        do throws(Complaint) {
            return try await reader.read(reference)
        } catch {
            let place = loaded.values.origin(path).map { loaded.source.place($0) }
            errors.append(
                ConfigurationError(
                    place: place ?? loaded.source.fileName, key: path.description, found: error.found,
                    mend: error.mend))
            return nil
        }
    }
}
