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

    static func encode(_ value: some Encodable) -> ByteBuffer {
        encode(value, .withoutEscapingSlashes)
    }

    /// With members in order of their names, so that equal values have equal text.
    static func encode(sorted value: some Encodable) -> ByteBuffer {
        encode(value, [.withoutEscapingSlashes, .sortedKeys])
    }

    /// Can't fail: the values of this module hold nothing that JSON lacks.
    private static func encode(_ value: some Encodable, _ formatting: JSONEncoder.OutputFormatting) -> ByteBuffer {
        let encoder = JSONEncoder()
        encoder.outputFormatting = formatting
        do {
            return try encoder.encodeAsByteBuffer(value, allocator: ByteBufferAllocator())
        } catch {
            preconditionFailure("\(type(of: value)) can't be written as JSON: \(error)")
        }
    }
}
