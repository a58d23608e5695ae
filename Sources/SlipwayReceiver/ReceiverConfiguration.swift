public import SlipwayCore

/// The values of the public listener.
public struct ReceiverConfiguration: Sendable {
    /// The address to listen on. Default: all IPv4 addresses.
    public var host = "0.0.0.0"
    /// 0 takes a free port, which `onListening` tells. Default: 8443.
    public var port = 8443
    /// What Azure DevOps proves itself with.
    public var credentials: HookCredentials
    /// What claims are checked with; nil: none are taken.
    public var claimSecrets: ClaimSecrets?
    /// What the calls of pipelines' server tasks are checked with; nil: none are taken.
    public var serverTaskTokens: ServerTaskTokens?
    public var limits = ReceiverLimits()
    /// On shutdown: how long `/healthz` says no before hooks are refused. As long as a load balancer needs to notice;
    /// without one, every second of it only delays the next start. Default: 0.
    public var unreadyMilliseconds: Int64 = 0
    /// On shutdown: how long hooks are then answered with 503 before the port is closed. Azure DevOps sends such a
    /// delivery again within seconds, while for a refused connection it promises nothing. Default: 0.
    public var refusingMilliseconds: Int64 = 0

    public init(credentials: HookCredentials) {
        self.credentials = credentials
    }

    /// Where Azure DevOps posts to.
    public static let hookPath = "/hooks/azure-devops"
    public static let healthPath = "/healthz"
}
