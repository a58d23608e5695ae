import Foundation
import ListenerNIO
import NIOCore
import NIOEmbedded
import Synchronization
import Testing

@Suite("Errors of a listening socket")
struct AcceptErrorTests {
    /// What was told to have run out.
    private final class Exhaustions: Sendable {
        let codes = Mutex<[CInt]>([])
    }

    private func listener(_ exhaustions: Exhaustions) throws -> EmbeddedChannel {
        let channel = EmbeddedChannel(
            handler: AcceptErrorHandler { error in exhaustions.codes.withLock { $0.append(error.errnoCode) } })
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        return channel
    }

    /// What the option was last set to.
    private func autoRead(_ channel: EmbeddedChannel) -> Bool? {
        channel.options.last { $0.option is ChannelOptions.Types.AutoReadOption }?.value as? Bool
    }

    @Test(
        "Something ran out: the listener lives on, pauses for a tenth of a second, and tells",
        arguments: [EMFILE, ENFILE, ENOBUFS, ENOMEM])
    func exhausted(code: CInt) throws {
        let exhaustions = Exhaustions()
        let channel = try listener(exhaustions)
        channel.pipeline.fireErrorCaught(IOError(errnoCode: code, reason: "accept"))
        try channel.throwIfErrorCaught()
        #expect(autoRead(channel) == false)
        #expect(exhaustions.codes.withLock { $0 } == [code])
        channel.embeddedEventLoop.advanceTime(by: .milliseconds(99))
        #expect(autoRead(channel) == false)
        channel.embeddedEventLoop.advanceTime(by: .milliseconds(1))
        #expect(autoRead(channel) == true)
        _ = try channel.finish()
    }

    @Test("A connection that was reset before it was accepted is no error of ours")
    func aborted() throws {
        let exhaustions = Exhaustions()
        let channel = try listener(exhaustions)
        channel.pipeline.fireErrorCaught(IOError(errnoCode: ECONNABORTED, reason: "accept"))
        try channel.throwIfErrorCaught()
        #expect(exhaustions.codes.withLock { $0.isEmpty })
        _ = try channel.finish()
    }

    @Test("Any other error ends the listener, as it should")
    func fatal() throws {
        let channel = try listener(Exhaustions())
        channel.pipeline.fireErrorCaught(IOError(errnoCode: EBADF, reason: "accept"))
        #expect(throws: IOError.self) { try channel.throwIfErrorCaught() }
        _ = try? channel.finish()
    }
}
