internal import NIOConcurrencyHelpers
internal import SlipwayCore

/// Whether the store works, as far as strangers are told.
///
/// `/healthz` needs no credentials, so its answers are kept for a second and one question is asked at a time: strangers
/// can't make the store work harder than that. Nor do they wait for it: of any number of callers one waits at most, and
/// the others get the last answer, or "no" once the question has been open for long.
actor StoreHealth {
    private let store: any LedgerStore
    private let time: any TimeSource
    /// At first: the store was opened a moment ago.
    private var answer: (isFine: Bool, at: Timestamp) = (true, Timestamp(milliseconds: .min / 2))
    private var askedAt: Timestamp?
    private nonisolated let lastFailure = NIOLockedValueBox<Timestamp?>(nil)

    static let answerMilliseconds: Int64 = 1_000
    /// How long the store may take to answer.
    static let patienceMilliseconds: Int64 = 2_000
    /// How long a delivery that could not be recorded makes the store count as broken.
    static let failureMilliseconds: Int64 = 10_000

    init(store: any LedgerStore, time: any TimeSource) {
        self.store = store
        self.time = time
    }

    /// A delivery could not be recorded. Reading may work all the same: the disk may be full.
    nonisolated func recordingFailed(at now: Timestamp) {
        lastFailure.withLockedValue { $0 = now }
    }

    func isFine() async -> Bool {
        let now = time.now()
        let failure = lastFailure.withLockedValue { $0 }
        if let failure, now.isWithin(Self.failureMilliseconds, after: failure) { return false }
        if let askedAt { return answer.isFine && now.isWithin(Self.patienceMilliseconds, after: askedAt) }
        if now.isWithin(Self.answerMilliseconds, after: answer.at) { return answer.isFine }
        return await ask(at: now)
    }

    private func ask(at now: Timestamp) async -> Bool {
        askedAt = now
        let isFine = (try? await store.foreignChanges()) != nil
        answer = (isFine, now)
        askedAt = nil
        return isFine
    }
}

extension Timestamp {
    /// False also when the clock was set back since: an answer must not be kept for as long as that.
    fileprivate func isWithin(_ milliseconds: Int64, after earlier: Timestamp) -> Bool {
        (0..<milliseconds).contains(millisecondsSince(earlier))
    }
}
