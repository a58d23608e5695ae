internal import ArgumentParser
internal import SlipwayCore

struct LaunchesStopCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stop", abstract: "End one launch. One whose agent has a job only with --force.",
        discussion: """
            Its agent is disabled and read again before its agent task is stopped. If its job request still waits, another \
            launch is made.

            Examples:
              slipway launches stop 3f2a1b-7-4711-1
              slipway launches stop 3f2a1b-7-4711-1 --force --reason "it hangs since noon"
            """)

    @Argument(help: "The launch's id.")
    var id: String

    @Flag(help: "Stop it even if its agent has a job, which is lost then. Needs --reason.")
    var force = false

    @OptionGroup var options: OperateOptions

    func validate() throws {
        guard !force || options.reason != nil else { throw ValidationError("--force needs --reason: it is recorded") }
    }

    func run() async throws {
        try await options.perform { _ in .stopLaunch(try LaunchID(argument: id), isForced: force) }
    }
}

struct LaunchesRetryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry",
        abstract: "Try the job request of a failed launch again, as if none of its launches had failed.")

    @Argument(help: "The launch's id.")
    var id: String

    @OptionGroup var options: OperateOptions

    func run() async throws { try await options.perform { _ in .retryLaunch(try LaunchID(argument: id)) } }
}

extension LaunchID {
    fileprivate init(argument: String) throws(CommandFailure) {
        guard let id = LaunchID(rawValue: argument) else {
            throw CommandFailure(
                .notSo, "there is no launch “\(harmless(String(argument.prefix(80))))”: see slipway launches list")
        }
        self = id
    }
}
