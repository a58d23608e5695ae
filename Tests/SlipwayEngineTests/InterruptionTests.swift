import SlipwayCore
import SlipwayEngine
import Synchronization
import Testing

/// The engine is stopped at its n-th write and at its n-th call to the outside, for every n, and started again: each
/// job runs, none gets two agents, no busy agent is stopped, nothing is left over.
@Suite struct InterruptionTests {
    private final class Fuse: Sendable {
        private let state: Mutex<(at: Int, isBlown: Bool)>
        init(at number: Int) { state = Mutex((number, false)) }

        /// Throws from the n-th on until it is mended: a process that dies does nothing more.
        func check(_ number: Int) throws {
            let isBlown = state.withLock { state in
                if number == state.at { state.isBlown = true }
                return state.isBlown
            }
            if isBlown { throw Interrupted() }
        }

        var isBlown: Bool { state.withLock { $0.isBlown } }
        func mend() { state.withLock { $0 = (Int.max, false) } }
    }

    @Test func stoppedAtEachWrite() async throws {
        try await forEachNumber { fuse in Harness(onWrite: { try fuse.check($0) }) }
    }

    @Test func stoppedAtEachCallToTheOutside() async throws {
        try await forEachNumber { fuse in Harness(onCall: { try fuse.check($0) }) }
    }

    /// Until a run completes without its fuse having blown.
    private func forEachNumber(_ make: @Sendable (Fuse) -> Harness) async throws {
        var number = 1
        while true {
            let fuse = Fuse(at: number)
            let harness = make(fuse)
            try await harness.run { _ in
                for id in 1...3 { harness.world.queue(Int64(id), seconds: Int(id)) }
                _ = await harness.passes(seconds: 60) { fuse.isBlown || harness.isQuiet }
            }
            let wasBlown = fuse.isBlown
            fuse.mend()
            try await harness.run { _ in
                await harness.expect(within: 1_200) { harness.isQuiet }
            }
            #expect(harness.world.ranAll, "stopped at \(number)")
            #expect(harness.world.with { $0.tokens.count } == 3, "stopped at \(number)")
            #expect(harness.world.with { $0.interrupted.isEmpty }, "stopped at \(number)")
            var chain = LedgerChain()
            for record in harness.store.records { #expect(chain.verify(record) == nil) }
            guard wasBlown else { break }
            number += 1
        }
        #expect(number > 10, "the scenario was stopped at \(number) places only")
    }
}
