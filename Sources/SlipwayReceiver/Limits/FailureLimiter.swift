/// Counts the failed authentications of each source: a token bucket for each, in a table of bounded size.
///
/// What it does *not* do is lock a source out. Every customer of Azure DevOps calls from the same addresses, so a
/// stranger's subscription with a wrong password would then silence ours, and after a restart nobody is known yet. A
/// valid credential is therefore accepted from everywhere, and being over the limit has two effects only, both on the
/// failures themselves: their connection is closed at each (the next guess costs a TLS handshake), and they are counted
/// instead of logged. That guessing doesn't pay is up to the secrets: see `HookCredentials.minimumSecretBytes`.
///
/// The table has two generations of half its size. A source that fails moves to the young one; when that is full, the
/// old one is forgotten. A caller with very many addresses can so forget itself, and gains log lines that the listener's
/// own log limit then holds back.
struct FailureLimiter {
    private struct Bucket {
        var tokensInThousandths: Int64
        var updatedAtMilliseconds: Int64
    }

    private let capacityInThousandths: Int64
    private let refillPerMinute: Int64
    private let generationSize: Int
    private var young: [SourceKey: Bucket] = [:]
    private var old: [SourceKey: Bucket] = [:]

    init(failures: Int, failuresPerMinute: Int, maximumSources: Int) {
        capacityInThousandths = Int64(failures) * 1000
        refillPerMinute = Int64(failuresPerMinute)
        generationSize = max(1, maximumSources / 2)
    }

    /// Takes note of a failure; false if the source has had too many.
    mutating func recordFailure(from source: SourceKey, atMilliseconds now: Int64) -> Bool {
        var bucket =
            young[source] ?? old[source]
            ?? Bucket(tokensInThousandths: capacityInThousandths, updatedAtMilliseconds: now)
        refill(&bucket, now)
        let isWithinLimit = bucket.tokensInThousandths >= 1000
        if isWithinLimit { bucket.tokensInThousandths -= 1000 }
        keep(bucket, of: source)
        return isWithinLimit
    }

    var trackedSources: Int { young.count + old.count }

    private func refill(_ bucket: inout Bucket, _ now: Int64) {
        // A clock that was set back gives nothing, and one that jumped ahead gives a full bucket at most.
        let elapsed = min(max(0, now - bucket.updatedAtMilliseconds), 86_400_000)
        bucket.tokensInThousandths = min(
            capacityInThousandths, bucket.tokensInThousandths + elapsed * refillPerMinute / 60)
        bucket.updatedAtMilliseconds = now
    }

    private mutating func keep(_ bucket: Bucket, of source: SourceKey) {
        if young[source] == nil {
            old[source] = nil
            if young.count >= generationSize {
                old = young
                young.removeAll(keepingCapacity: true)
            }
        }
        young[source] = bucket
    }
}
