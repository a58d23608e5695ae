internal import PrometheusText
internal import SlipwayCore
internal import SlipwayMetrics
internal import SlipwayReceiver

extension ServerMetrics {
    /// What the receiver has counted. Words that alerts look at are there from the start, as 0.
    static func samples(_ statistics: ReceiverStatistics) -> [MetricSample] {
        let plain: [(MetricFamily, Int)] = [
            (SlipwayMetric.duplicates, statistics.duplicates),
            (SlipwayMetric.oddDeliveries, statistics.oddDeliveries),
            (SlipwayMetric.unrecordedDeliveries, statistics.unrecordedDeliveries),
            (SlipwayMetric.connections, statistics.openConnections),
            (SlipwayMetric.refusedConnections, statistics.refusedConnections),
            (SlipwayMetric.evictedConnections, statistics.evictedConnections),
            (SlipwayMetric.failedHandshakes, statistics.failedHandshakes),
            (SlipwayMetric.malformedRequests, statistics.malformedRequests),
            (SlipwayMetric.timeouts, statistics.timeouts),
        ]
        let answers = Dictionary(uniqueKeysWithValues: statistics.answers.map { ("\($0)", $1) })
        return plain.map { MetricSample($0, [], $1) }
            + samples(SlipwayMetric.answers, answers, ["200", "503"])
            + samples(SlipwayMetric.deliveries, statistics.deliveries, Delivery.Disposition.allCases.map(\.rawValue))
            + samples(
                SlipwayMetric.failedAuthentications, statistics.failedAuthentications,
                ["missing", "malformed", "oversized", "wrong"])
            + samples(
                SlipwayMetric.serverTaskCalls, statistics.serverTasks,
                ["accepted", "unauthorized"] + BookingRefusal.allCases.map(\.rawValue))
            + samples(
                SlipwayMetric.claims, statistics.claims,
                ["granted", "unavailable", "malformed", "unauthorized"] + ClaimRefusal.allCases.map(\.rawValue))
    }

    private static func samples(
        _ family: MetricFamily, _ counts: [String: Int], _ words: [String]
    ) -> [MetricSample] {
        counts.merging(words.map { ($0, 0) }) { counted, _ in counted }.map { MetricSample(family, [$0], $1) }
    }
}
