import Foundation
import NIOCore
import Synchronization

/// Watches the bodies that ECS receives for the organization's token, which has no business there: overrides and tags
/// are readable by anybody who may describe the agent task.
final class TokenWatch: Sendable {
    private let patterns: [[UInt8]]
    private let sightings = Mutex<[TokenSighting]>([])

    init(token: String) {
        let encoded = [":" + token, token].map { Data($0.utf8).base64EncodedString() }
        // Padding and the last digit depend on what follows the token.
        patterns = [Array(token.utf8)] + encoded.map { Array($0.utf8.prefix { $0 != UInt8(ascii: "=") }.dropLast()) }
    }

    func look(at body: ByteBuffer, of operation: SandboxOperation) {
        let bytes = Array(body.readableBytesView)
        guard patterns.contains(where: { bytes.holds($0) }) else { return }
        sightings.withLock { $0.append(TokenSighting(operation: operation)) }
    }

    var all: [TokenSighting] { sightings.withLock { $0 } }
}

/// One request to ECS whose body held the organization's token, plain or in base64.
public struct TokenSighting: Sendable, Equatable {
    public let operation: SandboxOperation
}

extension [UInt8] {
    fileprivate func holds(_ pattern: [UInt8]) -> Bool {
        guard let first = pattern.first, count >= pattern.count else { return false }
        return withUnsafeBufferPointer { bytes in
            for start in 0...(bytes.count - pattern.count) where bytes[start] == first {
                if pattern.indices.allSatisfy({ bytes[start + $0] == pattern[$0] }) { return true }
            }
            return false
        }
    }
}
