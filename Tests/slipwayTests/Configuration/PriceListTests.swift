import Foundation
import SlipwayCore
import Testing

@testable import slipway

/// Price books made from AWS's price list.
@Suite struct PriceListTests {
    private struct Product {
        var usageType: String
        var amount: String
        var region = "eu-west-1"
        var currency = "USD"
        var location = "AWS Region"
    }

    /// As the list has them, with the region's prefix.
    private static let ireland = [
        Product(usageType: "EU-Fargate-vCPU-Hours:perCPU", amount: "0.0404800000"),
        Product(usageType: "EU-Fargate-GB-Hours", amount: "0.0044450000"),
        Product(usageType: "EU-Fargate-ARM-vCPU-Hours:perCPU", amount: "0.0323800000"),
        Product(usageType: "EU-Fargate-ARM-GB-Hours", amount: "0.0035600000"),
        Product(usageType: "EU-Fargate-Windows-vCPU-Hours:perCPU", amount: "0.0465520000"),
        Product(usageType: "EU-Fargate-Windows-GB-Hours", amount: "0.0051117500"),
        Product(usageType: "EU-Fargate-Windows-OS-Hours:perCPU", amount: "0.0460000000"),
        Product(usageType: "EU-Fargate-EphemeralStorage-GB-Hours", amount: "0.0001220000"),
        Product(usageType: "EU-ECS-Anywhere-Instance-hours", amount: "0.0102500000"),
    ]
    private static let virginia = [
        Product(usageType: "Fargate-vCPU-Hours:perCPU", amount: "0.05", region: "us-east-1"),
        Product(usageType: "Fargate-GB-Hours", amount: "0.006", region: "us-east-1"),
    ]

    private static func list(_ products: [Product], offer: String = "AmazonECS") throws -> Data {
        var listed: [String: Any] = [:]
        var terms: [String: Any] = [:]
        for (number, product) in products.enumerated() {
            let sku = "SKU\(number)"
            listed[sku] = [
                "sku": sku, "productFamily": "Compute",
                "attributes": [
                    "servicecode": "AmazonECS", "usagetype": product.usageType, "regionCode": product.region,
                    "locationType": product.location,
                ],
            ]
            let dimension: [String: Any] = ["unit": "hours", "pricePerUnit": [product.currency: product.amount]]
            terms[sku] = ["\(sku).JRTCKXETXF": ["priceDimensions": ["\(sku).JRTCKXETXF.6YS6EN2CT7": dimension]]]
        }
        return try JSONSerialization.data(withJSONObject: [
            "formatVersion": "v1.0", "offerCode": offer, "publicationDate": "2026-10-02T18:21:30Z",
            "products": listed, "terms": ["OnDemand": terms],
        ])
    }

    private static func book(_ list: PriceList, spotDiscount: Int64? = nil) -> PriceBook {
        PriceBook(currency: list.currency, asOf: list.asOf, prices: PriceBookCommand.prices(list, spotDiscount))
    }

    @Test func `What is billed is found by its usage type, and the file that is written is read back as the same`()
        throws
    {
        let list = try PriceList(try Self.list(Self.ireland + Self.virginia))
        #expect(list.asOf == "2026-10-02" && list.currency == "USD")
        #expect(
            list.prices.map { "\($0.region) \($0.platform.rawValue)" } == [
                "eu-west-1 linux-x86", "eu-west-1 linux-arm", "eu-west-1 windows-x86", "us-east-1 linux-x86",
            ])
        let x86 = try #require(list.prices.first)
        #expect(x86.vCPUHour == Money(decimal: "0.04048") && x86.gigabyteHour == Money(decimal: "0.004445"))
        #expect(x86.storageGigabyteHour == Money(decimal: "0.000122") && x86.licenceVCPUHour == .zero)
        let windows = list.prices[2]
        #expect(windows.vCPUHour == Money(decimal: "0.046552") && windows.licenceVCPUHour == Money(decimal: "0.046"))
        #expect(windows.storageGigabyteHour == .zero)
        let book = Self.book(list, spotDiscount: 60)
        let text = PriceBookText.yaml(book, comments: ["one", "two: three"])
        #expect(try PriceBookFile.read(Array(text.utf8), file: "p.yaml") == book)
    }

    @Test func `Spot is estimated where it is asked for, and never for Windows`() throws {
        let list = try PriceList(try Self.list(Self.ireland))
        #expect(Self.book(list).prices.allSatisfy { !$0.isSpot })
        let spot = Self.book(list, spotDiscount: 60).prices.filter(\.isSpot)
        #expect(spot.map(\.platform) == [.linuxX86, .linuxARM])
        #expect(spot.first?.vCPUHour == Money(decimal: "0.016192"))
        #expect(spot.first?.source.contains("estimated") == true)
    }

    @Test func `Regions are chosen, and one without prices is an error`() throws {
        let data = try Self.list(Self.ireland + Self.virginia)
        #expect(try PriceList(data, regions: ["us-east-1"]).prices.map(\.region) == ["us-east-1"])
        #expect(throws: CommandFailure.self) { try PriceList(data, regions: ["eu-west-9"]) }
    }

    @Test func `A platform of which a part lacks is left out, and no local zone is taken for its region`() throws {
        let part = try PriceList(try Self.list(Self.ireland.filter { !$0.usageType.contains("OS-Hours") }))
        #expect(part.prices.map(\.platform) == [.linuxX86, .linuxARM])
        let zone = Product(
            usageType: "EUX1-Fargate-vCPU-Hours:perCPU", amount: "9", location: "AWS Local Zone")
        let list = try PriceList(try Self.list(Self.ireland + [zone]))
        #expect(list.prices.first?.vCPUHour == Money(decimal: "0.04048"))
    }

    @Test func `What is no such list is refused with what is wrong, whatever it is`() throws {
        func failure(_ data: Data) -> String {
            do {
                _ = try PriceList(data)
                return ""
            } catch {
                return error.description
            }
        }
        for text in ["", "{}", "[]", "<html></html>", #"{"offerCode": 1}"#] {
            #expect(failure(Data(text.utf8)).hasSuffix("it is no price list of AWS's"), "\(text)")
        }
        #expect(failure(try Self.list(Self.ireland, offer: "AmazonEC2")).contains("AmazonEC2"))
        let twice = Self.ireland + [Product(usageType: "EU-Fargate-GB-Hours", amount: "1")]
        #expect(failure(try Self.list(twice)).contains("two prices for Fargate-GB-Hours in eu-west-1"))
        let odd = Self.ireland + [Product(usageType: "Fargate-GB-Hours", amount: "-1", region: "r")]
        #expect(failure(try Self.list(odd)).contains("can't be read"))
        let mixed =
            Self.ireland + [
                Product(usageType: "CNN1-Fargate-GB-Hours", amount: "0.03", region: "cn-north-1", currency: "CNY")
            ]
        #expect(failure(try Self.list(mixed)).contains("CNY and USD"))
    }
}
