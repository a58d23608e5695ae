/// What the process says when it ends. Part of the contract with scripts.
enum CommandStatus: Int32, Sendable {
    case fine = 0
    /// The thing asked about is not so: a broken chain, a failing check, a launch that failed or is unknown.
    case notSo = 1
    /// Wrong usage or configuration.
    case usage = 2
    /// A service, or the store, can't be reached now.
    case unreachable = 69
    /// A bug of ours.
    case bug = 70
}

/// A command's own failure, with the line that is printed.
struct CommandFailure: Error, Hashable, Sendable, CustomStringConvertible {
    var status: CommandStatus
    /// What is not so and what to do next; harmless already. Empty: everything has been said.
    var description: String

    init(_ status: CommandStatus, _ message: String = "") {
        self.status = status
        description = message
    }
}
