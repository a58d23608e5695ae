internal import Foundation
internal import SlipwayCore

/// AWS's own price list of Amazon ECS, as it is to be downloaded: one JSON document with products by their SKU and what each costs.
/// What Fargate is billed by is found by its usage type, `EU-Fargate-vCPU-Hours:perCPU` and others, whose prefix is the region's.
///
/// Source: AWS Billing, "Reading the service price list file", and the list itself. It has no prices of Fargate Spot.
struct PriceList {
    /// The list of all regions had 20 MB in 2026.
    static let maximumBytes = 128 * 1_024 * 1_024

    let currency: String
    /// The day of its publication.
    let asOf: String
    /// On demand, in the order of regions and platforms.
    let prices: [PriceBook.Price]

    /// - Parameter regions: those that are wanted; empty: all.
    /// - Throws: `CommandFailure` with what is wrong with the document.
    init(_ data: Data, regions: Set<String> = []) throws(CommandFailure) {
        let document: Document
        do {
            document = try JSONDecoder().decode(Document.self, from: data)
        } catch {
            throw Self.failure("it is no price list of AWS's")
        }
        guard document.offerCode == "AmazonECS" else {
            throw Self.failure("it is the list of \(document.offerCode), not of AmazonECS")
        }
        asOf = String(document.publicationDate.prefix(10))
        guard Day(asOf) != nil else { throw Self.failure("its publicationDate is no date") }
        var amounts: [Part: (currency: String, amount: Money)] = [:]
        for (sku, product) in document.products {
            guard let part = Part(product.attributes), regions.isEmpty || regions.contains(part.region) else {
                continue
            }
            let found = try Self.amount(of: sku, in: document)
            if let known = amounts[part], known != found {
                throw Self.failure("it has two prices for \(part.kind.usageType) in \(part.region)")
            }
            amounts[part] = found
        }
        let currencies = Set(amounts.values.map(\.currency))
        guard let only = currencies.first, currencies.count == 1 else {
            let names = regions.isEmpty ? "" : " in \(regions.sorted().joined(separator: ", "))"
            throw Self.failure(
                currencies.isEmpty
                    ? "it has no prices of Fargate\(names)"
                    : "its prices are in \(currencies.sorted().joined(separator: " and ")): name regions of one of them"
            )
        }
        currency = only
        let byPart = amounts.mapValues(\.amount)
        let source = "the price list of Amazon ECS of \(asOf)"
        prices = Set(amounts.keys.map(\.region)).sorted().flatMap { region in
            UsageUnit.Platform.allCases.compactMap { Self.price(of: $0, in: region, byPart, source) }
        }
    }

    /// Nil: Fargate does not have this platform there.
    private static func price(
        of platform: UsageUnit.Platform, in region: String, _ amounts: [Part: Money], _ source: String
    ) -> PriceBook.Price? {
        func amount(_ kind: Part.Kind) -> Money? { amounts[Part(region: region, kind: kind)] }
        guard let vCPU = amount(.vCPU(platform)), let memory = amount(.memory(platform)) else { return nil }
        let isWindows = platform == .windowsX86
        // Without its licence a price would be half of what is billed.
        if isWindows, amount(.licence) == nil { return nil }
        return PriceBook.Price(
            region: region, platform: platform, vCPUHour: vCPU, gigabyteHour: memory,
            licenceVCPUHour: isWindows ? amount(.licence) ?? .zero : .zero,
            storageGigabyteHour: isWindows ? .zero : amount(.storage) ?? .zero, source: source)
    }

    private static func amount(of sku: String, in document: Document) throws(CommandFailure) -> (
        currency: String, amount: Money
    ) {
        let dimensions = (document.terms.onDemand[sku] ?? [:]).values.flatMap(\.priceDimensions.values)
        guard dimensions.count == 1, let price = dimensions.first?.pricePerUnit, price.count == 1,
            let (currency, text) = price.first, let amount = Money(decimal: trimmed(text))
        else { throw failure("the price of its product \(sku) can't be read") }
        return (currency, amount)
    }

    /// The list writes ten decimals.
    private static func trimmed(_ text: String) -> String {
        guard text.contains(".") else { return text }
        var text = Substring(text)
        while text.last == "0" { text.removeLast() }
        if text.last == "." { text.removeLast() }
        return String(text)
    }

    private static func failure(_ what: String) -> CommandFailure {
        CommandFailure(.usage, harmless("the price list can't be used: \(what)"))
    }
}

// MARK: What Fargate is billed by

extension PriceList {
    private struct Part: Hashable {
        enum Kind: Hashable {
            case vCPU(UsageUnit.Platform)
            case memory(UsageUnit.Platform)
            /// Windows'.
            case licence
            case storage

            static let all =
                UsageUnit.Platform.allCases.flatMap { [Kind.vCPU($0), Kind.memory($0)] } + [.licence, .storage]

            /// Without the region's prefix.
            var usageType: String {
                switch self {
                case .vCPU(let platform): "Fargate-\(Self.infix(platform))vCPU-Hours:perCPU"
                case .memory(let platform): "Fargate-\(Self.infix(platform))GB-Hours"
                case .licence: "Fargate-Windows-OS-Hours:perCPU"
                case .storage: "Fargate-EphemeralStorage-GB-Hours"
                }
            }

            private static func infix(_ platform: UsageUnit.Platform) -> String {
                switch platform {
                case .linuxX86: ""
                case .linuxARM: "ARM-"
                case .windowsX86: "Windows-"
                }
            }
        }

        var region: String
        var kind: Kind

        init(region: String, kind: Kind) {
            self.region = region
            self.kind = kind
        }

        init?(_ attributes: [String: String]) {
            guard let region = attributes["regionCode"], let usageType = attributes["usagetype"],
                (attributes["locationType"] ?? "AWS Region") == "AWS Region",
                let kind = Kind.all.first(where: {
                    usageType == $0.usageType || usageType.hasSuffix("-" + $0.usageType)
                })
            else { return nil }
            self.init(region: region, kind: kind)
        }
    }

    private struct Document: Decodable {
        struct Product: Decodable {
            var attributes: [String: String]
        }

        struct Offer: Decodable {
            struct Dimension: Decodable {
                var pricePerUnit: [String: String]
            }

            var priceDimensions: [String: Dimension]
        }

        struct Terms: Decodable {
            var onDemand: [String: [String: Offer]]

            enum CodingKeys: String, CodingKey { case onDemand = "OnDemand" }
        }

        var offerCode: String
        var publicationDate: String
        var products: [String: Product]
        var terms: Terms
    }
}
