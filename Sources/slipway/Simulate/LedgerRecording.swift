internal import SlipwayCore
internal import SlipwaySQLite

/// Reads what a replay is made of from a store: the launches of one pool that were made in a span.
struct LedgerRecording {
    let reader: StoreReader
    let prices: PriceBook

    private static let leadSeconds = 600

    /// With the instant from which on it is of use: a policy that was in force before anything was recorded can't be compared.
    ///
    /// - Parameter pool: nil: the only one that the span has launches of.
    func read(
        pool: Int?, from start: Timestamp, to end: Timestamp, progress: (Int) -> Void
    ) async throws -> (recording: Recording, start: Timestamp) {
        var recordings: [PoolID: Recording] = [:]
        var query = LaunchQuery(pool: pool.map(PoolID.init(rawValue:)))
        (query.since, query.until) = (start, end)
        var cursor: LaunchCursor?
        var oldest = end
        var (count, unreadable) = (0, 0)
        repeat {
            let page = try await reader.launches(query, after: cursor, limit: StoreReader.maximumLimit)
            for launch in page.launches {
                oldest = min(oldest, launch.createdAt)
                recordings[launch.pool, default: Recording(pool: launch.pool, prices: prices, from: start)].add(launch)
            }
            unreadable += page.unreadable.count
            count += page.launches.count
            progress(count)
            cursor = page.next
        } while cursor != nil
        guard recordings.count < 2 else {
            let pools = recordings.keys.map(\.rawValue).sorted().map(String.init).joined(separator: ", ")
            throw CommandFailure(.usage, "the span has launches of pools \(pools): give --pool-id, one of them")
        }
        guard var recording = recordings.values.first else {
            throw CommandFailure(
                .notSo, "no launch was made between \(start) and \(end): give another --since or --until")
        }
        recording.unreadable = unreadable
        recording.finish()
        guard !recording.jobs.isEmpty else {
            throw CommandFailure(
                .notSo,
                "no launch that was made between \(start) and \(end) has run a job: give another --since or --until")
        }
        var earlier = LaunchQuery(pool: recording.pool)
        earlier.until = start
        let isRecordedBefore = try await !reader.launches(earlier, limit: 1).launches.isEmpty
        // What is kept warm is there when the first job comes.
        return (recording, isRecordedBefore ? start : max(start, oldest.adding(seconds: -Self.leadSeconds)))
    }
}
