@testable import AWSClient
import Foundation
import Synchronization

/// A clock that moves when told, and by every pause. Keeps what was slept.
final class ManualRuntime: Sendable {
    private struct State {
        var now: Date
        var pauses: [Duration] = []
    }

    private let state: Mutex<State>
    private let randomValue: Double

    init(now: Date = Date(timeIntervalSince1970: 1_800_000_000), random: Double = 0.5) {
        self.state = Mutex(State(now: now))
        self.randomValue = random
    }

    var now: Date { self.state.withLock { $0.now } }
    var pauses: [Duration] { self.state.withLock { $0.pauses } }

    func advance(seconds: Double) { self.state.withLock { $0.now += seconds } }

    var runtime: AWSRuntime {
        AWSRuntime(
            now: { self.now },
            sleep: { pause in
                try Task.checkCancellation()
                self.state.withLock { state in
                    state.pauses.append(pause)
                    state.now += pause / .seconds(1)
                }
            },
            random: { self.randomValue }
        )
    }
}
