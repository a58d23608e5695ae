internal import SlipwayCore
internal import SlipwaySQLite

/// A project as an operator names it: by its id, or by the name that its runs told.
enum ProjectChoice {
    /// The id. What is no known name is taken for one: names are known of projects whose launches were closed.
    static func id(of text: String?, _ reader: StoreReader) async throws -> String? {
        guard let text else { return nil }
        let names = try await reader.projectNames()
        guard names[text] == nil else { return text }
        let ids = names.filter { $0.value.lowercased() == text.lowercased() }.keys.sorted()
        guard ids.count < 2 else {
            throw CommandFailure(
                .notSo,
                "several projects have the name “\(harmless(String(text.prefix(80))))”: give one of the ids "
                    + ids.map { harmless($0) }.joined(separator: ", "))
        }
        return ids.first ?? text
    }
}
