import Foundation
import SlipwayCore
import SlipwaySQLite
import Testing

@testable import slipway

@Suite struct StoreOperatorTests {
    private let now = Timestamp(milliseconds: 1_764_000_000_000)
    private let key = ProfileKey(pool: "ecs-linux", profile: "small")

    private func launch(_ events: [LaunchEvent] = []) -> Launch {
        let pool = PoolID(rawValue: 7)
        let request = JobRequestID(rawValue: 4_711)
        let id = LaunchID(organization: OrganizationKey(rawValue: "abc123"), pool: pool, request: request, ordinal: 1)
        let made = Launch(
            id: id, pool: pool, profile: "small", request: request, ordinal: 1, origin: JobOrigin(),
            reason: "it waits", createdAt: now)
        return events.reduce(made) { launch, event in
            launch.applying(event, at: now.adding(seconds: 90), rules: LaunchRules())?.launch ?? launch
        }
    }

    /// A store with this launch, as it is, and who operates on it.
    private func withOperator(
        _ launch: Launch? = nil, _ body: (StoreOperator, StoreReader) async throws -> Void
    ) async throws {
        let folder = URL.temporaryDirectory.appending(path: "slipway-operator-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appending(path: "slipway.db").path(percentEncoded: false)
        let store = try SQLiteStore(path: path)
        if let launch { try await store.commit(LaunchBatch(inserts: [launch])) }
        let reader = try StoreReader(path: path)
        try await body(
            StoreOperator(
                store: store, launch: { try await reader.launch($0) }, profiles: [key],
                now: { [now] in now.adding(seconds: 100) }), reader)
        await reader.close()
        await store.close()
    }

    private func order(_ action: OperatorAction, reason: String? = nil) -> OperatorOrder {
        OperatorOrder(action, by: "command line, uid 0", reason: reason)
    }

    @Test func `A drain is the ledger's word, and a second one changes nothing`() async throws {
        try await withOperator { (operate, reader) async throws in
            #expect(try await operate.perform(order(.resume)).wasSo)
            #expect(try await !operate.perform(order(.drain, reason: "the cluster moves")).wasSo)
            #expect(try await operate.perform(order(.drain)).wasSo)
            #expect(try await operate.perform(order(.pauseProfile(key))).wasSo == false)
            let records = try await reader.records()
            #expect(records.map(\.kind) == ["operator.drained", "operator.paused"])
            #expect(records[0].facts == #"{"by":"command line, uid 0","reason":"the cluster moves"}"#)
        }
    }

    @Test func `A pause of a profile that is no longer configured can be taken up again, once`() async throws {
        try await withOperator { (operate, reader) async throws in
            _ = try await operate.perform(order(.pauseProfile(key)))
            let since = StoreOperator(
                store: operate.store, launch: operate.launch, profiles: [ProfileKey(pool: "ecs-linux", profile: "new")],
                now: operate.now)
            #expect(try await !since.perform(order(.resumeProfile(key))).wasSo)
            #expect(try await reader.records().map(\.kind) == ["operator.paused", "operator.unpaused"])
            let error = await #expect(throws: OperatorRefusal.self) {
                try await since.perform(order(.resumeProfile(key)))
            }
            #expect(error?.code == .noSuchProfile)
            await #expect(throws: OperatorRefusal.self) { try await since.perform(order(.pauseProfile(key))) }
        }
    }

    @Test func `A profile that isn't configured can't be paused`() async throws {
        try await withOperator { (operate, reader) async throws in
            let refusal = await #expect(throws: OperatorRefusal.self) {
                try await operate.perform(order(.pauseProfile(ProfileKey(pool: "ecs-linux", profile: "x"))))
            }
            #expect(refusal?.code == .noSuchProfile && refusal?.message.contains("ecs-linux/small") == true)
            let records = try await reader.records()
            #expect(records.isEmpty)
        }
    }

    @Test func `A stop is a change of the launch with its record, and a busy one is left alone`() async throws {
        let online = launch([.startPermitted])
        try await withOperator(online) { (operate, reader) async throws in
            _ = try await operate.perform(order(.stopLaunch(online.id, isForced: false)))
            let stopped = try #require(await reader.launch(online.id))
            #expect(stopped.state.name == "cleaning" && stopped.version == online.version + 1)
            #expect(try await reader.records().map(\.kind) == ["launch.cleaning", "operator.stopped"])
        }
        let busy = launch([.startPermitted, .jobObserved(JobRequestID(rawValue: 4_711))])
        try await withOperator(busy) { (operate, reader) async throws in
            let refusal = await #expect(throws: OperatorRefusal.self) {
                try await operate.perform(order(.stopLaunch(busy.id, isForced: false)))
            }
            #expect(refusal?.code == .busy)
            #expect(try await reader.launch(busy.id) == busy)
            _ = try await operate.perform(order(.stopLaunch(busy.id, isForced: true), reason: "it hangs"))
            #expect(try await reader.launch(busy.id)?.outcome?.reason.contains("it hangs") == true)
        }
    }

    @Test func `A retry forgives the failures of the job request so far`() async throws {
        let failed = launch([.startPermitted, .startRefused(StartRefusal(kind: .permanent, message: "denied"))])
        try await withOperator(failed) { (operate, reader) async throws in
            _ = try await operate.perform(order(.retryLaunch(failed.id)))
            let records = try await reader.records(about: "request-4711")
            #expect(forgivenFailures(of: JobRequestID(rawValue: 4_711), pool: failed.pool, in: records) == 1)
            let other = try #require(LaunchID(rawValue: "none"))
            let refusal = await #expect(throws: OperatorRefusal.self) {
                try await operate.perform(order(.retryLaunch(other)))
            }
            #expect(refusal?.code == .noSuchLaunch)
        }
    }
}
