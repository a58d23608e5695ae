internal import SlipwayCore

/// A price book as the file that `costs.priceBook` names.
enum PriceBookText {
    /// - Parameter comments: lines at the top.
    static func yaml(_ book: PriceBook, comments: [String]) -> String {
        let head = comments.map { "# \($0)" } + ["currency: \(book.currency)", "asOf: \(book.asOf)", "prices:"]
        return (head + book.prices.flatMap(lines)).map { $0 + "\n" }.joined()
    }

    private static func lines(_ price: PriceBook.Price) -> [String] {
        var lines = [
            "  - region: \(YAMLText.quoted(price.region))", "    platform: \(price.platform.rawValue)",
            "    capacity: \(price.isSpot ? "FARGATE_SPOT" : "FARGATE")", "    vCPUHour: \(price.vCPUHour.brief)",
            "    gigabyteHour: \(price.gigabyteHour.brief)",
        ]
        if price.licenceVCPUHour != .zero { lines.append("    licenceVCPUHour: \(price.licenceVCPUHour.brief)") }
        if price.storageGigabyteHour != .zero { lines.append("    storageHour: \(price.storageGigabyteHour.brief)") }
        return lines + ["    source: \(YAMLText.quoted(price.source))"]
    }
}
