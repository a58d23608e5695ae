public import CoreMetrics
internal import Synchronization

/// Keeps the series of declared metrics and writes them in Prometheus' text format, version 0.0.4.
///
/// A backend of swift-metrics: pass it as `factory`, with the family's name as `label` and its labels as `dimensions`. The
/// same name and labels are the same series. Bounded: what is not declared, has other labels than declared or another kind
/// is counted nowhere, and no family grows beyond its `maximumSeries`. A series stays for as long as the registry does.
///
/// Callable from any thread; writing the text holds nobody up for longer than it takes to read one series.
public final class PrometheusRegistry: MetricsFactory, Sendable {
    private let families: [MetricFamily]
    private let storages: [String: SeriesStorage]

    /// - Parameter families: in the order in which they are written. A name twice is a programming error.
    public init(_ families: [MetricFamily]) {
        self.families = families
        storages = Dictionary(uniqueKeysWithValues: families.map { ($0.name, SeriesStorage($0)) })
    }

    /// How often a series was left out since its family had its maximum, or since its labels were not the declared ones.
    public var droppedSeries: Int { storages.values.reduce(0) { $0 + $1.dropped } }

    /// All series, families without any left out.
    ///
    /// - Parameter samples: values read elsewhere, of declared counters and gauges. One that has a series here as well
    ///   takes its place.
    public func text(adding samples: [MetricSample] = []) -> String {
        let added = Dictionary(grouping: samples, by: \.name)
        var text = MetricText()
        for family in families {
            guard let storage = storages[family.name] else { continue }
            text.add(family, storage.readings(adding: added[family.name] ?? []))
        }
        return text.text
    }
}

// MARK: swift-metrics

extension PrometheusRegistry {
    public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        guard case .counter(let cell) = storages[label]?.cell(dimensions) else { return NOOPMetricsHandler.instance }
        return cell
    }

    public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        guard case .gauge(let cell) = storages[label]?.cell(dimensions) else { return NOOPMetricsHandler.instance }
        return cell
    }

    /// A histogram where it aggregates, else a gauge.
    public func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        switch storages[label]?.cell(dimensions) {
        case .histogram(let cell) where aggregate: cell
        case .gauge(let cell) where !aggregate: cell
        case .counter, .gauge, .histogram, nil: NOOPMetricsHandler.instance
        }
    }

    public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        guard case .histogram(let cell) = storages[label]?.cell(dimensions) else { return NOOPMetricsHandler.instance }
        return cell
    }

    public func destroyCounter(_ handler: any CounterHandler) {}
    public func destroyMeter(_ handler: any MeterHandler) {}
    public func destroyRecorder(_ handler: any RecorderHandler) {}
    public func destroyTimer(_ handler: any TimerHandler) {}
}
