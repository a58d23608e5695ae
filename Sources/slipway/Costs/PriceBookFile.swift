internal import SlipwayCore

/// Reads a price book from YAML. Every fault is named with its line; nothing is guessed.
struct PriceBookFile {
    private let file: String

    static let maximumPrices = 2_000

    /// - Parameter path: nil: the built-in one.
    static func load(_ path: String?) throws(ConfigurationErrors) -> PriceBook {
        guard let path else { return try read(Array(DefaultPriceBook.yaml.utf8), file: DefaultPriceBook.name) }
        do {
            return try read(try BoundedFile.read(path, maximumBytes: YAMLDocument.maximumBytes), file: path)
        } catch let error as BoundedFile.Failure {
            throw ConfigurationErrors(ConfigurationError(place: path, found: error.description, mend: error.mend))
        } catch let error as ConfigurationErrors {
            throw error
        } catch {
            throw ConfigurationErrors(
                ConfigurationError(place: path, found: "it can't be read", mend: "check the disk it is on"))
        }
    }

    static func read(_ bytes: [UInt8], file: String) throws(ConfigurationErrors) -> PriceBook {
        do {
            return try PriceBookFile(file: file).book(try YAMLDocument.read(bytes, file: file))
        } catch {
            throw ConfigurationErrors(error)
        }
    }

    private func book(_ root: ConfigurationNode) throws(ConfigurationError) -> PriceBook {
        try checkKeys(root, ["currency", "asOf", "prices"])
        let currency = try text(root, "currency")
        guard currency.utf8.count == 3,
            currency.utf8.allSatisfy({ (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) })
        else { throw fault(root.member("currency") ?? root, "no currency", "write three capital letters, such as USD") }
        let asOf = try text(root, "asOf")
        guard Day(asOf) != nil else {
            throw fault(root.member("asOf") ?? root, "no day", "write the day on which it was read: 2026-03-31")
        }
        let nodes = root.member("prices")?.elements ?? []
        guard (1...Self.maximumPrices).contains(nodes.count) else {
            throw fault(
                root.member("prices") ?? root, "\(nodes.count) prices", "write a list of 1 to \(Self.maximumPrices)")
        }
        var prices: [PriceBook.Price] = []
        for node in nodes { prices.append(try price(node, after: prices)) }
        return PriceBook(currency: currency, asOf: asOf, prices: prices)
    }

    private func price(
        _ node: ConfigurationNode, after others: [PriceBook.Price]
    ) throws(ConfigurationError) -> PriceBook.Price {
        try checkKeys(
            node,
            [
                "region", "platform", "capacity", "from", "vCPUHour", "gigabyteHour", "licenceVCPUHour", "storageHour",
                "source",
            ])
        let platforms = UsageUnit.Platform.allCases.map(\.rawValue)
        guard let platform = UsageUnit.Platform(rawValue: try text(node, "platform")) else {
            throw fault(
                node.member("platform") ?? node, "no such platform", "write \(platforms.joined(separator: ", "))")
        }
        let capacity = try text(node, "capacity")
        guard ["FARGATE", "FARGATE_SPOT"].contains(capacity) else {
            throw fault(node.member("capacity") ?? node, "no such capacity", "write FARGATE or FARGATE_SPOT")
        }
        let price = PriceBook.Price(
            region: try text(node, "region"), platform: platform, isSpot: capacity == "FARGATE_SPOT",
            from: try day(node, "from"), vCPUHour: try amount(node, "vCPUHour"),
            gigabyteHour: try amount(node, "gigabyteHour"),
            licenceVCPUHour: try amount(node, "licenceVCPUHour", orElse: .zero),
            storageGigabyteHour: try amount(node, "storageHour", orElse: .zero),
            source: node.member("source") == nil ? "" : try text(node, "source"))
        let isTwice = others.contains {
            $0.region == price.region && $0.platform == price.platform && $0.isSpot == price.isSpot
                && $0.from == price.from
        }
        if isTwice { throw fault(node, "the same price stands twice", "remove one, or give it another day in from") }
        return price
    }

    // MARK: Values

    private func text(_ node: ConfigurationNode, _ name: String) throws(ConfigurationError) -> String {
        guard let member = node.member(name) else {
            throw ConfigurationError(place: place(node), key: name, found: "it is missing", mend: "add it")
        }
        guard case .text(let text) = member.content, (1...500).contains(text.utf8.count),
            !text.unicodeScalars.contains(where: isHarmful)
        else {
            throw fault(member, "no plain text of 1 to 500 bytes", "write \(name) as one line of text")
        }
        return text
    }

    private func amount(
        _ node: ConfigurationNode, _ name: String, orElse usual: Money? = nil
    ) throws(ConfigurationError) -> Money {
        if node.member(name) == nil, let usual { return usual }
        let text = try text(node, name)
        // So much an hour is a mistake, and sums of it would not fit.
        guard let amount = Money(decimal: text), amount.nanos <= 10_000 * Money.nanosPerUnit else {
            throw fault(
                node.member(name) ?? node, "no price", "write a number up to 10000 with up to nine decimals: 0.04048")
        }
        return amount
    }

    private func day(_ node: ConfigurationNode, _ name: String) throws(ConfigurationError) -> Timestamp? {
        guard node.member(name) != nil else { return nil }
        guard let day = Day(try text(node, name)) else {
            throw fault(node.member(name) ?? node, "no day", "write 2026-03-31")
        }
        return day.start
    }

    private func checkKeys(_ node: ConfigurationNode, _ known: [String]) throws(ConfigurationError) {
        guard case .group(let members) = node.content else {
            throw fault(node, node.found, "write keys: \(known.joined(separator: ", "))")
        }
        for member in members where !known.contains(member.name) {
            let mend =
                NearestName.of(member.name, among: known).map { "the nearest known key is \($0)" }
                ?? "known here are \(known.joined(separator: ", "))"
            throw ConfigurationError(
                place: "\(file):\(member.line)", key: member.shownName, found: "unknown key", mend: mend)
        }
    }

    private func fault(_ node: ConfigurationNode, _ found: String, _ mend: String) -> ConfigurationError {
        ConfigurationError(place: place(node), found: found, mend: mend)
    }

    private func place(_ node: ConfigurationNode) -> String { "\(file):\(node.line)" }
}
