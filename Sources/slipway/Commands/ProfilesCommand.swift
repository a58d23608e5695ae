internal import ArgumentParser
internal import SlipwayCore

struct ProfilesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "profiles", abstract: "Pause a profile, and take it up again.",
        subcommands: [ProfilesPauseCommand.self, ProfilesResumeCommand.self])
}

struct ProfilesPauseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pause", abstract: "Make no new launches of a profile: its job requests wait, with the reason.",
        discussion: """
            Example:
              slipway profiles pause large --pool ecs-linux --reason "the quota is used up"
            """)

    @OptionGroup var profile: ProfileArgument
    @OptionGroup var options: OperateOptions

    func run() async throws { try await options.perform { .pauseProfile(try profile.key($0)) } }
}

struct ProfilesResumeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume", abstract: "Make launches of a profile again.",
        discussion: """
            One that is no longer configured is found by its name with its pool's.

            Example:
              slipway profiles resume large --pool ecs-linux
            """)

    @OptionGroup var profile: ProfileArgument
    @OptionGroup var options: OperateOptions

    func run() async throws { try await options.perform { .resumeProfile(try profile.keyOfPaused($0)) } }
}

/// A profile, by its name and, where several pools have one of that name, its pool's.
struct ProfileArgument: ParsableArguments {
    @Argument(help: "The profile's name.")
    var name: String

    @Option(help: ArgumentHelp("The pool it is of; needed only if several have such a profile.", valueName: "name"))
    var pool: String?

    func key(_ configuration: SlipwayConfiguration) throws -> ProfileKey {
        let choice = try LaunchChoice(configuration, pool: pool, profile: name)
        return ProfileKey(pool: choice.pool.name, profile: choice.profile.name)
    }

    /// Also of one that is no longer configured: its pause stays in the ledger until it is taken up again.
    func keyOfPaused(_ configuration: SlipwayConfiguration) throws -> ProfileKey {
        if let pool {
            let key = ProfileKey(pool: pool, profile: name)
            if !configuration.profileKeys.contains(key) { return key }
        }
        return try key(configuration)
    }
}
