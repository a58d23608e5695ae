/// The pause after the n-th failure in a row: `first`, then twice as long each time, never over `limit`.
///
/// - Parameters:
///   - count: from 1; less counts as 1.
///   - doublings: no longer than after so many, whatever the limit is.
public func backoff<Pause: FixedWidthInteger>(
    _ count: Int, first: Pause, limit: Pause, doublings: Int = 10
) -> Pause {
    min(limit, first << min(max(0, count - 1), doublings))
}
