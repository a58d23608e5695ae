internal import SlipwaySQLite
internal import Synchronization

/// Shows each percent of a phase once.
final class VerificationProgressLine: Sendable {
    private let output: Output
    private let shown = Mutex("")

    init(_ output: Output) { self.output = output }

    func show(_ progress: VerificationProgress) {
        let percent = progress.total > 0 ? min(100, progress.done * 100 / progress.total) : 100
        let text = "verifying \(progress.phase.rawValue): \(percent) % of \(progress.total)"
        let isNew = shown.withLock { shown in
            defer { shown = text }
            return shown != text
        }
        if isNew { output.progress(text) }
    }

    func clear() { output.clearProgress() }
}
