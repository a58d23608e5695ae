import Foundation
import NIOCore
import NIOFoundationCompat

/// Reading and writing JSON bodies.
enum JSONBody {
    /// No body that a client of these services sends comes near this.
    static let maximumBytes = 4 * 1024 * 1024

    static func decode<Value: Decodable>(_ type: Value.Type, from buffer: ByteBuffer) throws -> Value {
        try JSONDecoder().decode(type, from: buffer)
    }

    /// Encoding values of this module can't fail: they hold no value that JSON lacks.
    static func encode(_ value: some Encodable) -> ByteBuffer {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        do {
            return try encoder.encodeAsByteBuffer(value, allocator: ByteBufferAllocator())
        } catch {
            preconditionFailure("\(type(of: value)) can't be written as JSON: \(error)")
        }
    }

    static func encode(sorted value: some Encodable) -> ByteBuffer {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.withoutEscapingSlashes, .sortedKeys]
        do {
            return try encoder.encodeAsByteBuffer(value, allocator: ByteBufferAllocator())
        } catch {
            preconditionFailure("\(type(of: value)) can't be written as JSON: \(error)")
        }
    }
}
