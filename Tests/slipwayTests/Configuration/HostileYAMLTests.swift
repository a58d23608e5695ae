import Testing

@testable import slipway

@Suite(.timeLimit(.minutes(1))) struct HostileYAMLTests {
    private func message(_ bytes: [UInt8]) -> String {
        do {
            _ = try YAMLDocument.read(bytes, file: "f")
            return "read"
        } catch {
            return error.description
        }
    }

    @Test func `A billion laughs are refused before they are expanded`() {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...30 {
            let aliases = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
            text += "a\(level): &a\(level) [\(aliases)]\n"
        }
        #expect(message(Array(text.utf8)) == "f: it uses anchors and aliases (&name, *name); write the values out")
    }

    @Test func `Aliases as a key are refused too`() {
        let text = "a: &a [x, x]\nb: &b [*a, *a]\n? [*b, *b]\n: c\n"
        #expect(message(Array(text.utf8)) == "f: it uses anchors and aliases (&name, *name); write the values out")
    }

    @Test func `An alias of nothing is an error with a line`() {
        #expect(message(Array("a: 1\nb: *none\n".utf8)).hasPrefix("f:2: no valid YAML: found undefined alias"))
    }

    @Test func `An ampersand and an asterisk in values are no aliases`() throws {
        let node = try YAMLDocument.read(Array("a: \"R&D *team*\"\n".utf8), file: "f")
        guard case .text(let text)? = node.member("a")?.content else { throw Failure() }
        #expect(text == "R&D *team*")
    }

    @Test(arguments: ["[", "{a: ", "- ", "a:\n "])
    func `Deep nesting ends in an error`(_ opening: String) {
        let text = String(repeating: opening, count: 100_000)
        #expect(message(Array(text.utf8)) != "read")
    }

    @Test func `Seventeen levels are one too many`() {
        let text = String(repeating: "[", count: 17) + "x" + String(repeating: "]", count: 17)
        #expect(
            message(Array(text.utf8))
                == "f:1: it is nested too deeply or holds too many values; compare it with docs/configuration.md")
    }

    @Test func `More values than any configuration has are refused`() {
        let text = "[" + String(repeating: "x,", count: 60_000) + "x]"
        #expect(message(Array(text.utf8)).contains("it is nested too deeply or holds too many values"))
    }

    @Test func `A file over one mebibyte is refused unread`() {
        #expect(
            message([UInt8](repeating: UInt8(ascii: "#"), count: 1_048_577))
                == "f: it is larger than 1048576 bytes; check that it is the right file")
    }

    @Test func `Bytes that are no text are refused`() {
        #expect(message([0x61, 0x3A, 0xFF, 0xFE]) == "f: it is not UTF-8; save it as UTF-8 text")
        #expect(message(Array("a: \u{0}".utf8)).hasPrefix("f"))
        #expect(message(Array("a: \u{0}".utf8)) != "read")
    }

    @Test func `A second document is refused`() {
        #expect(message(Array("a: 1\n---\nb: 2\n".utf8)).contains("but found another document"))
    }

    @Test(arguments: ["- a\n", "just text\n", "[]\n"])
    func `A file that is no group of keys is refused`(_ text: String) {
        #expect(errorLines(text).count == 1)
        #expect(errorLines(text).first?.hasSuffix("write keys, as docs/configuration.md shows") == true)
    }

    private struct Failure: Error {}
}
