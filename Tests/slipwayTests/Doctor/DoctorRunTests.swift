import Synchronization
import Testing

@testable import slipway

@Suite(.timeLimit(.minutes(1))) struct DoctorRunTests {
    private func check(
        _ name: String, needs: [String] = [],
        _ run: @escaping @Sendable () async throws -> [Finding] = { [.ok("fine")] }
    ) -> DoctorCheck {
        DoctorCheck(name: name, needs: needs, timeLimitSeconds: 7, mend: "mend \(name)", run: run)
    }

    @Test func `A check that never answers ends with its time limit, and is named`() async {
        let asked = Mutex<[Int]>([])
        let run = DoctorRun([
            check("slow") {
                // Deaf to its cancellation, as a read from a file system that hangs is.
                await withUnsafeContinuation { (_: UnsafeContinuation<Void, Never>) in }
                return []
            }, check("quick"),
        ]) { seconds in asked.withLock { $0.append(seconds) } }
        let results = await run.results()
        #expect(
            results.first
                == CheckResult(
                    check: "slow",
                    findings: [Finding(status: .unreachable, message: "no answer within 7 s", mend: "mend slow")]))
        #expect(asked.withLock { $0.allSatisfy { $0 == 7 } })
    }

    @Test func `Checks that need nothing of each other run at the same time`() async {
        // Each waits for the other to have begun: one after the other they would never end.
        let meeting = Meeting(count: 2)
        let results = await DoctorRun([
            check("a") {
                await meeting.arrive()
                return [.ok("met")]
            },
            check("b") {
                await meeting.arrive()
                return [.ok("met")]
            },
        ]).results()
        #expect(results.flatMap(\.findings) == [.ok("met"), .ok("met")])
    }

    @Test func `A check waits for what it needs, and results keep the order of the checks`() async {
        let order = Mutex<[String]>([])
        let results = await DoctorRun([
            check("c", needs: ["b"]) {
                order.withLock { $0.append("c") }
                return []
            },
            check("b", needs: ["a"]) {
                order.withLock { $0.append("b") }
                return [.warning("w", mend: "m")]
            },
            check("a") {
                order.withLock { $0.append("a") }
                return []
            },
        ]).results()
        #expect(order.withLock { $0 } == ["a", "b", "c"])
        #expect(results.map(\.check) == ["c", "b", "a"])
    }

    @Test func `What needs a failed check is skipped, and what needs that too`() async {
        let results = await DoctorRun([
            check("a") { throw CommandFailure(.notSo, "no") }, check("b", needs: ["a"]), check("c", needs: ["b"]),
        ]).results()
        #expect(results.map { $0.findings.map(\.status) } == [[.failed], [.skipped], [.skipped]])
        #expect(results[0].findings[0].mend == "mend a")
    }

    @Test func `A need that no check has is said rather than waited for`() async {
        let results = await DoctorRun([check("a", needs: ["nothing"])]).results()
        #expect(results.first?.findings.first?.message == "not looked at: it needs nothing")
    }
}

/// Lets its visitors go when all have come.
private actor Meeting {
    private var count: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(count: Int) { self.count = count }

    func arrive() async {
        count -= 1
        guard count > 0 else {
            for continuation in waiting { continuation.resume() }
            return
        }
        await withCheckedContinuation { waiting.append($0) }
    }
}
