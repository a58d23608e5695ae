import SlipwaySQLite
import Synchronization

/// Keeps the progress that it is told.
final class Recorder: Sendable {
    private let seen = Mutex<[VerificationProgress]>([])

    var values: [VerificationProgress] { seen.withLock { $0 } }
    func add(_ progress: VerificationProgress) { seen.withLock { $0.append(progress) } }
}
