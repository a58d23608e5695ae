internal import SlipwaySQLite
internal import Synchronization

/// Shows each percent of the phases that are under way, once.
final class VerificationProgressLine: Sendable {
    private struct State {
        var phases: [(phase: VerificationProgress.Phase, text: String)] = []
        var shown = ""
    }

    private let output: Output
    private let state = Mutex(State())

    init(_ output: Output) { self.output = output }

    func show(_ progress: VerificationProgress) {
        let percent = progress.total > 0 ? min(100, progress.done * 100 / progress.total) : 100
        let text = "\(progress.phase.rawValue) \(percent) % of \(progress.total)"
        let line = state.withLock { state -> String? in
            if let index = state.phases.firstIndex(where: { $0.phase == progress.phase }) {
                state.phases[index].text = text
            } else {
                state.phases.append((progress.phase, text))
            }
            let line = "verifying " + state.phases.map(\.text).joined(separator: ", ")
            defer { state.shown = line }
            return line == state.shown ? nil : line
        }
        if let line { output.progress(line) }
    }

    func clear() { output.clearProgress() }
}
