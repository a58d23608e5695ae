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
    private var progressTold = 0
    private var log: [String] = []
    private var unsent: [String] = []
    /// The service refuses lines of the live log, or progress.
    private var isSilent = false
    private var asideTries = 0
    private var isLogRefused = false
    private var outcomeTries = 0
    private var isOutcomeTaken = false
    private var isOutcomeOver = false
    private var failures = 0
    /// What the task needs is not told before then, and what is only for a person's eyes not before that.
    private var notBefore: Timestamp?
    private var asideNotBefore: Timestamp?

    /// An outcome is told for so long after it was decided.
    static let seconds = 3_600
    /// Lines of the live log, and characters of one.
    static let maximumLines = 200
    static let maximumCharacters = 1_024
    /// Of a line and of a progress.
    static let maximumAsideTries = 3
    /// That the task ends counts more than its log, and than what it is told of the outcome.
    static let maximumLogTries = 3
    static let maximumOutcomeTries = 20
    static let longestPause: Int64 = 60_000
    /// Until the call comes again with a token.
    static let tokenlessMilliseconds: Int64 = 30_000

    mutating func add(_ messages: [BookingMessage]) {
        for message in messages where log.count < Self.maximumLines {
            let line = String(message.text.prefix(Self.maximumCharacters))
            log.append(line)
            unsent.append(line)
        }
    }

    /// A token has come: what was refused to another one, or to none, is told anew.
    mutating func renew() {
        notBefore = nil
        asideNotBefore = nil
        startAnew()
    }

    private mutating func startAnew() {
        isSilent = false
        isLogRefused = false
        isOutcomeOver = isOutcomeTaken
    }

    /// Nil: nothing now.
    func next(_ booking: Booking, progress: Int, at now: Timestamp) -> PlanWord? {
        if let notBefore, now < notBefore { return nil }
        if !isStarted { return .started }
        if let aside = aside(booking, progress, now) { return aside }
        guard let outcome = booking.outcome else { return nil }
        guard !isOutcomeOver else { return .completed(outcome.result) }
        let last = outcome.message.text
        let hasLog = !isLogRefused && outcomeTries < Self.maximumLogTries
        return .outcome(outcome, log: !hasLog ? [] : log.last == last ? log : log + [last])
    }

    /// What is only for a person's eyes. Has it failed, the outcome doesn't wait for it.
    private func aside(_ booking: Booking, _ progress: Int, _ now: Timestamp) -> PlanWord? {
        guard !isSilent, booking.isUndecided || asideTries == 0 else { return nil }
        if let asideNotBefore, now < asideNotBefore { return nil }
        if !unsent.isEmpty { return .lines(unsent) }
        guard booking.isUndecided, progress > progressTold else { return nil }
        return .progress(percent: progress, operation: log.last ?? "")
    }

    /// How long there is nothing to do unless somebody signals, in milliseconds.
    func pause(_ booking: Booking, at now: Timestamp) -> Int64 {
        let moments = [notBefore, asideNotBefore, booking.isUndecided ? booking.deadline : nil]
        let pauses = moments.compactMap { $0?.millisecondsSince(now) }.filter { $0 > 0 }
        return min(pauses.min() ?? Self.longestPause, Self.longestPause)
    }

    /// - Parameter hasToken: false: it was told with the server's own credential, which the service may well refuse.
    mutating func heard(_ reception: PlanReception, of word: PlanWord, hasToken: Bool, at now: Timestamp) -> Step {
        switch reception {
        case .taken:
            failures = 0
            notBefore = nil
            return taken(word)
        case .refused: return refused(word, hasToken, now)
        case .unheard(_, let seconds): return unheard(word, Int64(min(seconds ?? 0, 300)) * 1_000, now)
        }
    }

    private mutating func taken(_ word: PlanWord) -> Step {
        switch word {
        case .started: isStarted = true
        case .lines, .progress: asideIsOver(word)
        case .outcome:
            isOutcomeTaken = true
            isOutcomeOver = true
        case .completed: return .close(.told)
        }
        return .goOn
    }

    private mutating func asideIsOver(_ word: PlanWord) {
        asideTries = 0
        asideNotBefore = nil
        switch word {
        case .lines(let lines): unsent.removeFirst(min(lines.count, unsent.count))
        case .progress(let percent, _): progressTold = percent
        case .started, .outcome, .completed: break
        }
    }

    private mutating func refused(_ word: PlanWord, _ hasToken: Bool, _ now: Timestamp) -> Step {
        switch word {
        case .lines, .progress: isSilent = true
        case .outcome(_, let log): if log.isEmpty { isOutcomeOver = true } else { isLogRefused = true }
        case .started, .completed:
            guard !hasToken else { return .close(.nobodyWaits) }
            startAnew()
            return later(now, atLeast: Self.tokenlessMilliseconds)
        }
        return .goOn
    }

    private mutating func unheard(_ word: PlanWord, _ milliseconds: Int64, _ now: Timestamp) -> Step {
        switch word {
        case .lines, .progress:
            asideTries += 1
            let pause = max(Int64(backoff(asideTries, first: 1, limit: 30)) * 1_000, milliseconds)
            asideNotBefore = now.adding(milliseconds: pause)
            // It stays for the log.
            if asideTries >= Self.maximumAsideTries { asideIsOver(word) }
            return .goOn
        case .outcome:
            outcomeTries += 1
            if outcomeTries >= Self.maximumOutcomeTries { isOutcomeOver = true }
        case .started, .completed: break
        }
        return later(now, atLeast: milliseconds)
    }

    private mutating func later(_ now: Timestamp, atLeast milliseconds: Int64) -> Step {
        failures += 1
        let pause = max(Int64(backoff(failures, first: 1, limit: 30)) * 1_000, milliseconds)
        notBefore = now.adding(milliseconds: pause)
        return .wait
    }
}
