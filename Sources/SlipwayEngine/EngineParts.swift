internal import Logging
internal import SlipwayCore

/// What the engine's loops share.
struct EngineParts: Sendable {
    let book: LaunchBook
    let store: any LedgerStore
    let directory: PoolDirectory
    let effects: EffectQueue
    let notices: RunNotices
    let retries: StageRetries
    let gate: StartGate
    let parallelJobs: ParallelJobsWatch
    let bookings: BookingBook
    let bookingSignals: BookingSignals
    let desk: OperatorDesk
    let budgets: BudgetWatch
    let readingTurns: ReadingTurns
    var poolObservers: [any PoolObserver] = []
    let time: any TimeSource
    let logger: Logger
}
