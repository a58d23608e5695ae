import SlipwayCore
import Testing

extension LedgerStoreSuite {
    static let bookings = [
        Requirement("a booking is there once it is committed, and not twice") { store in
            let booking = Sample.booking(1)
            try await store.commit(LaunchBatch(entries: [booking.openingEntry(from: "")], bookings: [booking]))
            #expect(try await store.booking(booking.id) == booking)
            #expect(try await store.bookingsAtWork() == [booking])
            await #expect(throws: StoreError.self) { try await store.commit(LaunchBatch(bookings: [booking])) }
            #expect(try await store.booking(Sample.booking(2).id) == nil)
        },
        Requirement("a booking changes only over the version that was read") { store in
            let booking = Sample.booking(1)
            try await store.commit(LaunchBatch(bookings: [booking]))
            let decided = try #require(booking.deciding(.cancelled(booking), at: Sample.time))
            try await store.commit(LaunchBatch(decided))
            let error = await #expect(throws: StoreError.self) { try await store.commit(LaunchBatch(decided)) }
            #expect(error?.code == .versionConflict)
            #expect(try await store.booking(booking.id)?.outcome?.result == .canceled)
        },
        Requirement("a closed booking is at work as long as a launch of it is open, and is kept until it is dropped") {
            store in
            let booking = Sample.booking(1)
            let launch = Sample.launch(of: booking)
            try await store.commit(LaunchBatch(bookings: [booking]))
            var batch = Sample.opening(launch)
            let closed = try #require(booking.closing(.told, at: Sample.time))
            batch.bookings = [closed.booking]
            try await store.commit(batch)
            #expect(try await store.bookingsAtWork().map(\.id) == [booking.id])
            let later = Sample.time.adding(seconds: 60)
            #expect(try await store.dropBookings(closedBefore: later) == 0)
            try await close(launch, in: store)
            #expect(try await store.bookingsAtWork().isEmpty)
            #expect(try await store.dropBookings(closedBefore: Sample.time) == 0)
            #expect(try await store.dropBookings(closedBefore: later) == 1)
            #expect(try await store.booking(booking.id) == nil)
        },
        Requirement("of one name the latest attempt answers") { store in
            let attempts = [Sample.booking(1), Sample.booking(1, attempt: 3), Sample.booking(1, attempt: 2)]
            try await store.commit(LaunchBatch(bookings: attempts + [Sample.booking(2)]))
            let names = [try #require(attempts[0].agent?.name), try #require(BoundAgentName(run: 99, key: "none"))]
            #expect(try await store.bookings(named: names, pool: "ecs-linux") == [attempts[1]])
            #expect(try await store.bookings(named: names, pool: "another").isEmpty)
        },
        Requirement("a booking has one open launch, and its history is that of its launches") { store in
            let booking = Sample.booking(1)
            let first = Sample.launch(of: booking)
            try await store.commit(LaunchBatch(bookings: [booking]))
            try await store.commit(Sample.opening(first))
            let second = Sample.launch(of: booking, ordinal: 2)
            let error = await #expect(throws: StoreError.self) { try await store.commit(Sample.opening(second)) }
            #expect(error?.code == .duplicateLaunch)
            try await close(first, in: store)
            try await store.commit(Sample.opening(second))
            let history = try await store.history(bookings: [booking.id, Sample.booking(2).id])
            #expect(history.mapValues(\.lastOrdinal) == [booking.id: 2])
        },
        Requirement("what is kept warm has a history by profile, the newest first, of that pool alone") { store in
            let denied = StartRefusal(kind: .permanent, message: "denied")
            for number in 1...3 {
                let launch = Sample.warmLaunch(number, at: Sample.time.adding(seconds: number * 100))
                try await store.commit(Sample.opening(launch))
                guard number != 1 else { continue }
                for transition in launch.transitions([.startPermitted, .startRefused(denied)]) {
                    try await store.commit(LaunchBatch(transition))
                }
            }
            try await store.commit(Sample.opening(Sample.launch(request: 1, at: Sample.time.adding(seconds: 900))))
            let history = try await store.warmHistory(pool: Sample.pool, profiles: ["small", "large"])
            #expect(history["small"]?.failures == 2)
            #expect(history["small"]?.lastFailure?.contains("denied") == true)
            #expect(history["large"]?.failures ?? 0 == 0)
            let elsewhere = try await store.warmHistory(pool: PoolID(rawValue: 77), profiles: ["small"])
            #expect(elsewhere["small"]?.failures ?? 0 == 0)
        },
    ]

    private static func close(_ launch: Launch, in store: any LedgerStore) async throws {
        var launch = launch
        for event in [LaunchEvent.stopRequested("enough"), .registrationGone] {
            let next = try #require(launch.applying(event, at: Sample.time, rules: LaunchRules()))
            try await store.commit(LaunchBatch(next))
            launch = next.launch
        }
        #expect(!launch.isOpen)
    }
}
