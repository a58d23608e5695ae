internal import SlipwayConsole
internal import SlipwayCore

extension CostsResource {
    /// For a person at a terminal.
    var text: String {
        var table = Table([by.uppercased(), "LAUNCHES", "SECONDS", "COST (\(currency))", "UNKNOWN", "OPEN"])
        for row in rows { table.add(cells(row.name ?? row.key ?? "(not known)", row)) }
        table.add(cells("TOTAL", total))
        return table.text + "\n" + notes.map { harmless($0) + "\n" }.joined()
    }

    private func cells(_ label: String, _ row: Row) -> [String] {
        [label, "\(row.launches)", "\(row.agentTaskSeconds)", row.cost, "\(row.unknown)", "\(row.open)"]
    }
}
