import Foundation
import Testing

@testable import SlipwayCore

private let accepted = LaunchEvent.agentTaskAccepted(arn, placement: "FARGATE")

private func money(_ text: String) -> Money { Money(decimal: text)! }

private let book = PriceBook(
    currency: "USD", asOf: "2026-03-31",
    prices: [
        .init(
            region: "us-east-1", platform: .linuxX86, vCPUHour: money("0.04048"), gigabyteHour: money("0.004445"),
            storageGigabyteHour: money("0.000111")),
        .init(region: "us-east-1", platform: .linuxARM, vCPUHour: money("0.03238"), gigabyteHour: money("0.00356")),
        .init(
            region: "us-east-1", platform: .windowsX86, vCPUHour: money("0.09148"), gigabyteHour: money("0.01005"),
            licenceVCPUHour: money("0.046")),
        .init(
            region: "us-east-1", platform: .linuxX86, isSpot: true, vCPUHour: money("0.012144"),
            gigabyteHour: money("0.0013335")),
        .init(
            region: "us-east-1", platform: .linuxX86, from: Day("2027-01-01")!.start, vCPUHour: money("1"),
            gigabyteHour: .zero),
    ])

private func unit(
    _ cpu: Int64, _ memory: Int64, _ platform: UsageUnit.Platform = .linuxX86, _ capacity: String = "FARGATE",
    storage: Int64 = 20, region: String = "us-east-1"
) -> UsageUnit {
    UsageUnit(region: region, capacity: capacity, platform: platform, cpu: cpu, memory: memory, storage: storage)
}

private func cost(_ unit: UsageUnit, _ seconds: Int64, at day: String = "2026-11-27") -> Cost {
    book.cost(of: unit, seconds: seconds, at: Day(day)!.start)
}

@Suite("Costs of Fargate")
struct CostTests {
    /// The first two are AWS's own examples on its pricing page, which rounds to cents.
    static let examples: [(unit: UsageUnit, seconds: Int64, tasks: Int64, cents: Int64)] = [
        // 5 tasks of 1 vCPU and 2 GB for 10 minutes a day, 30 days.
        (unit(1_024, 2_048), 600, 5 * 30, 123),
        // 10 tasks of 0.25 vCPU and 1 GB for an hour a day, 30 days.
        (unit(256, 1_024), 3_600, 10 * 30, 437),
    ]

    @Test("Published examples come out to the cent", arguments: examples)
    func published(_ example: (unit: UsageUnit, seconds: Int64, tasks: Int64, cents: Int64)) throws {
        guard case .known(let one) = cost(example.unit, example.seconds) else { throw Missing() }
        let total = one.nanos * example.tasks
        #expect((total + 5_000_000) / 10_000_000 == example.cents)
    }

    struct Missing: Error {}

    static let exact: [(UsageUnit, Int64, String)] = [
        (unit(1_024, 1_024), 3_600, "0.044925000"),
        (unit(4_096, 8_192, .linuxARM), 3_600, "0.158000000"),
        // Licence and all: (0.09148 + 0.046) × 2 + 0.01005 × 4.
        (unit(2_048, 4_096, .windowsX86), 3_600, "0.315160000"),
        (unit(1_024, 2_048, .linuxX86, "FARGATE_SPOT"), 3_600, "0.014811000"),
        // 30 GB beyond the free ones.
        (unit(1_024, 1_024, storage: 50), 3_600, "0.048255000"),
        // No more storage is to be had on Windows.
        (unit(1_024, 1_024, .windowsX86, storage: 50), 3_600, "0.147530000"),
        // 0.000205708333…, to the nearest billionth.
        (unit(256, 512), 60, "0.000205708"),
    ]

    @Test("Amounts are exact to the billionth", arguments: exact)
    func amounts(_ unit: UsageUnit, _ seconds: Int64, _ amount: String) {
        #expect(cost(unit, seconds) == .known(Money(decimal: amount)!))
    }

    @Test("A price holds from its day on")
    func dated() {
        #expect(cost(unit(1_024, 0), 3_600, at: "2026-12-31") == .known(money("0.04048")))
        #expect(cost(unit(1_024, 0), 3_600, at: "2027-01-01") == .known(money("1")))
        #expect(
            book.changes(from: Day("2026-12-01")!.start, to: Day("2027-02-01")!.start) == [Day("2027-01-01")!.start])
    }

    @Test("What has no price, and what is billed by the instance, is unknown")
    func unknown() {
        #expect(cost(unit(1_024, 2_048, region: "eu-north-1"), 60) == .unknown(.noPrice))
        #expect(cost(unit(1_024, 2_048, .linuxARM, "FARGATE_SPOT"), 60) == .unknown(.noPrice))
        #expect(cost(unit(1_024, 2_048, .linuxX86, "my-instances"), 60) == .unknown(.otherCapacity))
    }

    @Test("The largest agent task for a century is no overflow")
    func large() {
        #expect(cost(unit(16_384, 122_880, storage: 200), 3_600 * 24 * 36_525) == .known(money("1052849.196")))
    }

    @Test("Amounts are read and written whole")
    func text() {
        #expect(Money(decimal: "0.04048")?.nanos == 40_480_000)
        #expect(Money(decimal: "0.0404800000")?.nanos == 40_480_000, "as AWS' price lists write it")
        #expect(Money(decimal: "250")?.description == "250.000000000")
        #expect(Money(decimal: "99.5")?.brief == "99.50")
        #expect(Money(decimal: "0.123456789")?.brief == "0.123456789")
        let shown = ["0", "0.004", "0.005", "1.994999999", "1.995", "250"]
        #expect(
            shown.map { Money(decimal: $0)?.hundredths } == ["0.00", "<0.01", "0.01", "1.99", "2.00", "250.00"])
        #expect(Money(nanos: -1).description == "-0.000000001")
        for wrong in [
            "", ".", "1.", ".5", "-1", "+1", "1e3", "1,5", "0.1234567891", "0.000000000000000000000", "1234567890", "٣",
        ] {
            #expect(Money(decimal: wrong) == nil, "\(wrong)")
        }
    }

    @Test("Sums of rows are the total, in whichever order")
    func sums() async throws {
        struct Books: UsagePort {
            func usage(
                by dimension: CostDimension, from start: Timestamp, to end: Timestamp
            ) async throws(StoreError) -> [UsageGroup] {
                (1...200).map { number in
                    UsageGroup(
                        key: "project-\(number % 7)", usage: .known(unit(256, 512), seconds: Int64(60 + number)),
                        launches: Int64(number))
                } + [UsageGroup(key: nil, usage: .unknown(.endNotSeen), launches: 3)]
            }
        }
        let table = try await Books().costs(
            by: .project, from: Day("2026-11-01")!.start, to: Day("2026-12-01")!.start, prices: book)
        #expect(table.rows.count == 8)
        #expect(table.rows.map(\.sum.cost.nanos).reduce(0, +) == table.total.cost.nanos)
        #expect(table.rows.map(\.sum.seconds).reduce(0, +) == table.total.seconds)
        #expect(table.total.unknown == 3)
        #expect(table.total.launches == 20_103)
    }
}

@Suite("Usage of a launch")
struct LaunchUsageTests {
    private func facts(_ change: (inout AgentTaskFacts) -> Void = { _ in }) -> AgentTaskFacts {
        var facts = AgentTaskFacts()
        facts.region = "us-east-1"
        facts.capacityProvider = "FARGATE"
        facts.cpu = 1_024
        facts.memory = 2_048
        facts.platformFamily = "Linux"
        facts.createdAt = start
        facts.pullStartedAt = start.adding(seconds: 10)
        facts.startedAt = start.adding(seconds: 30)
        facts.stoppedAt = start.adding(milliseconds: 130_001)
        change(&facts)
        return facts
    }

    private func closed(_ facts: AgentTaskFacts?, stop: AgentTaskStatus? = nil) -> Launch {
        let stop = stop ?? .stopped(AgentTaskStop(reason: "done", exitCode: 0))
        let gone: [LaunchEvent] =
            stop == .missing
            ? [.agentTaskObserved(.missing), .timePassed, .agentTaskObserved(.missing)]
            : [.agentTaskObserved(stop, facts)]
        return launch(after: [.startPermitted, accepted] + gone + [.registrationGone])
    }

    @Test("It is billed from the download of its image, each second begun")
    func fromPull() {
        guard case .known(let unit, let seconds) = closed(facts()).usage else {
            Issue.record("not known")
            return
        }
        #expect(seconds == 121)
        #expect(unit.cpu == 1_024)
        #expect(unit.storage == 20)
        #expect(closed(facts()).agentTaskFacts?.billedFrom?.start == .pullStart)
    }

    @Test("A minute at least, and five on Windows")
    func minimum() {
        let brief = facts { $0.stoppedAt = start.adding(seconds: 12) }
        #expect(seconds(closed(brief)) == 60)
        let windows = facts {
            $0.platformFamily = "Windows_Server_2022_Core"
            $0.stoppedAt = start.adding(seconds: 100)
        }
        #expect(seconds(closed(windows)) == 300)
    }

    private func seconds(_ launch: Launch) -> Int64? {
        if case .known(_, let seconds) = launch.usage { seconds } else { nil }
    }

    @Test("Without the download's begin, from its creation; one that began neither is not billed")
    func fromCreation() {
        let created = closed(facts { $0.pullStartedAt = nil })
        #expect(seconds(created) == 131)
        #expect(created.agentTaskFacts?.billedFrom?.start == .creation)
        let never = closed(
            facts {
                $0.pullStartedAt = nil
                $0.startedAt = nil
            })
        #expect(never.usage == .nothing)
        #expect(book.cost(of: never, at: start) == .known(.zero))
    }

    @Test("What the cluster didn't tell is not guessed")
    func gaps() {
        #expect(closed(nil).usage == .unknown(.notRecorded))
        #expect(closed(facts { $0.cpu = nil }).usage == .unknown(.sizeNotTold))
        #expect(closed(facts { $0.region = nil }).usage == .unknown(.sizeNotTold))
        // An event may tell any number.
        #expect(closed(facts { $0.cpu = .max }).usage == .unknown(.sizeNotTold))
        #expect(closed(facts { $0.memory = -1 }).usage == .unknown(.sizeNotTold))
        #expect(closed(facts { $0.ephemeralStorageGiB = .max }).usage == .unknown(.sizeNotTold))
        let century = facts { $0.stoppedAt = start.adding(seconds: 100 * 366 * 86_400) }
        #expect(closed(century).usage == .unknown(.sizeNotTold))
        let onInstances = closed(facts { $0.capacityProvider = "my-instances" })
        #expect(book.cost(of: onInstances, at: start) == .unknown(.otherCapacity))
        #expect(newLaunch().usage == .nothing)
    }

    private func closing(_ facts: AgentTaskFacts?, _ prices: PriceBook?) throws -> [String: LedgerFacts.Fact] {
        let stopped = LaunchEvent.agentTaskObserved(.stopped(AgentTaskStop(reason: "done", exitCode: 0)), facts)
        let before = launch(after: [.startPermitted, accepted, stopped])
        let transition = try #require(before.applying(.registrationGone, at: start, rules: LaunchRules()))
        #expect(!transition.launch.isOpen)
        var chain = LedgerChain()
        return try #require(chain.seal(transition.priced(by: prices, at: start).entry).factsByName)
    }

    @Test("The record that closes a launch tells what it cost, by which prices, or why that isn't known")
    func closingRecord() throws {
        let told = try closing(facts(), book)
        #expect(told["cost"] == .text("0.001659381") && told["billedSeconds"] == .integer(121))
        #expect(told["currency"] == .text("USD") && told["pricesAsOf"] == .text("2026-03-31"))
        #expect(book.cost(of: closed(facts()), at: start) == .known(money("0.001659381")))
        let unknown = try closing(nil, book)
        #expect(unknown["costUnknown"] == .text("notRecorded") && unknown["cost"] == nil)
        #expect(try closing(facts(), nil)["cost"] == nil)
        let running = launch(after: [.startPermitted, accepted])
        let change = try #require(
            running.applying(
                .agentTaskObserved(.running, facts { $0.stoppedAt = nil }), at: start, rules: LaunchRules()))
        #expect(change.priced(by: book, at: start) == change)
    }

    @Test("While it runs, the cost so far grows")
    func running() {
        let value = launch(
            after: [.startPermitted, accepted, .agentTaskObserved(.running, facts { $0.stoppedAt = nil })])
        guard case .soFar(let early?) = book.cost(of: value, at: start.adding(seconds: 100)),
            case .soFar(let late?) = book.cost(of: value, at: start.adding(seconds: 1_000))
        else {
            Issue.record("not known")
            return
        }
        #expect(early < late)
    }

    @Test("Facts come with a change that is made anyway, and never make one")
    func noWritesOfTheirOwn() {
        let value = launch(after: [
            .startPermitted, accepted, .agentTaskObserved(.running, facts { $0.stoppedAt = nil }),
        ])
        #expect(value.agentTaskFacts != nil)
        let newer = facts { $0.imageDigest = "sha256:1" }
        #expect(value.applying(.agentTaskObserved(.running, newer), at: start, rules: LaunchRules()) == nil)
        let pending = launch(after: [.startPermitted, accepted])
        #expect(pending.applying(.agentTaskObserved(.pending, newer), at: start, rules: LaunchRules()) == nil)
    }

    @Test("The record of the change names them")
    func recorded() throws {
        let before = launch(after: [.startPermitted, accepted])
        let event = LaunchEvent.agentTaskObserved(
            .stopped(AgentTaskStop(reason: "done")), facts { $0.imageDigest = "sha256:1" })
        let entry = try #require(before.applying(event, at: start, rules: LaunchRules())).entry
        #expect(entry.facts["imageDigest"] == .text("sha256:1"))
        #expect(entry.facts["memory"] == .integer(2_048))
        #expect(entry.facts["pullStartedAt"] == .text(start.adding(seconds: 10).description))
    }

    @Test("A launch that an older version stored is read, and its cost is unknown")
    func old() throws {
        let value = closed(facts())
        let data = try JSONEncoder().encode(value)
        var object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        for key in ["agentTaskFacts", "definition", "run"] { object[key] = nil }
        let old = try JSONDecoder().decode(Launch.self, from: try JSONSerialization.data(withJSONObject: object))
        #expect(old.usage == .unknown(.notRecorded))
    }
}

@Suite("Months and days")
struct MonthTests {
    @Test("They are read, written and bounded in UTC")
    func calendar() throws {
        let month = try #require(Month("2026-12"))
        #expect(month.start.description == "2026-12-01T00:00:00.000Z")
        #expect(month.end.description == "2027-01-01T00:00:00.000Z")
        #expect(Month(month.start) == month)
        #expect(Month(month.start.adding(milliseconds: -1)).description == "2026-11")
        #expect(Month("2024-02")?.end.description == "2024-03-01T00:00:00.000Z")
        #expect(Day("2024-02-29")?.start.description == "2024-02-29T00:00:00.000Z")
        #expect(Day(Timestamp(milliseconds: -1)).description == "1969-12-31")
        for wrong in ["2026", "2026-13", "2026-00", "26-11", "2026-1", "2026-11-01", "x-11"] {
            #expect(Month(wrong) == nil, "\(wrong)")
        }
        for wrong in ["2026-02-29", "2026-11-31", "2026-11-00", "2026-11", "2026-11-1"] {
            #expect(Day(wrong) == nil, "\(wrong)")
        }
    }

    @Test("Every day of 800 years is one after the other")
    func days() {
        for number in Int64(-146_097)...146_097 {
            let day = Day(number: number)
            #expect(Day(day.start) == day)
            if number >= 0, number % 97 == 0 { #expect(Day(day.description) == day) }
        }
    }
}
