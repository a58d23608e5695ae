import AsyncHTTPClient
import NIOCore
import NIOSSL

/// The HTTP clients that all containers share.
struct ContainerClients: Sendable {
    /// For Azure DevOps.
    let agent: HTTPClient
    /// For claims: like the entry script's curl it follows no redirect, makes a connection for each try, and tries no
    /// refused connection again by itself.
    let claim: HTTPClient

    /// - Parameter trustRootFile: what vouches for Slipway's receiver.
    init(trustRootFile: String?) {
        var settings = HTTPClient.Configuration()
        // Each container holds a long poll beside its other requests.
        settings.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 16_384
        settings.httpVersion = .http1Only
        agent = HTTPClient(configuration: settings)

        var tls = TLSConfiguration.makeClientConfiguration()
        if let trustRootFile { tls.trustRoots = .file(trustRootFile) }
        settings.tlsConfiguration = tls
        settings.redirectConfiguration = .disallow
        settings.connectionPool.retryConnectionEstablishment = false
        settings.maximumUsesPerConnection = 1
        settings.timeout.connect = .seconds(10)
        claim = HTTPClient(configuration: settings)
    }

    func shutDown() async {
        try? await agent.shutdown()
        try? await claim.shutdown()
    }
}
