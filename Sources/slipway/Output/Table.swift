/// Rows under headings, in aligned columns: plain text, two spaces between columns, nothing at the end of a line.
struct Table: Sendable {
    var headings: [String]
    private var rows: [[String]] = []

    init(_ headings: [String]) { self.headings = headings }

    var isEmpty: Bool { rows.isEmpty }

    /// Takes one text for each heading; what comes from outside is made harmless here.
    mutating func add(_ cells: [String]) {
        precondition(cells.count == headings.count, "a row has a cell for each heading")
        rows.append(cells.map { harmless($0) })
    }

    /// Ends with a line break.
    var text: String {
        let lines = [headings] + rows
        let widths = headings.indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
        return lines.map { line($0, widths) + "\n" }.joined()
    }

    private func line(_ cells: [String], _ widths: [Int]) -> String {
        let padded = zip(cells, widths).map { cell, width in
            cell + String(repeating: " ", count: width - cell.count)
        }
        var line = Substring(padded.joined(separator: "  "))
        while line.last == " " { line.removeLast() }
        return String(line)
    }
}
