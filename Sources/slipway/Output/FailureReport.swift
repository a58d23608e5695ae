internal import AWSClient
internal import AzureDevOps
internal import OpenSSLNIO
internal import SlipwayConsole
internal import SlipwayCore
internal import SlipwayReceiver
internal import SlipwaySQLite

/// Turns any error into an exit status and lines for the operator. The one place that knows both.
struct FailureReport: Hashable, Sendable {
    var status: CommandStatus
    /// Without control characters, except line breaks between several errors. Empty: everything has been said.
    var text: String

    init(_ error: any Error) {
        switch error {
        case let error as CommandFailure: self.init(error.status, error.description)
        // Each of its lines has been made harmless by itself.
        case let error as ConfigurationErrors: self.init(.usage, error.description)
        case let error as StoreError: self.init(Self.status(of: error), harmless(error.description))
        case let error as PortError: self.init(Self.status(of: error), harmless(error.description))
        case let error as AWSError: self.init(Self.status(of: error), harmless(error.description))
        case let error as AzureDevOpsError: self.init(Self.status(of: error), harmless(error.description))
        // At the start: a certificate or key that the configuration names.
        case let error as OpenSSLError: self.init(.usage, harmless(error.description))
        // An address that can't be listened on, or credentials that can't be used.
        case let error as ReceiverError: self.init(.usage, harmless(error.description))
        case let error as ConsoleError: self.init(.usage, harmless(error.description))
        case let error as CredentialError: self.init(.notSo, harmless(error.description))
        case is CancellationError: self.init(.notSo, "interrupted")
        default:
            self.init(
                .bug,
                "unexpected: \(harmless(String("\(error)".prefix(2_000)))). This is a bug of Slipway: please report it "
                    + "with the command and its output.")
        }
    }

    private init(_ status: CommandStatus, _ text: String) {
        self.status = status
        self.text = text
    }

    private static func status(of error: StoreError) -> CommandStatus {
        switch error.code {
        case .wrongPath: .usage
        case .unavailable, .locked: .unreachable
        case .corrupt, .olderVersion, .newerVersion: .notSo
        default: .bug
        }
    }

    private static func status(of error: PortError) -> CommandStatus {
        switch error.code {
        case .unavailable, .throttled: .unreachable
        default: .notSo
        }
    }

    private static func status(of error: AzureDevOpsError) -> CommandStatus {
        switch error.code {
        case .throttled, .server, .timeout, .unreachable: .unreachable
        case .invalidConfiguration: .usage
        default: .notSo
        }
    }

    private static func status(of error: AWSError) -> CommandStatus {
        if error.code == .invalidConfiguration { return .usage }
        return switch error.classification {
        case .throttle, .transient: .unreachable
        case .expiredCredentials, .clockSkew, .accessDenied, .permanent: .notSo
        }
    }
}
