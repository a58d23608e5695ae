public import CoreMetrics
public import SlipwayCore
public import PrometheusText

/// Measures what pipelines' tasks asked for and how it ended, from what the engine tells.
public final class BookingMetrics: BookingObserver {
    private let profiles: [String: [String]]
    private let factory: any MetricsFactory

    /// Of a booking whose inputs were no good: it has neither pool nor profile.
    public static let none = "none"

    /// - Parameter profiles: the names of the configured profiles, by their pool's name.
    public init(profiles: [String: [String]], factory: any MetricsFactory) {
        self.profiles = profiles
        self.factory = factory
        // A rise from nothing is no rise to Prometheus: what alerts look at begins at 0.
        for (pool, profiles) in profiles {
            for profile in profiles {
                count(SlipwayMetric.bookingsAccepted, [pool, profile], by: 0)
                for reason in Self.failures {
                    count(SlipwayMetric.bookingsDecided, [pool, profile, "failed", reason.rawValue], by: 0)
                }
            }
        }
        for closing in BookingClosing.allCases { count(SlipwayMetric.bookingsClosed, [closing.rawValue], by: 0) }
    }

    /// The ones that no author's inputs are the cause of.
    static let failures: [BookingMessage.Name] = [.launchFailed, .agentLost, .timedOut]

    public func bookingChanged(from old: Booking?, to new: Booking) {
        let labels = labels(new)
        if old == nil { count(SlipwayMetric.bookingsAccepted, labels) }
        if old?.outcome == nil, let outcome = new.outcome, let decidedAt = new.decidedAt {
            count(SlipwayMetric.bookingsDecided, labels + [outcome.result.rawValue, outcome.message.name.rawValue])
            Timer(SlipwayMetric.bookingTime, labels + [outcome.result.rawValue], factory)
                .recordMilliseconds(max(0, decidedAt.millisecondsSince(new.acceptedAt)))
        }
        if old?.closing == nil, let closing = new.closing {
            count(SlipwayMetric.bookingsClosed, [closing.rawValue])
        }
    }

    /// The gauges, of the bookings at work.
    public static func samples(_ bookings: [Booking]) -> [MetricSample] {
        let open = bookings.filter(\.isOpen)
        let undecided = open.count(where: \.isUndecided)
        return [
            MetricSample(SlipwayMetric.bookingsOpen, ["undecided"], undecided),
            MetricSample(SlipwayMetric.bookingsOpen, ["untold"], open.count - undecided),
        ]
    }

    private func labels(_ booking: Booking) -> [String] {
        guard let agent = booking.agent else { return [Self.none, Self.none] }
        let isKnown = profiles[agent.pool]?.contains(agent.profile) == true
        return isKnown ? [agent.pool, agent.profile] : [LaunchMetrics.otherName, LaunchMetrics.otherName]
    }

    private func count(_ family: MetricFamily, _ labels: [String], by amount: Int = 1) {
        Counter(family, labels, factory).increment(by: amount)
    }
}
