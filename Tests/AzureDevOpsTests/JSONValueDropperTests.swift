import Foundation
import NIOCore
import Testing

@testable import AzureDevOps

@Suite struct JSONValueDropperTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var text: String
        var kept: String
        var testDescription: String { text }
    }

    private static let cases = [
        Case(text: #"{"a":1,"gone":[{"x":"]}\\\""},[1,2]],"b":2}"#, kept: #"{"a":1,"gone":null,"b":2}"#),
        Case(text: #"{"gone" : {"gone":{}} , "b":[]}"#, kept: #"{"gone" : null , "b":[]}"#),
        Case(text: #"{"gone":"a\"b","b":"gone"}"#, kept: #"{"gone":null,"b":"gone"}"#),
        Case(text: #"{"gone":12.5e3,"b":true}"#, kept: #"{"gone":null,"b":true}"#),
        Case(text: #"[{"gone":null},{"gone":false}]"#, kept: #"[{"gone":null},{"gone":null}]"#),
        Case(text: #"["gone",{"gone2":1,"gon":2,"x\"gone":3}]"#, kept: #"["gone",{"gone2":1,"gon":2,"x\"gone":3}]"#),
        Case(text: #"{"a":"gone:[","b":"\u0022gone"}"#, kept: #"{"a":"gone:[","b":"\u0022gone"}"#),
        Case(text: "", kept: ""), Case(text: #"{"gone":[1,2"#, kept: #"{"gone":null"#),
    ]

    @Test(arguments: cases)
    func `The key's values are left out, wherever the text is cut`(_ example: Case) {
        let bytes = Array(example.text.utf8)
        for first in 0...bytes.count {
            for second in first...bytes.count {
                var dropper = JSONValueDropper(key: "gone")
                var kept = ""
                for piece in [bytes[..<first], bytes[first..<second], bytes[second...]] {
                    kept += String(buffer: dropper.keep(ByteBuffer(bytes: piece)))
                }
                #expect(kept == example.kept, "cut at \(first) and \(second)")
            }
        }
    }
}
