internal import ArgumentParser
internal import Foundation
internal import SlipwayCore

struct PriceBookCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "price-book", abstract: "Write a price book from AWS's price list of Amazon ECS.",
        discussion: """
            Download the list of your region, and name what is written here in costs.priceBook:

              LIST=https://pricing.us-east-1.amazonaws.com/offers/v1.0/aws/AmazonECS/current
              curl -fsSo ecs.json $LIST/eu-west-1/index.json
              slipway price-book --from ecs.json --spot-discount 60 --output prices.yaml

            The list has no prices of FARGATE_SPOT, which vary: what runs there costs "unknown". With --spot-discount it is \
            estimated by that many percent off the prices on demand.
            """)

    @Option(help: ArgumentHelp("The list, as it was downloaded: index.json.", valueName: "file"))
    var from: String

    @Option(
        name: .customLong("output"),
        help: ArgumentHelp("A new file to write to, instead of standard output.", valueName: "file"))
    var outputPath: String?

    @Option(
        name: .customLong("region"),
        help: ArgumentHelp("Only this region. May be repeated.", valueName: "name"))
    var regions: [String] = []

    @Option(
        help: ArgumentHelp(
            "Estimate Linux on FARGATE_SPOT by so many percent less, from 1 to 99.", valueName: "percent"))
    var spotDiscount: Int64?

    func validate() throws {
        guard let spotDiscount, !(1...99).contains(spotDiscount) else { return }
        throw ValidationError("--spot-discount takes 1 to 99.")
    }

    func run() async throws {
        let bytes: [UInt8]
        do throws(BoundedFile.Failure) {
            bytes = try BoundedFile.read(from, maximumBytes: PriceList.maximumBytes)
        } catch {
            throw CommandFailure(.usage, harmless("\(from): \(error.description); \(error.mend)"))
        }
        let list = try PriceList(Data(bytes), regions: Set(regions))
        let book = PriceBook(currency: list.currency, asOf: list.asOf, prices: Self.prices(list, spotDiscount))
        let text = PriceBookText.yaml(book, comments: Self.comments(spotDiscount))
        guard let outputPath else { return try Output.standard.write(text) }
        try NewFile.write(text, to: outputPath)
    }

    /// Each with its price on Spot behind it, where that is estimated.
    static func prices(_ list: PriceList, _ spotDiscount: Int64?) -> [PriceBook.Price] {
        guard let spotDiscount else { return list.prices }
        return list.prices.flatMap { price in
            guard price.platform != .windowsX86 else { return [price] }
            var spot = price
            spot.isSpot = true
            spot.vCPUHour = price.vCPUHour.percent(100 - spotDiscount)
            spot.gigabyteHour = price.gigabyteHour.percent(100 - spotDiscount)
            spot.source = "estimated: \(spotDiscount) percent less than on demand"
            return [price, spot]
        }
    }

    private static func comments(_ spotDiscount: Int64?) -> [String] {
        [
            "Prices of AWS Fargate per hour, by AWS's price list of Amazon ECS. deploy/costs/price-book.yaml tells what the keys mean.",
            spotDiscount.map {
                "FARGATE_SPOT is not in that list: its prices here are \($0) percent less than on demand."
            }
                ?? "FARGATE_SPOT is not in that list: what runs there costs \"unknown\" until its prices are added here.",
        ]
    }
}
