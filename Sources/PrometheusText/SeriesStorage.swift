internal import Synchronization

/// The series of one family.
final class SeriesStorage: Sendable {
    enum Cell: Sendable {
        case counter(CounterCell)
        case gauge(GaugeCell)
        case histogram(HistogramCell)
    }

    enum Reading {
        case value(Double)
        case histogram(buckets: [Double], HistogramCell.Reading)
    }

    private struct State {
        var cells: [[String]: Cell] = [:]
        var dropped = 0
    }

    private let family: MetricFamily
    private let state = Mutex(State())

    init(_ family: MetricFamily) { self.family = family }

    var dropped: Int { state.withLock { $0.dropped } }

    /// The series with these labels, made if there is room; nil: it is left out.
    func cell(_ dimensions: [(String, String)]) -> Cell? {
        let values = values(dimensions)
        return state.withLock { state in
            guard let values else {
                state.dropped += 1
                return nil
            }
            if let cell = state.cells[values] { return cell }
            guard state.cells.count < family.maximumSeries else {
                state.dropped += 1
                return nil
            }
            let cell = makeCell()
            state.cells[values] = cell
            return cell
        }
    }

    /// In the order of their labels' values.
    func readings(adding samples: [MetricSample]) -> [(labels: [String], reading: Reading)] {
        let cells = state.withLock { $0.cells }
        var readings = cells.mapValues(Self.reading)
        for sample in samples { add(sample, to: &readings) }
        return readings.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map { ($0.key, $0.value) }
    }

    private func add(_ sample: MetricSample, to readings: inout [[String]: Reading]) {
        if case .histogram = family.kind { return }
        let labels = sample.labels.map(Self.bounded)
        guard labels.count == family.labels.count,
            readings[labels] != nil || readings.count < family.maximumSeries
        else {
            state.withLock { $0.dropped += 1 }
            return
        }
        readings[labels] = .value(sample.value)
    }

    private static func reading(_ cell: Cell) -> Reading {
        switch cell {
        case .counter(let cell): .value(Double(cell.value))
        case .gauge(let cell): .value(cell.value)
        case .histogram(let cell): .histogram(buckets: cell.buckets, cell.reading)
        }
    }

    /// The values in the declared order; nil where the labels aren't those that were declared.
    private func values(_ dimensions: [(String, String)]) -> [String]? {
        guard dimensions.count == family.labels.count else { return nil }
        var values: [String] = []
        for label in family.labels {
            guard let value = dimensions.first(where: { $0.0 == label })?.1 else { return nil }
            values.append(Self.bounded(value))
        }
        return values
    }

    private func makeCell() -> Cell {
        switch family.kind {
        case .counter: .counter(CounterCell())
        case .gauge: .gauge(GaugeCell())
        case .histogram(let buckets): .histogram(HistogramCell(buckets: buckets))
        }
    }

    private static let maximumValueScalars = 200

    private static func bounded(_ value: String) -> String {
        guard value.utf8.count > maximumValueScalars else { return value }
        return String(String.UnicodeScalarView(value.unicodeScalars.prefix(maximumValueScalars)))
    }
}
