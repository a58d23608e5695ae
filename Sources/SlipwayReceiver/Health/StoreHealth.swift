internal import NIOConcurrencyHelpers
internal import SlipwayCore

/// Whether the store works, as far as strangers are told.
///
/// `/healthz` needs no credentials, so its answers are kept for a second and one question is asked at a time: strangers
/// can't make the store work harder than that.
actor StoreHealth {
    private let store: any LedgerStore
    private let time: any TimeSource
    private var answer: (isFine: Bool, at: Timestamp)?
    private var question: Task<Bool, Never>?
    private nonisolated let lastFailure = NIOLockedValueBox<Timestamp?>(nil)

    static let answerMilliseconds: Int64 = 1_000
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
        if let failure = lastFailure.withLockedValue({ $0 }), now.millisecondsSince(failure) < Self.failureMilliseconds
        {
            return false
        }
        if let answer, now.millisecondsSince(answer.at) < Self.answerMilliseconds { return answer.isFine }
        if let question { return await question.value }
        return await ask(at: now)
    }

    private func ask(at now: Timestamp) async -> Bool {
        let question = Task { [store] in (try? await store.foreignChanges()) != nil }
        self.question = question
        let isFine = await question.value
        answer = (isFine, now)
        self.question = nil
        return isFine
    }
}
