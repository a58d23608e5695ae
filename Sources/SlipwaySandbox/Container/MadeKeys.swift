import Synchronization

/// Makes containers' keys, and keeps the private halves for tests that search for them where they must not be.
final class MadeKeys: Sendable {
    /// The newest alone: a long demo makes thousands.
    private static let maximum = 64

    private let isShared: Bool
    private let keys = Mutex<[[UInt8]]>([])

    /// - Parameter isShared: all containers get the same.
    init(isShared: Bool) { self.isShared = isShared }

    func make() throws -> AgentKey {
        let key = isShared ? try AgentKey.official.get() : try AgentKey()
        keys.withLock { keys in
            if keys.count == Self.maximum { keys.removeFirst() }
            keys.append(key.privateBytes)
        }
        return key
    }

    /// In DER.
    var all: [[UInt8]] { keys.withLock { $0 } }
}
