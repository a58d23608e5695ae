import GRDB
import SlipwayCore
import Testing

@testable import SlipwaySQLite

@Suite("Two stores on one file")
struct SharedFileTests {
    @Test("Both append by turns and at once, and the chain stays whole")
    func twoWriters() async throws {
        try await withStore { first, path in
            let second = try SQLiteStore(path: path)
            for number in stride(from: 1, to: 20, by: 2) {
                #expect(try await first.record(Sample.delivery("\(number)")).number == Int64(number))
                #expect(try await second.record(Sample.delivery("\(number + 1)")).number == Int64(number + 1))
            }
            let numbers = try await withThrowingTaskGroup(of: Int64.self) { group in
                for number in 21...220 {
                    let store = number.isMultiple(of: 2) ? first : second
                    group.addTask { try await store.record(Sample.delivery("\(number)")).number }
                }
                return try await group.reduce(into: Set<Int64>()) { $0.insert($1) }
            }
            #expect(numbers == Set(21...220))
            await second.close()
            let verification = try await verification(of: path)
            #expect(verification.isSound)
            #expect(verification.headSequence == 220)
        }
    }

    @Test("A duplicate of the other store's delivery is recognised, and so is its launch's new version")
    func eachSeesTheOther() async throws {
        try await withStore { first, path in
            let second = try SQLiteStore(path: path)
            _ = try await first.record(Sample.delivery("same"))
            #expect(try await second.record(Sample.delivery("same")).duplicateOf == 1)
            let launch = Sample.launch(request: 1)
            try await first.commit(Sample.opening(launch))
            let step = try #require(launch.transitions(Sample.life).first)
            try await second.commit(LaunchBatch(step))
            #expect(await storeError { try await first.commit(LaunchBatch(step)) }?.code == .versionConflict)
            await second.close()
        }
    }

    @Test("What another writes changes the number of foreign changes, and nothing else does")
    func foreignChanges() async throws {
        try await withStore { first, path in
            let second = try SQLiteStore(path: path)
            _ = try await first.foreignChanges()
            let before = try await first.foreignChanges()
            _ = try await first.record(Sample.delivery("own"))
            #expect(try await first.foreignChanges() == before)
            _ = try await second.record(Sample.delivery("foreign"))
            let after = try await first.foreignChanges()
            #expect(after != before)
            #expect(try await first.foreignChanges() == after)
            await second.close()
        }
    }
}
