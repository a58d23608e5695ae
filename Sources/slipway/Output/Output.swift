internal import Foundation

#if canImport(Darwin)
internal import Darwin
#elseif canImport(Musl)
internal import Musl
#else
internal import Glibc
#endif

/// Where a command's results and messages go.
struct Output: Sendable {
    /// Results: what a pipe is to get. Throws `CommandFailure` where they can't be put.
    var write: @Sendable (String) throws -> Void
    /// Messages, progress and errors.
    var writeMessage: @Sendable (String) -> Void
    /// Whether a person reads the messages as they come: only then is there any progress.
    var showsProgress: Bool

    /// The process's own.
    static let standard = Output(
        write: { text in
            do {
                try FileHandle.standardOutput.write(contentsOf: Data(text.utf8))
            } catch {
                throw CommandFailure(.unreachable, "standard output takes no more: check its disk, or its reader")
            }
        },
        writeMessage: { try? FileHandle.standardError.write(contentsOf: Data($0.utf8)) },
        showsProgress: isatty(STDERR_FILENO) == 1
    )

    func line(_ text: String) throws { try write(text + "\n") }
    func message(_ text: String) { writeMessage(text + "\n") }

    /// One line that replaces the one before it; on a terminal only. `clearProgress` removes it.
    func progress(_ text: String) {
        if showsProgress { writeMessage("\r\u{1B}[K" + text) }
    }

    func clearProgress() {
        if showsProgress { writeMessage("\r\u{1B}[K") }
    }
}
