internal import SlipwayCore

/// What a task has been told, and what comes next: started, lines while there are any, the outcome with its log, and that it
/// is completed, last. Pure.
struct BookingTelling {
    enum Step: Equatable {
        case goOn
        case wait
        case close(BookingClosing)
    }

    private var isStarted = false
    private var isOutcomeTold = false
    private var progressTold = 0
    private var log: [String] = []
    private var unsent: [String] = []
    private var sent = 0
    private var lineTries = 0
    private var outcomeTries = 0
    private var failures = 0
    private(set) var notBefore: Timestamp?

    /// An outcome is told for so long after it was decided.
    static let seconds = 3_600
    /// Lines of the live log, and characters of one.
    static let maximumLines = 200
    static let maximumCharacters = 1_024
    static let maximumLineTries = 3

    mutating func add(_ messages: [BookingMessage]) {
        for message in messages where log.count < Self.maximumLines {
            let line = String(message.text.prefix(Self.maximumCharacters))
            log.append(line)
            unsent.append(line)
        }
    }

    mutating func postpone(_ milliseconds: Int64, at now: Timestamp) {
        notBefore = now.adding(milliseconds: milliseconds)
    }

    /// Nil: nothing now.
    func next(_ booking: Booking, progress: Int, at now: Timestamp) -> PlanWord? {
        if let notBefore, now < notBefore { return nil }
        if !isStarted { return .started }
        if !unsent.isEmpty, lineTries < Self.maximumLineTries { return .lines(unsent) }
        guard let outcome = booking.outcome else {
            guard progress > progressTold, lineTries < Self.maximumLineTries else { return nil }
            return .progress(percent: progress, operation: log.last ?? "")
        }
        if !isOutcomeTold {
            let last = outcome.message.text
            return .outcome(outcome, log: log.last == last ? log : log + [last])
        }
        return .completed(outcome.result)
    }

    /// - Parameter hasToken: false: it was told with the server's own credential, which the service may well refuse.
    mutating func heard(_ reception: PlanReception, of word: PlanWord, hasToken: Bool, at now: Timestamp) -> Step {
        switch reception {
        case .taken:
            failures = 0
            notBefore = nil
            return taken(word)
        case .refused:
            guard hasToken else { return later(now, atLeast: Self.tokenlessMilliseconds) }
            return refused(word)
        case .unheard(_, let seconds): return unheard(word, seconds, now)
        }
    }

    /// Until the call comes again with a token.
    private static let tokenlessMilliseconds: Int64 = 30_000

    private mutating func taken(_ word: PlanWord) -> Step {
        switch word {
        case .started: isStarted = true
        case .lines(let lines):
            unsent.removeFirst(min(lines.count, unsent.count))
            lineTries = 0
        case .progress(let percent, _): progressTold = percent
        case .outcome: isOutcomeTold = true
        case .completed: return .close(.told)
        }
        return .goOn
    }

    /// What is only for a person's eyes holds nothing up.
    private mutating func refused(_ word: PlanWord) -> Step {
        switch word {
        case .started, .completed: return .close(.nobodyWaits)
        case .lines, .progress: lineTries = Self.maximumLineTries
        case .outcome: isOutcomeTold = true
        }
        return .goOn
    }

    private mutating func unheard(_ word: PlanWord, _ seconds: Int?, _ now: Timestamp) -> Step {
        switch word {
        case .lines, .progress: lineTries += 1
        case .outcome:
            outcomeTries += 1
            // That the task ends counts more than its log.
            if outcomeTries >= Self.maximumOutcomeTries { isOutcomeTold = true }
        case .started, .completed: break
        }
        return later(now, atLeast: Int64(min(seconds ?? 0, 300)) * 1_000)
    }

    private static let maximumOutcomeTries = 20

    private mutating func later(_ now: Timestamp, atLeast milliseconds: Int64) -> Step {
        failures += 1
        let pause = max(Int64(backoff(failures, first: 1, limit: 30)) * 1_000, milliseconds)
        notBefore = now.adding(milliseconds: pause)
        return .wait
    }
}
