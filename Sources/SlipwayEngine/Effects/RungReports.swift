internal import Logging
internal import SlipwayCore

/// Takes in what an event of a launch says of its rung, tells the log where that changes the rung, and records it.
struct RungReports: Sendable {
    let book: LaunchBook
    let directory: PoolDirectory
    let logger: Logger

    /// - Parameter launch: as it was when the event came.
    func take(_ event: LaunchEvent, of launch: Launch) async {
        guard let profile = directory.profile(of: launch),
            let entry = directory.breakers.note(event, of: launch, profile)
        else { return }
        logger.warning(
            entry.kind == "rung.opened" ? "A rung is left out for a while" : "A rung has room again",
            metadata: ["placement": "\(entry.subject)", "facts": "\(entry.facts)"])
        do {
            try await book.record(entry)
        } catch {
            logger.error("A rung's change was not recorded", metadata: ["error": "\(error)"])
        }
    }
}
