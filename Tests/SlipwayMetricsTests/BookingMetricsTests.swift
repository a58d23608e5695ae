import PrometheusText
import SlipwayCore
import Testing

@testable import SlipwayMetrics

@Suite("What is measured of agents that pipelines ask for")
struct BookingMetricsTests {
    private static let acceptedAt = Timestamp(milliseconds: 1_764_000_000_000)

    private static func booking(_ profile: String? = "small", outcome: BookingOutcome? = nil) throws -> Booking {
        let name = try #require(BoundAgentName(run: 7, key: "agent"))
        return Booking(
            identity: BookingIdentity(plan: "plan", job: "job", instance: "instance"), project: "project",
            timeline: "timeline", origin: JobOrigin(projectID: "project", runID: 7), run: 7,
            inputs: BookingInputs(pool: "p", profile: profile ?? "?"),
            agent: profile.map { BookedAgent(name: name, pool: "p", profile: $0) }, outcome: outcome,
            acceptedAt: acceptedAt)
    }

    @Test("A booking is counted when it is accepted, decided and closed, once each, and its length is measured")
    func wholeLife() throws {
        let bench = Bench()
        let metrics = BookingMetrics(profiles: ["p": ["small"]], factory: bench.registry)
        let accepted = try Self.booking()
        metrics.bookingChanged(from: nil, to: accepted)
        let outcome = BookingOutcome(.failed, BookingMessage(.launchFailed, "no room"))
        let decided = try #require(accepted.deciding(outcome, at: Self.acceptedAt.adding(seconds: 90))).booking
        metrics.bookingChanged(from: accepted, to: decided)
        let closed = try #require(decided.closing(.told, at: Self.acceptedAt.adding(seconds: 95))).booking
        metrics.bookingChanged(from: decided, to: closed)
        let figures = bench.figures()
        let labels = #"pool="p",profile="small""#
        #expect(figures["slipway_bookings_accepted_total{\(labels)}"] == 1)
        #expect(figures["slipway_bookings_decided_total{\(labels),result=\"failed\",reason=\"launchFailed\"}"] == 1)
        #expect(figures["slipway_bookings_decided_total{\(labels),result=\"failed\",reason=\"timedOut\"}"] == 0)
        #expect(figures["slipway_booking_seconds_sum{\(labels),result=\"failed\"}"] == 90)
        #expect(figures["slipway_booking_seconds_count{\(labels),result=\"failed\"}"] == 1)
        #expect(figures[#"slipway_bookings_closed_total{result="told"}"#] == 1)
        #expect(figures[#"slipway_bookings_closed_total{result="gaveUp"}"#] == 0)
    }

    @Test("One whose inputs are no good, and one whose run is over before it is decided, are told apart")
    func others() throws {
        let bench = Bench()
        let metrics = BookingMetrics(profiles: ["p": ["small"]], factory: bench.registry)
        let useless = try Self.booking(
            nil, outcome: BookingOutcome(.failed, BookingMessage(.profileUnknown, "p", "x", "y")))
        metrics.bookingChanged(from: nil, to: useless)
        let open = try Self.booking("gone")
        metrics.bookingChanged(from: nil, to: open)
        metrics.bookingChanged(from: open, to: try #require(open.closing(.nobodyWaits, at: Self.acceptedAt)).booking)
        let figures = bench.figures()
        let none = #"pool="none",profile="none",result="failed",reason="profileUnknown""#
        #expect(figures["slipway_bookings_decided_total{\(none)}"] == 1)
        let other = #"pool="other",profile="other",result="canceled",reason="stopped""#
        #expect(figures["slipway_bookings_decided_total{\(other)}"] == 1, "a profile that isn't configured any more")
    }

    @Test("The gauges tell who waits for a decision, and who for its word")
    func gauges() throws {
        let open = try Self.booking()
        let outcome = BookingOutcome(.succeeded, BookingMessage(.online, "agent"))
        let decided = try #require(open.deciding(outcome, at: Self.acceptedAt)).booking
        let closed = try #require(decided.closing(.told, at: Self.acceptedAt)).booking
        let samples = BookingMetrics.samples([open, open, decided, closed])
        #expect(samples.map(\.value) == [2, 1])
        #expect(samples.map(\.labels) == [["undecided"], ["untold"]])
    }
}
