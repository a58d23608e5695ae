@testable import AWSClient
import Testing

@Suite struct ProfileFileTests {
    @Test func sectionsKeysCommentsAndNestedKeysAreRead() {
        let file = ProfileFile(
            """
            # comment
            stray = ignored
            [default]
            region = eu-west-1   ; where
            AWS_ACCESS_KEY_ID=AK#1
            s3 =
              max_queue_size = 10
            output = json
            [ profile   two words ] # comment
            empty =
            a = b = c
            """
        )
        #expect(file.sections.map(\.name) == ["default", "profile two words"])
        #expect(file.sections[0].values == ["region": "eu-west-1", "aws_access_key_id": "AK#1", "output": "json"])
        #expect(file.sections[0].nested == ["s3": ["max_queue_size": "10"]])
        #expect(file.sections[1].values == ["a": "b = c"])
    }

    @Test func theCredentialsFileWinsKeyByKey() {
        let set = ProfileSet(
            credentials: ProfileFile("[a]\nregion = one\n[profile b]\nx = 1"),
            config: ProfileFile(
                "[profile a]\nregion = two\noutput = text\n[a2]\nx = 1\n[profile \"quoted name\"]\ny = 2\n[default]\nz = 3"
            )
        )
        #expect(set.profile(named: "a") == ["region": "one", "output": "text"])
        #expect(set.profile(named: "a2") == nil)
        #expect(set.profile(named: "quoted name") == ["y": "2"])
        #expect(set.profile(named: "default") == ["z": "3"])
    }

    @Test func rubbishIsSkipped() {
        for text in ["", "[", "[]", "=", "= x", "[a", "\u{0}\u{0}", "[a]\n==", "   [b]", "[a]\nno equals"] {
            let set = ProfileSet(credentials: ProfileFile(text), config: ProfileFile(text))
            #expect(set.profile(named: "default") == nil)
        }
    }
}

@Suite struct ShellWordsTests {
    @Test(arguments: [
        ("a b  c", ["a", "b", "c"]), ("'a b' \"c d\"", ["a b", "c d"]), (#"a\ b"#, ["a b"]),
        (#""a\"b\n""#, [#"a"b\n"#]),
        (#"'a\b'"#, [#"a\b"#]), ("x'y'\"z\"", ["xyz"]), ("''", [""]), ("", []),
        ("a; rm -rf $HOME `x` > f", ["a;", "rm", "-rf", "$HOME", "`x`", ">", "f"]),
    ])
    func wordsAreSplitAndNothingIsExpanded(line: String, words: [String]) {
        #expect(ShellWords.split(line) == words)
    }

    @Test(arguments: ["'a", "\"a", "a\\"]) func anOpenQuotationIsNil(line: String) {
        #expect(ShellWords.split(line) == nil)
    }
}
