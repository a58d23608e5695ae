import Testing

@testable import SlipwayReceiver

@Suite("The machine of one connection's exchanges")
struct ExchangeMachineTests {
    typealias Machine = ExchangeMachine

    private static let accepted = Admission.accept(maximumBodyBytes: 10, maximumReadBytes: 100)
    private static let ok = Answer(.ok)
    private static let no = Answer.unauthorized(challenge: nil)

    private func machine(maximumRequests: Int? = nil) -> Machine {
        Machine(maximumRequests: maximumRequests, maximumRefusedBodyBytes: 20)
    }

    private func framing(
        _ bytes: Int? = 5, keepsAlive: Bool = true, expectsContinue: Bool = false
    ) -> RequestFraming {
        RequestFraming(declaredBodyBytes: bytes, keepsAlive: keepsAlive, expectsContinue: expectsContinue)
    }

    @Test("A request, its answer, and another request")
    func twoRequests() {
        var machine = machine()
        #expect(machine.wait == .head(request: 0))
        for number in 1...2 {
            #expect(machine.handle(.head(Self.accepted, framing())) == .collect(sendsContinue: false))
            #expect(machine.wait == .body(request: number))
            #expect(machine.handle(.body(byteCount: 5)) == .append)
            #expect(machine.handle(.end) == .respond(number: number, isComplete: true))
            #expect(!machine.takesInput)
            #expect(machine.wait == .answer(request: number))
            #expect(machine.answered(number, with: Self.ok) == .send(Self.ok, then: .nextRequest))
            #expect(machine.wait == .head(request: number))
        }
    }

    @Test("A body that grows beyond what is read is answered at once, and the rest dropped")
    func overflow() {
        var machine = machine()
        _ = machine.handle(.head(Self.accepted, framing(nil)))
        #expect(machine.handle(.body(byteCount: 100)) == .append)
        #expect(machine.handle(.body(byteCount: 1)) == .respond(number: 1, isComplete: false))
        #expect(machine.answered(1, with: .tooLarge) == .send(.tooLarge, then: .linger))
        #expect(machine.handle(.body(byteCount: 1_000)) == .none)
        #expect(machine.handle(.end) == .none)
        #expect(machine.handle(.inputEnded) == .close)
    }

    @Test("A body that is declared beyond what is read is not waited for")
    func declaredOverflow() {
        var machine = machine()
        #expect(
            machine.handle(.head(Self.accepted, framing(101, expectsContinue: true)))
                == .respond(number: 1, isComplete: false))
    }

    @Test("A refused request is read to its end if that is near, and the connection goes on")
    func refusedSmall() {
        var machine = machine()
        #expect(machine.handle(.head(.refuse(Self.no), framing(20))) == .none)
        #expect(machine.handle(.body(byteCount: 20)) == .none)
        #expect(machine.handle(.end) == .send(Self.no, then: .nextRequest))
        #expect(machine.handle(.head(Self.accepted, framing())) == .collect(sendsContinue: false))
    }

    @Test("It is answered at once if its end is far, unknown to be near, waited for, or the caller is to be hung up on")
    func refusedAtOnce() {
        let cases: [(Machine.Input)] = [
            .head(.refuse(Self.no), framing(21)), .head(.refuse(Self.no), framing(5, expectsContinue: true)),
            .head(.refuse(Self.no, hangUp: true), framing(0)), .refusedHead(Self.no, nil),
        ]
        for input in cases {
            var machine = machine()
            #expect(machine.handle(input) == .send(Self.no, then: .linger))
        }
        var chunked = machine()
        #expect(chunked.handle(.head(.refuse(Self.no), framing(nil))) == .none)
        #expect(chunked.handle(.body(byteCount: 21)) == .send(Self.no, then: .linger))
    }

    @Test("An answer that comes after its deadline, or to a request that is over, is dropped")
    func lateAnswer() {
        var machine = machine()
        _ = machine.handle(.head(Self.accepted, framing(0)))
        _ = machine.handle(.end)
        #expect(machine.answered(7, with: Self.ok) == .none)
        #expect(machine.expired() == .send(.storeUnavailable, then: .close))
        #expect(machine.answered(1, with: Self.ok) == .none)
    }

    @Test("What a deadline does, in each state")
    func deadlines() {
        var idle = machine()
        #expect(idle.expired() == .close)
        var inBody = machine()
        _ = inBody.handle(.head(Self.accepted, framing()))
        #expect(inBody.expired() == .send(.tooSlow, then: .linger))
        #expect(inBody.expired() == .close)
        #expect(inBody.expired() == .none)
        var refusing = machine()
        _ = refusing.handle(.head(.refuse(Self.no), framing()))
        #expect(refusing.expired() == .send(Self.no, then: .linger))
    }

    @Test("A last answer that the peer doesn't take has a deadline too")
    func untakenAnswer() {
        var machine = machine()
        _ = machine.handle(.head(Self.accepted, framing(0, keepsAlive: false)))
        _ = machine.handle(.end)
        #expect(machine.answered(1, with: Self.ok) == .send(Self.ok, then: .close))
        #expect(machine.wait == .linger)
        #expect(machine.handle(.inputEnded) == .none)
        #expect(machine.expired() == .close)
        #expect(machine.wait == .nothing)
    }

    @Test("Only after valid credentials may a connection be idle for long")
    func authenticated() {
        var machine = machine()
        machine.authenticated()
        _ = machine.handle(.head(Self.accepted, framing(0)))
        _ = machine.handle(.end)
        _ = machine.answered(1, with: Self.ok)
        #expect(machine.wait == .nextHead(request: 1))
    }

    @Test("At shutdown an idle connection is closed, and one at work after its answer")
    func quiesce() {
        var idle = machine()
        #expect(idle.quiesce() == .close)
        var busy = machine()
        _ = busy.handle(.head(Self.accepted, framing(0)))
        #expect(busy.quiesce() == .none)
        _ = busy.handle(.end)
        #expect(busy.answered(1, with: Self.ok) == .send(Self.ok, then: .close))
    }

    @Test("The last request that a connection may make ends it")
    func requestLimit() {
        var machine = machine(maximumRequests: 1)
        _ = machine.handle(.head(Self.accepted, framing(0)))
        _ = machine.handle(.end)
        #expect(machine.answered(1, with: Self.ok) == .send(Self.ok, then: .close))
    }

    /// Every order of up to six events, as far as the parser can bring them about.
    @Test("In every order of events: one endpoint and one answer per request, and nothing after the last answer")
    func enumeration() {
        var explored = 0
        explore(machine(), Trace(), depth: 6, &explored)
        #expect(explored > 5_000)
    }

    private struct Trace {
        var isInMessage = false
        var responses: Set<Int> = []
        var answers = 0
        var hasEnded = false
        var inputHasEnded = false
    }

    private enum Event: CaseIterable {
        case accept, acceptLast, refuse, hangUp, malformed, bodyPart, largePart, end, unparsable, inputEnded, answer,
            expire,
            quiesce
    }

    private func explore(_ machine: Machine, _ trace: Trace, depth: Int, _ explored: inout Int) {
        explored += 1
        guard depth > 0 else { return }
        for event in Event.allCases where isPossible(event, machine, trace) {
            var next = machine
            var after = trace
            let action = apply(event, &next, &after)
            check(action, next, &after, event)
            explore(next, after, depth: depth - 1, &explored)
        }
    }

    private func isPossible(_ event: Event, _ machine: Machine, _ trace: Trace) -> Bool {
        switch event {
        case .accept, .acceptLast, .refuse, .hangUp, .malformed:
            machine.takesInput && !trace.isInMessage && !trace.inputHasEnded
        case .bodyPart, .largePart, .end: machine.takesInput && trace.isInMessage && !trace.inputHasEnded
        case .unparsable: machine.takesInput && !trace.inputHasEnded
        case .inputEnded: machine.takesInput && !trace.inputHasEnded
        case .answer, .expire, .quiesce: true
        }
    }

    private func apply(_ event: Event, _ machine: inout Machine, _ trace: inout Trace) -> Machine.Action {
        switch event {
        case .accept, .acceptLast, .refuse, .hangUp, .malformed: trace.isInMessage = true
        case .end: trace.isInMessage = false
        // After an error the parser is silent, and so is it after the end.
        case .unparsable, .inputEnded: trace.inputHasEnded = event == .inputEnded
        case .bodyPart, .largePart, .answer, .expire, .quiesce: break
        }
        switch event {
        case .accept: return machine.handle(.head(Self.accepted, framing(nil)))
        case .acceptLast: return machine.handle(.head(Self.accepted, framing(keepsAlive: false)))
        case .refuse: return machine.handle(.head(.refuse(Self.no), framing()))
        case .hangUp: return machine.handle(.head(.refuse(Self.no, hangUp: true), framing()))
        case .malformed: return machine.handle(.refusedHead(.malformed("x"), nil))
        case .bodyPart: return machine.handle(.body(byteCount: 1))
        case .largePart: return machine.handle(.body(byteCount: 101))
        case .end: return machine.handle(.end)
        case .unparsable: return machine.handle(.unparsable(.malformed("x")))
        case .inputEnded: return machine.handle(.inputEnded)
        case .answer: return machine.answered(machine.requests, with: Self.ok)
        case .expire: return machine.expired()
        case .quiesce: return machine.quiesce()
        }
    }

    private func check(_ action: Machine.Action, _ machine: Machine, _ trace: inout Trace, _ event: Event) {
        switch action {
        case .respond(let number, _):
            #expect(trace.responses.insert(number).inserted, "request \(number) responded to twice, at \(event)")
            #expect(!trace.hasEnded)
        case .send(_, let continuation):
            trace.answers += 1
            #expect(!trace.hasEnded, "an answer after the last one, at \(event)")
            trace.hasEnded = continuation != .nextRequest
        case .close:
            trace.hasEnded = true
        case .none, .append, .collect:
            break
        }
        #expect(trace.answers <= machine.requests, "more answers than requests, at \(event)")
    }
}
