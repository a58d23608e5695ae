import NIOCore
import Testing

@testable import SlipwayReceiver

@Suite("Bounded tables and rates")
struct LimitTests {
    private func key(_ address: String) throws -> SourceKey {
        SourceKey(try SocketAddress(ipAddress: address, port: 1234))
    }

    @Test("A source is an IPv4 address or an IPv6 /64; a mapped address is the IPv4 one")
    func sources() throws {
        #expect(try key("192.0.2.1") != key("192.0.2.2"))
        #expect(try key("2001:db8:1:2::1") == key("2001:db8:1:2:ffff::9"))
        #expect(try key("2001:db8:1:2::1") != key("2001:db8:1:3::1"))
        #expect(try key("::ffff:192.0.2.1") == key("192.0.2.1"))
        #expect(try key("::1") != key("0.0.0.0"))
        #expect(SourceKey(nil) == .local)
        #expect(try Peer(SocketAddress(ipAddress: "::ffff:192.0.2.1", port: 1)).address == "192.0.2.1")
    }

    @Test("Failures are admitted as a burst, then at their rate, each source for itself")
    func failures() throws {
        var limiter = FailureLimiter(failures: 2, failuresPerMinute: 6, maximumSources: 10)
        let (one, other) = try (key("192.0.2.1"), key("192.0.2.2"))
        let script: [(SourceKey, Int64, Bool)] = [
            (one, 0, true), (one, 0, true), (one, 0, false), (other, 0, true), (one, 9_999, false), (one, 20_000, true),
            // A clock that was set back gives nothing, and one that jumps ahead gives a full bucket.
            (one, 5_000, false), (one, .max, true), (one, .max, true), (one, .max, false),
        ]
        for (index, (source, now, isAdmitted)) in script.enumerated() {
            let admitted = limiter.recordFailure(from: source, atMilliseconds: now)
            #expect(admitted == isAdmitted, "step \(index)")
        }
    }

    @Test("However many sources fail, the table stays within its bound, and a steady offender is not forgotten")
    func tableBound() throws {
        var limiter = FailureLimiter(failures: 1, failuresPerMinute: 0, maximumSources: 100)
        let offender = try key("192.0.2.1")
        _ = limiter.recordFailure(from: offender, atMilliseconds: 0)
        for index in 0..<5_000 {
            let stranger = try key("10.\(index / 65_536).\(index / 256 % 256).\(index % 256)")
            _ = limiter.recordFailure(from: stranger, atMilliseconds: 0)
            #expect(limiter.trackedSources <= 101)
            if index % 20 == 0 {
                let isAdmitted = limiter.recordFailure(from: offender, atMilliseconds: 0)
                #expect(!isAdmitted)
            }
        }
    }

    @Test("Log lines are held back after a burst, and the next one tells how many")
    func logLines() {
        let limiter = LogLimiter(burstLines: 2)
        #expect(limiter.admit(atMilliseconds: 0) == 0)
        #expect(limiter.admit(atMilliseconds: 0) == 0)
        #expect(limiter.admit(atMilliseconds: 0) == nil)
        #expect(limiter.admit(atMilliseconds: 999) == nil)
        #expect(limiter.admit(atMilliseconds: 1_000) == 2)
        #expect(limiter.admit(atMilliseconds: 1_001) == nil)
    }

    @Test("A source is known for an hour after valid credentials; of too many the one known longest is forgotten")
    func knownSources() throws {
        var gate = ConnectionGate(maximumConnections: 2, reservedConnections: 1)
        let ours = try key("192.0.2.1")
        let first = try admitted(&gate, ours, 0)
        gate.authenticated(first.id, from: ours, atMilliseconds: 0)
        let second = try admitted(&gate, ours, 3_600_000)
        #expect(second.evicted == nil)
        gate.closed(second.id)
        let afterTheHour = gate.open(from: ours, atMilliseconds: 3_600_001)
        #expect(afterTheHour == .refused)
        for index in 0..<ConnectionGate.maximumKnownSources {
            gate.authenticated(.none, from: try key("10.0.\(index / 256).\(index % 256)"), atMilliseconds: 10)
        }
        let whenForgotten = gate.open(from: ours, atMilliseconds: 10)
        #expect(whenForgotten == .refused)
        #expect(gate.openConnections == 1)
    }

    private func admitted(
        _ gate: inout ConnectionGate, _ source: SourceKey, _ now: Int64 = 0
    ) throws -> (id: ConnectionGate.ConnectionID, evicted: ConnectionGate.ConnectionID?) {
        let verdict = gate.open(from: source, atMilliseconds: now)
        guard case .admitted(let id, let evicted) = verdict else {
            throw Refused()
        }
        return (id, evicted)
    }

    private struct Refused: Error {}

    @Test("At the limit the oldest connection without valid credentials makes room; one with them never does")
    func eviction() throws {
        var gate = ConnectionGate(maximumConnections: 4, reservedConnections: 1)
        let stranger = try key("192.0.2.2")
        let first = try admitted(&gate, stranger)
        let second = try admitted(&gate, stranger)
        let third = try admitted(&gate, stranger)
        gate.authenticated(first.id, from: try key("192.0.2.9"), atMilliseconds: 0)
        let fourth = try admitted(&gate, stranger)
        #expect(fourth.evicted == second.id)
        #expect(gate.openConnections == 3)
        // What was evicted no longer counts when it is closed.
        gate.closed(second.id)
        #expect(gate.openConnections == 3)
        let fifth = try admitted(&gate, stranger)
        #expect(fifth.evicted == third.id)
        gate.authenticated(fourth.id, from: try key("192.0.2.9"), atMilliseconds: 0)
        gate.authenticated(fifth.id, from: try key("192.0.2.9"), atMilliseconds: 0)
        let sixth = gate.open(from: stranger, atMilliseconds: 0)
        #expect(sixth == .refused)
    }

    @Test("A source that floods pushes out its own connections, however old another source's one is")
    func evictionBySource() throws {
        var gate = ConnectionGate(maximumConnections: 5, reservedConnections: 1)
        let quiet = try admitted(&gate, try key("192.0.2.1"))
        let flood = try key("192.0.2.2")
        var mine = try (0..<3).map { _ in try admitted(&gate, flood).id }
        for _ in 0..<100 {
            let next = try admitted(&gate, flood)
            let oldest = mine.removeFirst()
            #expect(next.evicted == oldest)
            mine.append(next.id)
        }
        let other = try admitted(&gate, try key("192.0.2.3"))
        #expect(other.evicted == mine.first)
        gate.closed(quiet.id)
        #expect(gate.openConnections == 3)
    }

    @Test("A stranger never takes the place of a known source's connection; a known source may take a stranger's")
    func evictionOfKnown() throws {
        var gate = ConnectionGate(maximumConnections: 3, reservedConnections: 1)
        let (ours, stranger) = try (key("192.0.2.1"), key("192.0.2.2"))
        gate.authenticated(.none, from: ours, atMilliseconds: 0)
        let first = try admitted(&gate, ours)
        let theirs = try admitted(&gate, stranger)
        let third = try admitted(&gate, ours)
        let fourth = try admitted(&gate, ours)
        #expect(fourth.evicted == theirs.id)
        let refused = gate.open(from: stranger, atMilliseconds: 0)
        #expect(refused == .refused)
        let fifth = try admitted(&gate, ours)
        #expect(fifth.evicted == first.id)
        #expect(third.evicted == nil)
    }

    @Test(
        "Dates are those of RFC 9110",
        arguments: [
            (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"), (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
            (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"), (4_107_542_399, "Sun, 28 Feb 2100 23:59:59 GMT"),
            (4_107_542_400, "Mon, 01 Mar 2100 00:00:00 GMT"), (-1, "Wed, 31 Dec 1969 23:59:59 GMT"),
        ] as [(Int64, String)])
    func dates(second: Int64, text: String) {
        #expect(HTTPDate(second: second).text == text)
    }

    @Test("No status is one that Azure DevOps punishes for faults of ours")
    func statuses() {
        let punished: Set<Int> = [301, 302, 307, 308, 410, 429, 500]
        #expect(Set(Answer.Status.allCases.map(\.rawValue)).isDisjoint(with: punished))
    }
}
