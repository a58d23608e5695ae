internal import ArgumentParser
internal import SlipwayCore

struct DrainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drain", abstract: "Make no new launches; what is under way goes on.",
        discussion: """
            It holds until slipway resume, over restarts too, and /readyz says so. Deliveries are still recorded, and job \
            requests wait with the reason.

            Example:
              slipway drain --reason "the cluster is being moved"
            """)

    @OptionGroup var options: OperateOptions

    func run() async throws { try await options.perform { _ in .drain } }
}

struct ResumeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume", abstract: "Make launches again after slipway drain.")

    @OptionGroup var options: OperateOptions

    func run() async throws { try await options.perform { _ in .resume } }
}
