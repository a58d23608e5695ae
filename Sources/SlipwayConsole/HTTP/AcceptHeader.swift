/// Whether a caller takes JSON.
enum AcceptHeader {
    static func requireJSON(_ header: String?) throws(Problem) {
        guard let header, !header.isEmpty else { return }
        guard header.utf8.count <= 1_024, header.split(separator: ",").contains(where: takesJSON) else {
            throw .notAcceptable
        }
    }

    /// `application/json`, or a range that holds it, unless its weight is nothing. A problem document is JSON too.
    private static func takesJSON(_ item: Substring) -> Bool {
        let parts = item.split(separator: ";").map { $0.filter { $0 != " " && $0 != "\t" }.lowercased() }
        let types = ["application/json", "application/*", "*/*", "application/problem+json"]
        guard let type = parts.first, types.contains(type) else { return false }
        return !parts.dropFirst().contains { ["q=0", "q=0.0", "q=0.00", "q=0.000"].contains($0) }
    }
}
