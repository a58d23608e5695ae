import NIOCore
import Testing

@testable import OpenSSLNIO

@Suite("Machine: scripts")
struct TLSConnectionMachineScripts {
    typealias Machine = TLSConnectionMachine

    private static func openMachine() -> Machine {
        var machine = Machine()
        #expect(machine.activated() == [.arm(.handshake)])
        #expect(machine.received() == .handshake)
        #expect(machine.handshakeCompleted() == [.disarm, .sendBuffered, .announceHandshake])
        return machine
    }

    @Test func `a silent peer is given up at the deadline`() {
        var machine = Machine()
        #expect(machine.activated() == [.arm(.handshake)])
        #expect(
            machine.deadlinePassed() == [.failAllWrites(.channelClosed), .raise(.handshakeTimedOut), .closeChannel])
        #expect(machine.state == .closed)
    }

    @Test func `ciphertext is held until somebody reads`() {
        var machine = Self.openMachine()
        #expect(machine.received() == .hold)
        #expect(machine.burstEnded() == .none)
        #expect(machine.readWanted(holdsInput: true) == .decryptHeld)
        machine.delivered()
        #expect(machine.burstEnded() == .complete)
        #expect(machine.received() == .hold)
    }

    @Test func `all that one read brings is delivered`() {
        var machine = Self.openMachine()
        _ = machine.readWanted(holdsInput: false)
        #expect(machine.received() == .decrypt)
        machine.delivered()
        #expect(machine.received() == .decrypt)
        machine.delivered()
        #expect(machine.burstEnded() == .complete)
        #expect(machine.received() == .hold)
    }

    @Test func `a read asked for during the delivery is another read`() {
        var machine = Self.openMachine()
        _ = machine.readWanted(holdsInput: false)
        machine.delivered()
        #expect(machine.readWanted(holdsInput: false) == .readTransport)
        #expect(machine.burstEnded() == .complete)
        #expect(machine.received() == .decrypt)
    }

    @Test func `a read that brought half a record is repeated until plaintext comes of it`() {
        var machine = Self.openMachine()
        #expect(machine.readWanted(holdsInput: false) == .readTransport)
        #expect(machine.received() == .decrypt)
        #expect(machine.burstEnded() == .readTransport)
        #expect(machine.received() == .decrypt)
        machine.delivered()
        #expect(machine.burstEnded() == .complete)
        #expect(machine.burstEnded() == .none)
    }

    @Test func `a read asked for during the handshake counts after it`() {
        var machine = Machine()
        _ = machine.activated()
        #expect(machine.readWanted(holdsInput: false) == .readTransport)
        #expect(machine.burstEnded() == .readTransport)
        _ = machine.handshakeCompleted()
        #expect(machine.received() == .decrypt)
    }

    @Test func `the peer says close_notify and is still answered`() {
        var machine = Self.openMachine()
        #expect(machine.receivedCloseNotify(allowsHalfClosure: true) == [.announceInputClosed])
        #expect(machine.writeVerdict(wouldBufferBytes: 1, limitBytes: 10) == .accept)
        #expect(machine.received() == .discard)
        #expect(machine.transportInputEnded(isWithinRecord: false) == [])
        #expect(
            machine.close() == .perform([.arm(.close), .sendCloseNotify, .failUnflushed(.channelClosed)]))
        #expect(machine.lastBytesSent(true) == [.disarm, .closeChannel])
    }

    @Test func `without half-closure the peer's close_notify is answered and closes`() {
        var machine = Self.openMachine()
        #expect(
            machine.receivedCloseNotify(allowsHalfClosure: false)
                == [.arm(.close), .sendCloseNotify, .failUnflushed(.channelClosed)])
        #expect(machine.lastBytesSent(true) == [.disarm, .closeChannel])
    }

    @Test func `our close waits for the peer's end of stream`() {
        var machine = Self.openMachine()
        #expect(
            machine.close() == .perform([.arm(.close), .sendCloseNotify, .failUnflushed(.channelClosed)]))
        #expect(machine.received() == .discard)
        #expect(machine.lastBytesSent(true) == [.closeTransportOutput])
        #expect(machine.state == .lingering)
        #expect(machine.received() == .discard)
        #expect(machine.burstEnded() == .readTransport)
        #expect(machine.transportInputEnded(isWithinRecord: false) == [.disarm, .closeChannel])
    }

    @Test func `a peer that never takes the last bytes is given up`() {
        var machine = Self.openMachine()
        _ = machine.close()
        #expect(machine.deadlinePassed() == [.closeChannel])
        #expect(machine.lastBytesSent(false) == [])
    }

    @Test func `closing twice joins the first close`() {
        var machine = Self.openMachine()
        _ = machine.close()
        #expect(machine.close() == .perform([]))
        _ = machine.lastBytesSent(true)
        #expect(machine.close() == .perform([]))
        _ = machine.deadlinePassed()
        #expect(machine.close() == .passOn)
    }

    @Test func `the output closes and the input goes on`() {
        var machine = Self.openMachine()
        #expect(
            machine.closeOutput()
                == .perform([.arm(.outputClosed), .sendCloseNotify, .failUnflushed(.outputClosed)]))
        #expect(machine.lastBytesSent(true) == [.closeTransportOutput])
        #expect(machine.readWanted(holdsInput: false) == .readTransport)
        #expect(machine.received() == .decrypt)
        #expect(machine.writeVerdict(wouldBufferBytes: 1, limitBytes: 10) == .refuse(.outputClosed))
        #expect(machine.closeOutput() == .refuse(.outputClosed))
        #expect(
            machine.receivedCloseNotify(allowsHalfClosure: true)
                == [.disarm, .announceInputClosed, .closeChannel])
    }

    @Test func `both sides end while close_notify is still on its way`() {
        var machine = Self.openMachine()
        _ = machine.closeOutput()
        #expect(machine.receivedCloseNotify(allowsHalfClosure: true) == [.arm(.close), .announceInputClosed])
        #expect(machine.lastBytesSent(true) == [.disarm, .closeChannel])
    }

    @Test func `the output is closed before the handshake is complete`() {
        var machine = Machine()
        _ = machine.activated()
        #expect(machine.closeOutput() == .perform([.failUnflushed(.outputClosed)]))
        #expect(machine.writeVerdict(wouldBufferBytes: 1, limitBytes: 10) == .refuse(.outputClosed))
        #expect(
            machine.handshakeCompleted()
                == [.arm(.outputClosed), .sendBuffered, .sendCloseNotify, .announceHandshake])
    }

    @Test func `closing before the handshake is complete sends nothing`() {
        var machine = Machine()
        _ = machine.activated()
        #expect(machine.close() == .perform([.disarm, .failAllWrites(.channelClosed), .closeChannel]))
    }

    @Test func `closing the input stops the delivery and keeps the output`() {
        var machine = Self.openMachine()
        #expect(machine.closeInput() == .perform([.announceInputClosed]))
        #expect(machine.received() == .discard)
        #expect(machine.writeVerdict(wouldBufferBytes: 1, limitBytes: 10) == .accept)
        #expect(machine.closeInput() == .refuse(.inputClosed))
        _ = machine.closeOutput()
        // The peer may still be sending, so the socket must not be closed at once.
        #expect(machine.lastBytesSent(true) == [.closeTransportOutput])
    }

    @Test func `a stream cut within a record is an error, between two records it is not`() {
        var cut = Self.openMachine()
        #expect(cut.transportInputEnded(isWithinRecord: true).last == .raise(.truncated))
        #expect(cut.state == .closing(inputEnded: true))
        var ended = Self.openMachine()
        #expect(
            ended.transportInputEnded(isWithinRecord: false) == [.announceUncleanShutdown, .announceInputClosed])
        #expect(ended.state == .inputClosed(byPeer: true))
    }

    @Test func `a failure with an alert sends it before the close`() {
        var machine = Machine()
        _ = machine.activated()
        let error = OpenSSLError(.handshakeFailed, "no")
        #expect(
            machine.failed(error, hasAlert: true)
                == [.arm(.close), .sendAlert, .failAllWrites(.channelClosed), .raise(error)])
        #expect(machine.lastBytesSent(true) == [.closeTransportOutput])
        #expect(machine.failed(error, hasAlert: true) == [])
    }

    @Test func `writes before the handshake wait, up to the limit`() {
        var machine = Machine()
        #expect(machine.writeVerdict(wouldBufferBytes: 10, limitBytes: 10) == .buffer)
        _ = machine.activated()
        #expect(machine.writeVerdict(wouldBufferBytes: 10, limitBytes: 10) == .buffer)
        #expect(machine.writeVerdict(wouldBufferBytes: 11, limitBytes: 10) == .refuse(.tooMuchBuffered))
        #expect(machine.flushVerdict() == .mark)
    }
}
