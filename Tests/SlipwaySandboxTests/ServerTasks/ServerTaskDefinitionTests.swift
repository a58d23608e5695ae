import Foundation
import Testing

@testable import SlipwaySandbox

@Suite struct ServerTaskDefinitionTests {
    private func read(_ task: String) throws -> ServerTaskDefinition {
        let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..").standardized
        let file = root.appending(path: "extension/\(task)/task.json")
        return try JSONDecoder().decode(ServerTaskDefinition.self, from: try Data(contentsOf: file))
    }

    @Test("What the simulator knows of the extension's tasks is what their task.json say")
    func sameAsFiles() throws {
        #expect(try read("SlipwayAgent") == .slipwayAgent)
        #expect(try read("SlipwayGate") == .slipwayGate)
    }

    @Test(
        "Macros are found without regard to case, put in without escaping, and not looked at again",
        arguments: [
            ("$(A)-$(a)", #"x"y-x"y"#), ("$(none) $(A", "$(none) $(A"), ("$(again)", "$(a)"), ("$($(a))", #"$(x"y)"#),
            ("", ""), ("$(", "$("), ("é$(A)é", #"éx"yé"#),
        ])
    func macros(text: String, expected: String) {
        #expect(MacroText.expand(text, ["a": #"x"y"#, "again": "$(a)"]) == expected)
    }

    @Test("The expression of a gate reads one member of the answer")
    func expression() throws {
        let expression = try #require(AnswerExpression("eq(root['status'], 'available')"))
        #expect(expression.holds(of: #"{"status":"Available"}"#))
        for answer in [#"{"status":"unavailable"}"#, #"{"status":1}"#, "{}", "[]", "", "available"] {
            #expect(!expression.holds(of: answer), "\(answer)")
        }
        #expect(AnswerExpression("eq(root['a']['b'], 'c')")?.holds(of: #"{"a":{"b":"c"}}"#) == true)
        for other in ["", "eq(root, 'x')", "ne(root['a'], 'x')", "eq(root['a'], 'x') or true"] {
            #expect(AnswerExpression(other) == nil, "\(other)")
        }
    }
}
