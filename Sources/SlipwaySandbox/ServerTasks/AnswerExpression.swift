import Foundation

/// The condition over a direct answer: `eq(root['member'], 'text')`, members within members too. The service knows more
/// functions; the tasks of the extension use this one.
struct AnswerExpression: Sendable, Equatable {
    private let path: [String]
    private let wanted: String

    /// Nil for any other form.
    init?(_ text: String) {
        guard let match = text.wholeMatch(of: /\s*eq\(\s*root((?:\['[^']{1,100}'\])+)\s*,\s*'([^']*)'\s*\)\s*/) else {
            return nil
        }
        path = match.1.split(separator: "']").map { String($0.dropFirst(2)) }
        wanted = String(match.2)
    }

    /// Texts are compared without regard to case.
    func holds(of answer: String) -> Bool {
        guard var value = try? JSONDecoder().decode(JSONValue.self, from: Data(answer.utf8)) else { return false }
        for member in path {
            guard let next = value[member] else { return false }
            value = next
        }
        return value.string?.lowercased() == wanted.lowercased()
    }
}
