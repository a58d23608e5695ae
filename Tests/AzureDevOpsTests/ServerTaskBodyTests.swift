import AzureDevOps
import Testing

@Suite struct ServerTaskBodyTests {
    @Test func numbersAndObjectsOfTextsAreRead() throws {
        let body = try ServerTaskBody(Array(#"{"protocol":1,"plan":{"A":"x\u00e9","B":""},"inputs":{}}"#.utf8))
        #expect(body.numbers == ["protocol": 1])
        #expect(body.objects == ["plan": ["A": "xé", "B": ""], "inputs": [:]])
    }

    @Test(arguments: [
        "", "[]", "1", "{", #"{"a":1"#, #"{"a":1,}"#, #"{"a":1}{"#, #"{"a":1.5}"#, #"{"a":true}"#, #"{"a":null}"#,
        #"{"a":"x"}"#, #"{"a":[]}"#, #"{"a":{"b":1}}"#, #"{"a":{"b":{}}}"#, #"{"a":1,"a":2}"#, #"{"a":1,"a":{}}"#,
        #"{"a":{"b":"1","b":"2"}}"#, #"{"a":{"b":"1"},"a":{"c":"2"}}"#, #"{"a":1,"\u0061":2}"#,
        #"{"a":{"b":"x","c":"y"",d":"z"}}"#,
    ])
    func anythingElseIsRefused(text: String) {
        #expect(throws: ServiceHookDecodingError.self) { try ServerTaskBody(Array(text.utf8)) }
    }

    @Test func whatIsNoTextIsRefused() {
        #expect(throws: ServiceHookDecodingError.self) {
            try ServerTaskBody(Array(#"{"plan":{"A":""#.utf8) + [0xC3, 0x28] + Array(#""}}"#.utf8))
        }
        #expect(throws: ServiceHookDecodingError.self) {
            try ServerTaskBody(Array(String(repeating: #"{"a":"#, count: 10_000).utf8))
        }
    }
}
