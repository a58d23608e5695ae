import Foundation
import Testing

@testable import SlipwayCore

private let accepted = LaunchEvent.agentTaskAccepted(arn, placement: "FARGATE")

private func verdict(
    _ booking: Booking = newBooking(), _ launch: Launch? = nil, refusal: String? = nil, at seconds: Int = 60
) -> BookingOutcome? {
    booking.verdict(launch: launch, refusal: refusal, problem: "it is held", at: after(seconds))
}

@Suite struct BookingTests {
    @Test func itSucceedsWhenItsAgentIsThereAsItWants() {
        let registeredOnly = boundLaunch(after: [.startPermitted, registered])
        #expect(verdict(newBooking(), boundLaunch(after: [.startPermitted])) == nil)
        #expect(verdict(newBooking(), registeredOnly)?.result == .succeeded)
        #expect(verdict(newBooking(), registeredOnly)?.launch == registeredOnly.id)
        let patient = newBooking(wait: .online)
        #expect(verdict(patient, registeredOnly) == nil)
        let online = launch(registeredOnly, after: [accepted, .agentObserved(agent())])
        #expect(verdict(patient, online)?.message.name == .online)
    }

    @Test func itFailsInWords() {
        #expect(verdict(refusal: "no image")?.message.text == "The agent could not be started: no image")
        let taken = newBooking().verdict(launch: nil, isNameTaken: true, refusal: nil, problem: nil, at: after(1))
        #expect(taken?.message.name == .nameTaken)
        let stolen = boundLaunch(after: [
            .startPermitted, registered, accepted, .jobObserved(JobRequestID(rawValue: 3)),
        ])
        #expect(verdict(newBooking(wait: .online), stolen)?.message.name == .agentLost)
    }

    @Test func itTimesOutWithTheLastThatIsKnown() {
        #expect(verdict(at: 15 * 60 - 1) == nil)
        #expect(
            verdict(at: 15 * 60)?.message.text
                == "There is no agent after 15 minutes. The last that is known: it is held")
        let problem = boundLaunch(after: [.startPermitted, .registeringFailed("503 from the pool")])
        #expect(verdict(newBooking(), problem, at: 15 * 60)?.message.text.contains("503 from the pool") == true)
    }

    @Test func whatIsDecidedIsDecidedOnce() throws {
        let first = try #require(newBooking().deciding(.cancelled(newBooking()), at: after(5)))
        #expect(first.booking.version == 1)
        #expect(
            first.booking.deciding(BookingOutcome(.failed, BookingMessage(.launchFailed, "x")), at: after(6)) == nil)
        #expect(verdict(first.booking, refusal: "x") == nil)
        let closed = try #require(first.booking.closing(.told, at: after(7)))
        #expect(!closed.booking.isOpen)
        #expect(closed.booking.closing(.gaveUp, at: after(8)) == nil)
    }

    @Test func whoIsNoLongerWaitedForWithoutAnOutcomeIsCancelled() throws {
        let closed = try #require(newBooking().closing(.nobodyWaits, at: after(5)))
        #expect(closed.booking.outcome?.result == .canceled)
        #expect(!closed.booking.isWanted)
    }

    @Test func theIdentityIsTheCallAndItsAttempt() {
        #expect(
            identity().id == BookingIdentity(plan: planID.uppercased(), job: jobID, instance: identity().instance).id)
        #expect(identity().id != identity(attempt: 2).id)
        #expect(identity(attempt: 2).isEarlier(than: identity(stage: 2)))
        #expect(!identity().isEarlier(than: identity()))
    }

    @Test func theTaleTellsEachThingOnce() {
        var tale = BookingTale()
        let booking = newBooking()
        #expect(tale.news(of: booking, nil).map(\.name) == [.accepted])
        #expect(tale.news(of: booking, boundLaunch()).isEmpty)
        let pending = boundLaunch(after: [.startPermitted, registered, accepted])
        #expect(tale.news(of: booking, pending).map(\.name) == [.registered, .placed])
        let running = launch(pending, after: [.agentTaskObserved(.running)])
        #expect(tale.news(of: booking, running).map(\.text) == ["The agent task is RUNNING."])
        #expect(tale.news(of: booking, running).isEmpty)
    }

    @Test func itSurvivesTheStoreAndHoldsNoToken() throws {
        let booking = newBooking(cpu: 512)
        let data = try JSONEncoder().encode(booking)
        #expect(try JSONDecoder().decode(Booking.self, from: data) == booking)
        let token = try #require(JobToken("eyJ0eXAi.secret"))
        #expect(!"\(token) \(String(reflecting: token))".contains("secret"))
        var dumped = ""
        dump(token, to: &dumped)
        #expect(!dumped.contains("secret"))
    }

    /// The words are the task's own, so that both sides say the same.
    @Test func theMessagesAreThoseOfTheTask() throws {
        struct Task: Decodable { var messages: [String: String] }
        let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().appending(path: "extension/SlipwayAgent/task.json")
        let task = try JSONDecoder().decode(Task.self, from: Data(contentsOf: file))
        let own = Dictionary(
            uniqueKeysWithValues: BookingMessage.Name.allCases.map { ($0.rawValue, BookingMessage.template($0)) })
        #expect(own == task.messages)
    }
}
