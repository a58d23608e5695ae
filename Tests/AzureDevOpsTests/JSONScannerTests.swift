import Foundation
import Testing

@testable import AzureDevOps

/// The scanner against an independent reader: Foundation's `JSONSerialization`.
@Suite struct JSONScannerTests {
    private func verdict(_ bytes: [UInt8]) -> ServiceHookDecodingError? {
        var scanner = JSONScanner(bytes, maximumDepth: 64)
        do throws(ServiceHookDecodingError) {
            _ = try scanner.skipValue()
            try scanner.finish()
            return nil
        } catch {
            return error
        }
    }

    private func foundationAccepts(_ bytes: [UInt8]) -> Bool {
        (try? JSONSerialization.jsonObject(with: Data(bytes), options: [.fragmentsAllowed])) != nil
    }

    /// Equal verdicts, but for a comma before a closing bracket: Foundation lets it pass, RFC 8259 does not.
    private func agrees(_ bytes: [UInt8]) -> Bool {
        guard let error = verdict(bytes) else { return foundationAccepts(bytes) }
        return !foundationAccepts(bytes) || isTrailingComma(bytes, at: error.byteOffset)
    }

    private func isTrailingComma(_ bytes: [UInt8], at offset: Int) -> Bool {
        guard offset < bytes.count, bytes[offset] == UInt8(ascii: "]") || bytes[offset] == UInt8(ascii: "}") else {
            return false
        }
        return bytes[..<offset].last { ![0x20, 0x09, 0x0A, 0x0D].contains($0) } == UInt8(ascii: ",")
    }

    @Test func everySampleWithOneByteChangedGetsFoundationsVerdict() throws {
        var generator = Xorshift(state: 0x5EED)
        var refused = 0
        var compared = 0
        for file in try Samples.jsonFiles(in: "samples") {
            let bytes = try Array(Data(contentsOf: file))
            for _ in 0..<400 {
                let mutation = mutate(bytes, &generator)
                guard isComparable(mutation) else { continue }
                compared += 1
                if verdict(mutation) != nil { refused += 1 }
                #expect(agrees(mutation), "\(file.lastPathComponent): \(String(decoding: mutation, as: UTF8.self))")
            }
        }
        // The mutations must reach both verdicts, or the comparison says nothing.
        #expect(compared > 5000)
        #expect(refused > compared / 5 && refused < compared)
    }

    @Test func everyShortTextOverTheAlphabetOfJSONGetsFoundationsVerdict() {
        let alphabet: [String] = ["{", "}", "[", "]", ":", ",", "\"", "\\", "0", "1", "-", ".", "e", "+", " ", "a"]
        var texts = [""]
        for _ in 0..<4 {
            texts = texts.flatMap { text in alphabet.map { text + $0 } }
            for text in texts {
                let bytes = Array(text.utf8)
                guard isComparable(bytes) else { continue }
                #expect(agrees(bytes), "\(text)")
            }
        }
    }

    @Test(arguments: [
        "0", "-0", "1.5e+10", "1E-2", "true", "false", "null", "\"\"", "[]", "{}", " [ 1 , 2 ] ",
        "{\"a\":{\"b\":[{}]}}",
        "\"\\u0041\\n\\/\\\"\"", "\"é€😀\"", "\"\\ud83d\\ude80\"", "[[],[[]]]", "-", "+1", "01", "1.", ".5", "1e", "1e+",
        "--1",
        "0x1", "Infinity", "nul", "nulll", "tRue", "[1 2]", "[,]", "{,}", "{\"a\"}", "{\"a\":}", "{a:1}", "{1:2}",
        "[1]]",
        "{\"a\":1}}", "\"\t\"", "\"\\x\"", "\"\\u12\"", "'a'", "[1]x", "\u{feff}[1]", "// c\n1", "\u{00a0}1",
    ])
    func knownTextsGetFoundationsVerdict(_ text: String) {
        #expect(agrees(Array(text.utf8)), "\(text)")
    }
}

extension JSONScannerTests {
    /// Foundation is no judge of a lone surrogate's escape and of numbers beyond its range, both of which RFC 8259 allows.
    private func isComparable(_ bytes: [UInt8]) -> Bool {
        let text = String(decoding: bytes, as: UTF8.self)
        return !text.contains("\\ud") && !text.contains("\\uD")
    }

    private func mutate(_ bytes: [UInt8], _ generator: inout Xorshift) -> [UInt8] {
        let interesting: [UInt8] =
            Array("{}[]:,\"\\0123456789-+.eEtfn u/\t\n".utf8) + [0, 0x1F, 0x7F, 0x80, 0xC3, 0xE2, 0xED, 0xFF]
        var mutated = bytes
        let index = Int(generator.next() % UInt64(bytes.count))
        let byte = interesting[Int(generator.next() % UInt64(interesting.count))]
        switch generator.next() % 4 {
        case 0: mutated[index] = byte
        case 1: mutated.insert(byte, at: index)
        case 2: mutated.remove(at: index)
        default: mutated.swapAt(index, Int(generator.next() % UInt64(bytes.count)))
        }
        return mutated
    }
}

/// A small generator with a fixed seed, so that a failure can be repeated.
struct Xorshift: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state
    }
}
