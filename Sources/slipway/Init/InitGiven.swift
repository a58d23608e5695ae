/// What the caller of `slipway init` says, by flags or by the agent's own variables.
struct InitGiven: Hashable, Sendable {
    /// The configuration file, as an absolute path.
    var path: String
    var organization: String?
    var pool: String?
    var region: String?
    var cluster: String?
    var taskDefinition: String?
    var container: String?
    var subnets: [String] = []
    var securityGroups: [String] = []
    var assignsPublicIP = false
    var publicURL: String?
    var certificate: String?
    var privateKey: String?
    var tokenFile: String?
    var storePath: String?
    var endpoint: String?

    /// A file beside the configuration.
    func beside(_ name: String) -> String {
        path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/") + "/" + name
    }

    var tokenPath: String { tokenFile ?? beside("azp-token") }
    var hookPasswordPath: String { beside("hook-password") }
    var claimSecretPath: String { beside("claim-secret") }
    var certificatePath: String { certificate ?? "/etc/slipway/tls/tls.crt" }
    var privateKeyPath: String { privateKey ?? "/etc/slipway/tls/tls.key" }
}
