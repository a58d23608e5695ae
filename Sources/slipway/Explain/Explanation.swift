internal import SlipwayCore

/// Answers in plain sentences, in the order of what happened.
struct Explanation: Encodable {
    struct Sentence: Encodable, Hashable {
        /// Absent for what is no event.
        var at: String?
        var text: String
    }

    /// `job`, `launch` or `delivery`.
    var kind: String
    var subject: String
    /// The answer in one sentence.
    var summary: String
    var sentences: [Sentence] = []
    /// Ids of the launches that it tells of.
    var launches: [String] = []

    init(kind: String, subject: String, summary: String) {
        self.kind = kind
        self.subject = subject
        self.summary = summary
    }

    mutating func say(_ text: String, at instant: Timestamp? = nil) {
        sentences.append(Sentence(at: instant?.description, text: text))
    }

    /// Nothing in it steers a terminal.
    var text: String {
        let lines = sentences.map { sentence in (sentence.at.map { $0 + "  " } ?? "") + sentence.text }
        return ([summary, ""] + lines).map { harmless($0) + "\n" }.joined()
    }
}
