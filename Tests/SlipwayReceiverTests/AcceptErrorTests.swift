import Foundation
import NIOConcurrencyHelpers
import NIOCore
import NIOEmbedded
import SlipwayCore
import Testing

@testable import SlipwayReceiver

@Suite("Errors of the listening socket")
struct AcceptErrorTests {
    private func listener(_ lines: LogRecorder.Lines) throws -> EmbeddedChannel {
        let services = ListenerServices(
            limits: ReceiverLimits(), routes: Routes([:]),
            gate: NIOLockedValueBox(ConnectionGate(maximumConnections: 2, reservedConnections: 1)),
            statistics: StatisticsBox(), time: ManualTime(), logger: LogRecorder.logger(lines),
            eventLoopGroup: EmbeddedEventLoop())
        let channel = EmbeddedChannel(handler: AcceptErrorHandler(services: services))
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        return channel
    }

    /// What the option was last set to.
    private func autoRead(_ channel: EmbeddedChannel) -> Bool? {
        channel.options.last { $0.option is ChannelOptions.Types.AutoReadOption }?.value as? Bool
    }

    @Test("Too many open files: the listener lives on, pauses for a tenth of a second, and says what to raise")
    func tooManyFiles() throws {
        let lines = LogRecorder.Lines()
        let channel = try listener(lines)
        channel.pipeline.fireErrorCaught(IOError(errnoCode: EMFILE, reason: "accept"))
        try channel.throwIfErrorCaught()
        #expect(autoRead(channel) == false)
        #expect(lines.all.contains { $0.contains("limit of open files") })
        channel.embeddedEventLoop.advanceTime(by: .milliseconds(99))
        #expect(autoRead(channel) == false)
        channel.embeddedEventLoop.advanceTime(by: .milliseconds(1))
        #expect(autoRead(channel) == true)
        _ = try channel.finish()
    }

    @Test("A connection that was reset before it was accepted is no error of ours")
    func aborted() throws {
        let lines = LogRecorder.Lines()
        let channel = try listener(lines)
        channel.pipeline.fireErrorCaught(IOError(errnoCode: ECONNABORTED, reason: "accept"))
        try channel.throwIfErrorCaught()
        #expect(lines.all.isEmpty)
        _ = try channel.finish()
    }

    @Test("Any other error ends the listener, as it should")
    func fatal() throws {
        let channel = try listener(LogRecorder.Lines())
        channel.pipeline.fireErrorCaught(IOError(errnoCode: EBADF, reason: "accept"))
        #expect(throws: IOError.self) { try channel.throwIfErrorCaught() }
        _ = try? channel.finish()
    }
}
