import SlipwayCore
import Testing

@testable import SlipwayEngine

@Suite struct StartOrderTests {
    private static let now = Timestamp(milliseconds: 1_795_500_000_000)

    private func planned(_ request: Int64, createdAfter milliseconds: Int64) -> Launch {
        let pool = PoolID(rawValue: 12)
        return Launch(
            id: LaunchID(
                organization: OrganizationKey(url: "https://dev.azure.com/fabrikam"), pool: pool,
                request: JobRequestID(rawValue: request), ordinal: 1),
            pool: pool, profile: "small", request: JobRequestID(rawValue: request), ordinal: 1, origin: JobOrigin(),
            reason: "", createdAt: Self.now.adding(milliseconds: milliseconds))
    }

    private func started(_ launch: Launch) throws -> Launch {
        try #require(launch.applying(.startPermitted, at: Self.now, rules: LaunchRules())).launch
    }

    private func inOrder(_ launches: [Launch]) -> [LaunchID] {
        launches.sorted { ($0.createdAt, $0.id) < ($1.createdAt, $1.id) }.map(\.id)
    }

    @Test func theOldestIsFirstWhicheverWayTheyComeAndGo() throws {
        // Of seven there are several of one instant, and each step leads to another of a hundred.
        var launches: [Launch] = []
        for step in 0..<100 {
            let request = Int64(step * 37 % 100)
            let instant = Int64(step * 61 % 100 / 7)
            launches.append(planned(request, createdAfter: instant))
        }
        var order = StartOrder()
        var left: [Launch] = []
        for launch in launches {
            order.note(launch, wasPlanned: false)
            order.note(launch, wasPlanned: true)
            left.append(launch)
            #expect(Array(order.ids) == inOrder(left))
        }
        #expect(Array(StartOrder(launches).ids) == inOrder(launches))
        // By turns the first, as nearly always, and any other.
        for step in 0..<100 {
            let gone = step % 3 == 2 ? left[step * 29 % left.count].id : inOrder(left)[0]
            let launch = try #require(left.first { $0.id == gone })
            order.note(try started(launch), wasPlanned: true)
            left.removeAll { $0.id == gone }
            #expect(Array(order.ids) == inOrder(left))
        }
    }

    @Test func onlyPlannedOnesHaveAPlace() throws {
        let launch = try started(planned(1, createdAfter: 0))
        var order = StartOrder([launch])
        order.note(launch, wasPlanned: false)
        #expect(Array(order.ids).isEmpty)
    }
}
