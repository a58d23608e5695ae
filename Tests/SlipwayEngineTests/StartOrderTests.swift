import SlipwayCore
import Testing

@testable import SlipwayEngine

@Suite struct StartOrderTests {
    private static let now = Timestamp(milliseconds: 1_795_500_000_000)

    private func planned(_ request: Int64, createdAfter milliseconds: Int64, project: String? = nil) -> Launch {
        let pool = PoolID(rawValue: 12)
        return Launch(
            id: LaunchID(
                organization: OrganizationKey(url: "https://dev.azure.com/fabrikam"), pool: pool,
                request: JobRequestID(rawValue: request), ordinal: 1),
            pool: pool, profile: "small", request: JobRequestID(rawValue: request), ordinal: 1,
            origin: JobOrigin(projectID: project),
            reason: "", createdAt: Self.now.adding(milliseconds: milliseconds))
    }

    private func started(_ launch: Launch) throws -> Launch {
        try #require(launch.applying(.startPermitted, at: Self.now, rules: LaunchRules())).launch
    }

    private func inOrder(_ launches: [Launch]) -> [LaunchID] {
        launches.sorted { ($0.createdAt, $0.request!) < ($1.createdAt, $1.request!) }.map(\.id)
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

    /// By number: as text 1000 would come before 999.
    @Test func ofOneInstantTheEarlierJobIsFirst() {
        let launches = [1_000, 999, 1_001].map { planned($0, createdAfter: 0) }
        #expect(Array(StartOrder(launches).ids) == [launches[1], launches[0], launches[2]].map(\.id))
    }

    @Test func aProjectWithAThousandLaunchesDoesNotHoldUpAnother() throws {
        let many = (0..<1_000).map { planned($0, createdAfter: 0, project: "many") }
        var order = StartOrder(many)
        order.note(try started(many[0]), wasPlanned: true)
        let few = (5_000..<5_003).map { planned($0, createdAfter: 60_000, project: "few") }
        for launch in few { order.note(launch, wasPlanned: false) }
        var left = many.dropFirst() + few
        var turns: [LaunchID] = []
        for _ in 0..<6 {
            let next = try #require(Array(order.ids.prefix(1)).first)
            turns.append(next)
            let index = try #require(left.firstIndex { $0.id == next })
            order.note(try started(left.remove(at: index)), wasPlanned: true)
        }
        #expect(turns == [few[0], many[1], few[1], many[2], few[2], many[3]].map(\.id))
        #expect(Array(order.ids) == inOrder(Array(left)))
    }

    /// A project that has one launch each time is not first each time.
    @Test func projectsThatTrickleDoNotHoldUpABacklog() throws {
        let many = (0..<100).map { planned($0, createdAfter: 0, project: "many") }
        var order = StartOrder(many)
        var waiting = many
        var turnsOfMany = 0
        for turn in 0..<30 {
            let one = planned(Int64(1_000 + turn), createdAfter: 1_000, project: "project \(turn)")
            order.note(one, wasPlanned: false)
            waiting.append(one)
            let next = try #require(Array(order.ids.prefix(1)).first)
            let launch = waiting.remove(at: try #require(waiting.firstIndex { $0.id == next }))
            if launch.projectID == "many" { turnsOfMany += 1 }
            order.note(try started(launch), wasPlanned: true)
        }
        #expect(turnsOfMany >= 3)
        #expect(waiting.count == 100)
    }

    @Test func onlyPlannedOnesHaveAPlace() throws {
        let launch = try started(planned(1, createdAfter: 0))
        var order = StartOrder([launch])
        order.note(launch, wasPlanned: false)
        #expect(Array(order.ids).isEmpty)
    }
}
