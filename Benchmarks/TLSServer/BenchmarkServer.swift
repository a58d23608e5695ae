import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import OpenSSLNIO

/// The server that `bench/tls/run` measures: a static 200 over HTTP/1.1 behind one of two TLS handlers, everything else being equal.
@main
struct BenchmarkServer {
    static func main() async throws {
        guard let options = Options(CommandLine.arguments.dropFirst()) else { fatalError(Options.usage) }
        let group = MultiThreadedEventLoopGroup(numberOfThreads: options.threads)
        let addTLS = try tlsInitializer(options)
        let server = try await ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 511)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try addTLS(channel)
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline(withPipeliningAssistance: false)
                    try channel.pipeline.syncOperations.addHandler(StaticAnswer())
                }
            }
            .bind(host: "127.0.0.1", port: options.port)
            .get()
        print("listening on \(server.localAddress?.port ?? 0)")
        try await server.closeFuture.get()
    }

    private static func tlsInitializer(_ options: Options) throws -> @Sendable (any Channel) throws -> Void {
        switch options.handler {
        case .openssl:
            let identity = TLSIdentity(certificateChainFile: options.certificate, privateKeyFile: options.key)
            let store = try TLSServerContextStore(configuration: TLSServerConfiguration(identity: identity))
            return { channel in try channel.pipeline.syncOperations.addHandler(store.makeHandler()) }
        case .nioSSL:
            let certificates = try NIOSSLCertificate.fromPEMFile(options.certificate)
            let configuration = TLSConfiguration.makeServerConfiguration(
                certificateChain: certificates.map { .certificate($0) },
                privateKey: .privateKey(try NIOSSLPrivateKey(file: options.key, format: .pem))
            )
            let context = try NIOSSLContext(configuration: configuration)
            return { channel in try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: context)) }
        case .none:
            return { _ in }
        }
    }
}

private struct Options {
    enum Handler: String {
        case openssl
        case nioSSL = "nio-ssl"
        case none
    }

    static let usage = "usage: tls-bench-server openssl|nio-ssl|none PORT THREADS CERTIFICATE KEY"

    var handler: Handler
    var port: Int
    var threads: Int
    var certificate: String
    var key: String

    init?(_ arguments: ArraySlice<String>) {
        let arguments = Array(arguments)
        guard arguments.count == 5, let handler = Handler(rawValue: arguments[0]), let port = Int(arguments[1]),
            let threads = Int(arguments[2])
        else { return nil }
        self.handler = handler
        self.port = port
        self.threads = threads
        self.certificate = arguments[3]
        self.key = arguments[4]
    }
}
