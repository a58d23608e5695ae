import SlipwayCore
import Testing

@testable import slipway

/// Price books, the built-in one and an operator's.
@Suite struct PriceBookFileTests {
    @Test func `The built-in price book is the file of the repository`() throws {
        #expect(DefaultPriceBook.yaml == (try Repository.text("deploy/costs/price-book.yaml")))
        let book = try PriceBookFile.load(nil)
        #expect(book.currency == "USD")
        #expect(Day(book.asOf) != nil)
        let unit = UsageUnit(
            region: "us-east-1", capacity: "FARGATE", platform: .linuxX86, cpu: 1_024, memory: 0, storage: 20)
        #expect(book.price(of: unit, at: Timestamp(milliseconds: 0))?.vCPUHour == Money(decimal: "0.04048"))
        #expect(book.prices.allSatisfy { $0.source.hasPrefix("https://") })
    }

    private static let good = """
        currency: USD
        asOf: 2026-03-31
        prices:
          - region: r
            platform: linux-x86
            capacity: FARGATE
            vCPUHour: 0.1
            gigabyteHour: 0.2
            from: 2026-01-01

        """

    @Test(arguments: [
        ("currency: USD", "currency: dollars", "p.yaml:1: no currency; write three capital letters, such as USD"),
        ("asOf: 2026-03-31", "asOf: yesterday", "p.yaml:2: no day; write the day on which it was read: 2026-03-31"),
        (
            "vCPUHour: 0.1", "vCPUHour: -1",
            "p.yaml:7: no price; write a number up to 10000 with up to nine decimals: 0.04048"
        ),
        ("vCPUHour: 0.1", "vcpuHour: 0.1", "p.yaml:7: vcpuHour: unknown key; the nearest known key is vCPUHour"),
        ("    vCPUHour: 0.1\n", "", "p.yaml:4: vCPUHour: it is missing; add it"),
        ("capacity: FARGATE", "capacity: EC2", "p.yaml:6: no such capacity; write FARGATE or FARGATE_SPOT"),
        (
            "platform: linux-x86", "platform: plan9",
            "p.yaml:5: no such platform; write linux-x86, linux-arm, windows-x86"
        ),
        ("from: 2026-01-01", "from: soon", "p.yaml:9: no day; write 2026-03-31"),
        ("prices:", "prices: []\nregions:", "p.yaml:4: regions: unknown key; known here are currency, asOf, prices"),
    ])
    func `A fault is named with its line`(_ old: String, _ new: String, _ line: String) throws {
        #expect(throws: Never.self) { try PriceBookFile.read(Array(Self.good.utf8), file: "p.yaml") }
        do {
            _ = try PriceBookFile.read(Array(Self.good.replacing(old, with: new).utf8), file: "p.yaml")
            Issue.record("it was read")
        } catch {
            #expect(error.errors.map(\.description) == [line])
        }
    }

    @Test func `Budgets are read, and their faults are named`() throws {
        let text = try Fixture.base(
            replacing: "aws:",
            with:
                "costs: { budgets: [{ project: Fabrikam, monthly: 99.50, when: hold }, { project: x, monthly: 1 }] }\naws:"
        )
        let costs = try ConfigurationLoader(environment: [:]).load(Array(text.utf8), file: "slipway.yaml").configuration
            .costs
        #expect(
            costs.budgets == [
                Budget(project: "Fabrikam", monthly: Money(decimal: "99.5")!, when: .hold),
                Budget(project: "x", monthly: Money(decimal: "1")!, when: .warn),
            ])
        let wrong = text.replacing("99.50", with: "much").replacing("project: x", with: "project: fabrikam")
        do {
            _ = try ConfigurationLoader(environment: [:]).load(Array(wrong.utf8), file: "slipway.yaml")
            Issue.record("it was read")
        } catch {
            #expect(
                error.errors.map(\.description) == [
                    "slipway.yaml:9: costs.budgets[0].monthly: no amount above zero; write one such as 250 or 99.50, with "
                        + "up to nine decimals",
                    "slipway.yaml:9: costs.budgets[1].project: there is another budget of project “fabrikam”; keep one of "
                        + "them",
                ])
        }
    }
}
