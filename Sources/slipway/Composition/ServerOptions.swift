internal import Foundation
internal import NIOCore
internal import ServiceLifecycle
internal import SlipwayCore
internal import UnixSignals

/// What a server is given beyond its configuration: by the demo and by tests.
struct ServerOptions: Sendable {
    /// Where AWS credentials are looked for.
    var environment: [String: String] = ProcessInfo.processInfo.environment
    var observers: [any LaunchObserver] = []
    /// SIGTERM and SIGINT end it gracefully. Off where somebody else listens for them.
    var handlesSignals = true
    /// SIGHUPs, each of which reads the certificate anew. Trapped by the caller before anything that takes time: one that
    /// nobody has trapped yet ends the process. Nil: they are not listened for.
    var hangups: UnixSignalsSequence?
    /// Called with the receiver's address once it accepts connections.
    var onListening: @Sendable (SocketAddress) async -> Void = { _ in }
    /// The same of the console.
    var onConsoleListening: @Sendable (SocketAddress) async -> Void = { _ in }
}
