internal import ArgumentParser
internal import Foundation
internal import Logging
internal import UnixSignals

struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Run the server.",
        discussion: """
            Receives service hooks over HTTPS and drives launches until SIGTERM or SIGINT. Everything is checked before \
            it listens; what is wrong is printed one error a line, with exit code 2. SIGHUP reads the certificate anew.

            Examples:
              slipway serve --config /etc/slipway/slipway.yaml
              SLIPWAY_LOG_LEVEL=debug slipway serve -c slipway.yaml
            """)

    @OptionGroup var options: ConfigurationOptions

    func run() async throws {
        var serverOptions = ServerOptions()
        serverOptions.hangups = await UnixSignalsSequence(trapping: .sighup)
        let loaded = try options.load()
        let logger = ServerLog.logger(loaded.configuration)
        let secrets = try await loaded.secrets(.live(loaded.configuration, logger: logger))
        try await runServer(loaded.configuration, secrets: secrets, options: serverOptions, logger: logger)
    }
}

/// The log of the server: lines on standard error.
enum ServerLog {
    static func logger(_ configuration: SlipwayConfiguration) -> Logger {
        var logger = Logger(label: "slipway") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = Logger.Level(rawValue: configuration.log.level) ?? .info
        return logger
    }

    /// For commands that report by themselves: only what is wrong.
    static var quiet: Logger {
        var logger = Logger(label: "slipway") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = .error
        return logger
    }
}
