import Foundation

extension ServerTaskCall {
    /// Fills a template, without escaping anything.
    init(
        _ template: ServerTaskDefinition.Call, values: [String: String], connection: ServiceConnection,
        subject: Subject, number: Int, faultSubject: String, limit: Duration
    ) {
        let text = MacroText.expand(template.headers, values)
        let named = (try? JSONDecoder().decode([String: String].self, from: Data(text.utf8))) ?? [:]
        self.init(
            subject: subject, number: number, faultSubject: faultSubject, method: template.method,
            url: MacroText.expand(template.url, values),
            headers: named.sorted { $0.key < $1.key }.map { (name: $0.key, value: $0.value) }
                + [(name: "Authorization", value: connection.authorization)],
            body: MacroText.expand(template.body, values), limit: limit)
    }
}
