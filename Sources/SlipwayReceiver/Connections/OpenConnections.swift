internal import NIOConcurrencyHelpers
internal import NIOCore
internal import OpenSSLNIO

/// The listener's connections: the gate, and the channels that it decides on. Callable from any thread.
final class OpenConnections: Sendable {
    typealias ID = ConnectionGate.ConnectionID

    private struct State {
        var gate: ConnectionGate
        var channels: [ID: any Channel] = [:]
    }

    enum Admission {
        case admitted(ID, hasEvicted: Bool)
        case refused
    }

    private let state: NIOLockedValueBox<State>

    init(maximumConnections: Int, reservedConnections: Int) {
        state = NIOLockedValueBox(
            State(
                gate: ConnectionGate(
                    maximumConnections: maximumConnections, reservedConnections: reservedConnections)))
    }

    var count: Int { state.withLockedValue { $0.gate.openConnections } }

    /// Lets the channel in, if need be in place of another one, which is cut.
    func open(_ channel: any Channel, from source: SourceKey, atMilliseconds now: Int64) -> Admission {
        let (verdict, evicted) = state.withLockedValue { state -> (ConnectionGate.Verdict, (any Channel)?) in
            let verdict = state.gate.open(from: source, atMilliseconds: now)
            guard case .admitted(let id, let victim) = verdict else { return (verdict, nil) }
            state.channels[id] = channel
            return (verdict, victim.flatMap { state.channels.removeValue(forKey: $0) })
        }
        guard case .admitted(let id, let victim) = verdict else { return .refused }
        channel.closeFuture.whenComplete { [weak self] _ in self?.closed(id) }
        if let evicted { Self.cut(evicted) }
        return .admitted(id, hasEvicted: victim != nil)
    }

    func authenticated(_ peer: Peer, atMilliseconds now: Int64) {
        state.withLockedValue { $0.gate.authenticated(peer.connection, from: peer.key, atMilliseconds: now) }
    }

    func isAuthenticated(_ peer: Peer) -> Bool {
        state.withLockedValue { $0.gate.isAuthenticated(peer.connection) }
    }

    private func closed(_ id: ID) {
        state.withLockedValue { state in
            state.gate.closed(id)
            state.channels[id] = nil
        }
    }

    /// Past the TLS handler, which would wait some seconds for the other side to close as well: in that time a flood of
    /// connections would use up the file descriptors.
    private static func cut(_ channel: any Channel) {
        channel.eventLoop.execute {
            if let tls = try? channel.pipeline.syncOperations.context(handlerType: TLSServerHandler.self) {
                tls.close(promise: nil)
            } else {
                channel.close(promise: nil)
            }
        }
    }
}
