import Synchronization

/// The private keys that containers made, for tests that search for them where they must not be.
final class MadeKeys: Sendable {
    /// The newest alone: a long demo makes thousands.
    private static let maximum = 64

    private let keys = Mutex<[[UInt8]]>([])

    /// - Parameter key: in DER.
    func add(_ key: [UInt8]) {
        keys.withLock { keys in
            if keys.count == Self.maximum { keys.removeFirst() }
            keys.append(key)
        }
    }

    var all: [[UInt8]] { keys.withLock { $0 } }
}
