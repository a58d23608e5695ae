/// Text in Prometheus' format, version 0.0.4: per family `# HELP`, `# TYPE` and a line for each series.
struct MetricText {
    private(set) var text = ""

    mutating func add(_ family: MetricFamily, _ series: [(labels: [String], reading: SeriesStorage.Reading)]) {
        guard !series.isEmpty else { return }
        text += "# HELP \(family.name) \(Self.escaped(family.help, quotes: false))\n"
        text += "# TYPE \(family.name) \(family.kind.word)\n"
        for (values, reading) in series {
            let labels = zip(family.labels, values).map { (name: $0, value: $1) }
            switch reading {
            case .value(let value): line(family.name, labels, Self.number(value))
            case .histogram(let buckets, let reading): histogram(family.name, labels, buckets, reading)
            }
        }
    }

    private typealias Label = (name: String, value: String)

    /// Each bucket holds the ones below it; the last is the count.
    private mutating func histogram(
        _ name: String, _ labels: [Label], _ buckets: [Double], _ reading: HistogramCell.Reading
    ) {
        var count: UInt64 = 0
        for (bound, own) in zip(buckets + [.infinity], reading.counts) {
            count += own
            line(name + "_bucket", labels + [(name: "le", value: Self.number(bound))], String(count))
        }
        line(name + "_sum", labels, Self.number(reading.sum))
        line(name + "_count", labels, String(count))
    }

    private mutating func line(_ name: String, _ labels: [Label], _ value: String) {
        text += name
        if !labels.isEmpty {
            text += "{"
            text += labels.map { "\($0.name)=\"\(Self.escaped($0.value, quotes: true))\"" }.joined(separator: ",")
            text += "}"
        }
        text += " \(value)\n"
    }

    /// Whole numbers without a fraction; the others so that they are read back the same.
    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        return Int64(exactly: value).map(String.init) ?? "\(value)"
    }

    /// A backslash, a line break and, in a label's value, a quotation mark. By scalar: a mark that is followed by a combining
    /// character is none by `Character`.
    private static func escaped(_ text: String, quotes: Bool) -> String {
        guard text.utf8.contains(where: { $0 == UInt8(ascii: "\\") || $0 == 0x0A || $0 == UInt8(ascii: "\"") }) else {
            return text
        }
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": result.append(contentsOf: "\\\\".unicodeScalars)
            case "\n": result.append(contentsOf: "\\n".unicodeScalars)
            case "\"" where quotes: result.append(contentsOf: "\\\"".unicodeScalars)
            default: result.append(scalar)
            }
        }
        return String(result)
    }
}

extension MetricFamily.Kind {
    /// As `# TYPE` has it.
    public var word: String {
        switch self {
        case .counter: "counter"
        case .gauge: "gauge"
        case .histogram: "histogram"
        }
    }
}
