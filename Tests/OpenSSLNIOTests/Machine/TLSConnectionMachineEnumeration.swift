import NIOCore
import Testing

@testable import OpenSSLNIO

/// Walks through everything that can happen to a connection, in any order, and checks what must hold on every path.
@Suite("Machine: enumeration")
struct TLSConnectionMachineEnumeration {
    enum Event: CaseIterable {
        case activated, handshakeCompleted, failedWithAlert, failedWithoutAlert, deadline, wantRead, burstEnded
        case closeNotifyHalf, closeNotifyFull, transportEnded, transportCut, transportClosed, transportClosedWithin
        case close, closeOutput, closeInput, sent, sendFailed
    }

    /// A machine after some events, and how often each thing was done on the way there.
    struct Path: Hashable {
        var state: TLSConnectionMachine.State = .idle
        var isReadWanted = false
        var hasDeadline = false
        var lastBytes = 0
        var channelCloses = 0
        var handshakes = 0
        var inputCloses = 0
        var errors = 0
        var pendingLastBytes = 0
    }

    @Test func `on no path is anything said twice, left waiting without a deadline, or done after the end`() {
        var seen: Set<Path> = [Path()]
        var frontier: [Path] = [Path()]
        while let path = frontier.popLast() {
            for event in Event.allCases where Self.isPossible(event, path) {
                let next = Self.apply(event, to: path)
                Self.checkInvariants(next, event, path)
                if seen.insert(next).inserted { frontier.append(next) }
            }
        }
        // Every state was reached: the walk is not empty by mistake.
        let states = Set(seen.map(\.state))
        #expect(states.count == 12)
        #expect(seen.count > 50)
    }

    @Test func `every state answers reads, writes and flushes consistently`() {
        for state in Self.allStates {
            let machine = TLSConnectionMachine(state: state, isReadWanted: true)
            #expect((machine.received() == .decrypt) == machine.deliversPlaintext, "\(state)")
            let write = machine.writeVerdict(wouldBufferBytes: 1, limitBytes: 1)
            switch machine.flushVerdict() {
            case .encrypt: #expect(write == .accept, "\(state)")
            case .mark: #expect(write == .buffer, "\(state)")
            case .none:
                if case .refuse = write {} else { Issue.record("a write is taken but never flushed in \(state)") }
            }
        }
    }

    static let allStates: [TLSConnectionMachine.State] = [
        .idle, .handshaking(closesOutput: false), .handshaking(closesOutput: true), .open, .inputClosed(byPeer: true),
        .inputClosed(byPeer: false), .outputClosed(flushed: true), .outputClosed(flushed: false),
        .closing(inputEnded: true), .closing(inputEnded: false), .lingering, .closed,
    ]

    /// What the handler can't tell the machine in this state.
    private static func isPossible(_ event: Event, _ path: Path) -> Bool {
        switch event {
        case .handshakeCompleted: if case .handshaking = path.state { true } else { false }
        case .closeNotifyHalf, .closeNotifyFull:
            switch path.state {
            case .idle, .handshaking: false
            default: true
            }
        case .sent, .sendFailed: path.pendingLastBytes > 0
        case .deadline: path.hasDeadline
        default: true
        }
    }

    private static func apply(_ event: Event, to path: Path) -> Path {
        var machine = TLSConnectionMachine(state: path.state, isReadWanted: path.isReadWanted)
        var next = path
        let steps = steps(event, &machine, &next)
        next.state = machine.state
        next.isReadWanted = machine.isReadWanted
        for step in steps {
            switch step {
            case .arm: next.hasDeadline = true
            case .disarm: next.hasDeadline = false
            case .sendCloseNotify, .sendAlert:
                next.lastBytes += 1
                next.pendingLastBytes += 1
            case .closeChannel: next.channelCloses += 1
            case .announceHandshake: next.handshakes += 1
            case .announceInputClosed: next.inputCloses += 1
            case .raise: next.errors += 1
            case .sendBuffered, .failUnflushed, .failAllWrites, .closeTransportOutput, .announceUncleanShutdown: break
            }
        }
        return next
    }

    private static func steps(
        _ event: Event, _ machine: inout TLSConnectionMachine, _ path: inout Path
    ) -> [TLSConnectionMachine.Step] {
        let error = OpenSSLError(.connectionFailed, "scripted")
        switch event {
        case .activated: return machine.activated()
        case .handshakeCompleted: return machine.handshakeCompleted()
        case .failedWithAlert: return machine.failed(error, hasAlert: true)
        case .failedWithoutAlert: return machine.failed(error, hasAlert: false)
        case .deadline:
            path.hasDeadline = false
            return machine.deadlinePassed()
        case .wantRead:
            _ = machine.readWanted(holdsInput: true)
            return []
        case .burstEnded:
            machine.delivered()
            _ = machine.burstEnded()
            return []
        case .closeNotifyHalf: return machine.receivedCloseNotify(allowsHalfClosure: true)
        case .closeNotifyFull: return machine.receivedCloseNotify(allowsHalfClosure: false)
        case .transportEnded: return machine.transportInputEnded(isWithinRecord: false)
        case .transportCut: return machine.transportInputEnded(isWithinRecord: true)
        case .transportClosed: return machine.transportClosed(isWithinRecord: false)
        case .transportClosedWithin: return machine.transportClosed(isWithinRecord: true)
        case .close: return steps(machine.close())
        case .closeOutput: return steps(machine.closeOutput())
        case .closeInput: return steps(machine.closeInput())
        case .sent:
            path.pendingLastBytes -= 1
            return machine.lastBytesSent(true)
        case .sendFailed:
            path.pendingLastBytes -= 1
            return machine.lastBytesSent(false)
        }
    }

    private static func steps(_ verdict: TLSConnectionMachine.CloseVerdict) -> [TLSConnectionMachine.Step] {
        if case .perform(let steps) = verdict { steps } else { [] }
    }

    private static func checkInvariants(_ next: Path, _ event: Event, _ path: Path) {
        let place = "\(event) in \(path)"
        #expect(next.channelCloses <= 1, "\(place)")
        #expect(next.handshakes <= 1, "\(place)")
        #expect(next.inputCloses <= 1, "\(place)")
        #expect(next.errors <= 1, "\(place)")
        // close_notify, and after it an alert at most: when the peer breaks the protocol on the input that is still open.
        #expect(next.lastBytes <= 2, "\(place)")
        if next.lastBytes == 2 { #expect(next.errors == 1, "\(place)") }
        if path.state == .closed { #expect(next.state == .closed, "\(place)") }
        if next.channelCloses > path.channelCloses { #expect(next.state == .closed, "\(place)") }
        switch next.state {
        case .handshaking, .outputClosed, .closing, .lingering: #expect(next.hasDeadline, "\(place)")
        case .closed: #expect(!next.hasDeadline, "\(place)")
        case .idle, .open, .inputClosed: break
        }
    }
}
