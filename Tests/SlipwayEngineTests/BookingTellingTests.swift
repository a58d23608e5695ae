import SlipwayCore
import Testing

@testable import SlipwayEngine

private let start = Timestamp(milliseconds: 1_795_500_000_000)

private func newBooking() -> Booking {
    let name = BoundAgentName(run: 42, key: "agent")
    return Booking(
        identity: BookingIdentity(plan: "p", job: "j", instance: "i"), project: "p", timeline: "t",
        origin: JobOrigin(projectID: "p", runID: 42), run: 42, inputs: BookingInputs(),
        agent: name.map { BookedAgent(name: $0, pool: "ecs-linux", profile: "small") }, acceptedAt: start)
}

private func decided() -> Booking {
    let outcome = BookingOutcome(.succeeded, BookingMessage(.registered, "an-agent"))
    return newBooking().deciding(outcome, at: start)?.booking ?? newBooking()
}

/// Tells a word and hears how it was received.
private func tell(
    _ telling: inout BookingTelling, _ booking: Booking, _ reception: PlanReception = .taken, hasToken: Bool = true,
    at now: Timestamp = start
) -> BookingTelling.Step? {
    guard let word = telling.next(booking, progress: 0, at: now) else { return nil }
    return telling.heard(reception, of: word, hasToken: hasToken, at: now)
}

@Suite struct BookingTellingTests {
    @Test func whatIsOnlyForAPersonsEyesHoldsNothingUpAndLeavesNoLoopWithoutAPause() {
        var telling = BookingTelling()
        telling.add([BookingMessage(.registered, "an-agent")])
        #expect(tell(&telling, newBooking()) == .goOn)
        var now = start
        for _ in 0..<BookingTelling.maximumAsideTries {
            #expect(tell(&telling, newBooking(), .unheard("503", retryAfterSeconds: 9), at: now) == .goOn)
            // The outcome is told meanwhile, and before the next try too.
            for instant in [now, now.adding(seconds: 10)] {
                guard case .outcome? = telling.next(decided(), progress: 0, at: instant) else {
                    Issue.record("the outcome is held up")
                    return
                }
            }
            now = now.adding(seconds: 10)
        }
        #expect(telling.next(newBooking(), progress: 0, at: now) == nil)
        #expect(telling.pause(newBooking(), at: now) == BookingTelling.longestPause)
        // What is new is tried again.
        telling.add([BookingMessage(.online, "an-agent")])
        #expect(telling.next(newBooking(), progress: 0, at: now) == .lines(["The agent an-agent is online."]))
    }

    @Test func aDeadlineThatHasPassedIsNoReasonToLookAgainAtOnce() {
        let telling = BookingTelling()
        let booking = newBooking()
        #expect(telling.pause(booking, at: booking.deadline.adding(seconds: -5)) == 5_000)
        #expect(telling.pause(booking, at: booking.deadline.adding(seconds: 5)) == BookingTelling.longestPause)
    }

    @Test func aLogThatIsRefusedOrFailsIsLeftOut() {
        for reception in [PlanReception.refused("403"), .unheard("503", retryAfterSeconds: nil)] {
            var telling = BookingTelling()
            telling.add([BookingMessage(.online, "an-agent")])
            var now = start
            for _ in 0..<20 {
                guard let word = telling.next(decided(), progress: 0, at: now) else { continue }
                if case .outcome(_, let log) = word, log.isEmpty { break }
                if case .completed = word { Issue.record("the outcome was left out") }
                let isLog = if case .outcome = word { true } else { false }
                _ = telling.heard(isLog ? reception : .taken, of: word, hasToken: true, at: now)
                now = now.adding(seconds: 31)
            }
            #expect(tell(&telling, decided(), at: now) == .goOn)
            #expect(tell(&telling, decided(), at: now) == .close(.told))
        }
    }

    @Test func withoutATokenWhatIsRefusedIsToldAnewWhenOneComes() {
        var telling = BookingTelling()
        telling.add([BookingMessage(.online, "an-agent")])
        #expect(tell(&telling, decided(), .refused("401"), hasToken: false) == .wait)
        #expect(telling.next(decided(), progress: 0, at: start) == nil)
        telling.renew()
        #expect(telling.next(decided(), progress: 0, at: start) == .started)
        #expect(tell(&telling, decided()) == .goOn)
        #expect(tell(&telling, decided(), .refused("403"), hasToken: false) == .goOn)
        #expect(tell(&telling, decided(), .refused("403"), hasToken: false) == .goOn)
        #expect(tell(&telling, decided(), .refused("403"), hasToken: false) == .goOn)
        #expect(telling.next(decided(), progress: 0, at: start) == .completed(.succeeded))
        #expect(tell(&telling, decided(), .refused("403"), hasToken: false) == .wait)
        telling.renew()
        #expect(telling.next(decided(), progress: 0, at: start) == .lines(["The agent an-agent is online."]))
    }
}

@Suite struct BookingSignalsTests {
    @Test func aBookingHasOneWorkerAndNoTokenOutlivesIt() throws {
        let (signals, id) = (BookingSignals(), newBooking().id)
        let first = try #require(JobToken("first"))
        let second = try #require(JobToken("second"))
        #expect(signals.begin(id, first) != nil)
        #expect(signals.begin(id, nil) == nil)
        #expect(signals.takeToken(of: id)?.revealed == "first")
        #expect(signals.begin(id, second) == nil)
        #expect(signals.hasNewToken(id))
        #expect(signals.takeToken(of: id)?.revealed == "second")
        signals.dropToken(of: id)
        #expect(signals.takeToken(of: id) == nil)
        // One that comes too late is handed on, to be used once.
        #expect(signals.renew(first, of: id))
        #expect(signals.end(id)?.revealed == "first")
        #expect(!signals.renew(second, of: id))
        #expect(signals.takeToken(of: id) == nil)
    }

    @Test func aReasonThatHasPassedIsForgotten() {
        let (signals, id) = (BookingSignals(), newBooking().id)
        _ = signals.begin(id, nil)
        signals.note([Decision(action: .refuse, request: nil, booking: id, reason: "no image")])
        #expect(signals.refusal(of: id) == "no image")
        signals.note([Decision(action: .hold(.profileMaximum), request: nil, booking: id, reason: "it is full")])
        #expect(signals.refusal(of: id) == nil)
        #expect(signals.problem(of: id) == "it is full")
    }
}
