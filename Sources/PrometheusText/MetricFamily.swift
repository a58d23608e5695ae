/// A metric as it is declared: its name, what scrapers and people are told of it, and how many series it may have.
///
/// Names are written in code, so a wrong one is a programming error and ends the program.
public struct MetricFamily: Hashable, Sendable {
    public enum Kind: Hashable, Sendable {
        /// Only grows while the process runs. Its name ends in `_total`.
        case counter
        case gauge
        /// - Parameter buckets: upper bounds, ascending and finite; `+Inf` is added.
        case histogram(buckets: [Double])
    }

    public let name: String
    public let kind: Kind
    /// One sentence, as `# HELP` shows it.
    public let help: String
    /// Every series has a value for each of them, in this order.
    public let labels: [String]
    /// Series beyond so many are left out and counted (`PrometheusRegistry.droppedSeries`).
    public let maximumSeries: Int

    public static let defaultMaximumSeries = 2_000

    public init(
        _ name: String, _ kind: Kind, help: String, labels: [String] = [],
        maximumSeries: Int = MetricFamily.defaultMaximumSeries
    ) {
        precondition(Self.isName(name, allowsColon: true), "\(name) can't be a metric's name")
        precondition(Set(labels).count == labels.count, "\(name) has a label twice")
        for label in labels {
            precondition(
                Self.isName(label, allowsColon: false) && !label.hasPrefix("__") && label != "le",
                "\(label) can't be a label of \(name)")
        }
        if case .histogram(let buckets) = kind {
            precondition(
                !buckets.isEmpty && buckets.allSatisfy(\.isFinite) && zip(buckets, buckets.dropFirst()).allSatisfy(<),
                "the buckets of \(name) must ascend and be finite")
        }
        self.name = name
        self.kind = kind
        self.help = help
        self.labels = labels
        self.maximumSeries = max(1, maximumSeries)
    }

    private static func isName(_ text: String, allowsColon: Bool) -> Bool {
        guard let first = text.utf8.first, !isDigit(first) else { return false }
        return text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"): true
            case UInt8(ascii: ":"): allowsColon
            default: isDigit(byte)
            }
        }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}

/// A value that is read when it is asked for rather than kept here.
public struct MetricSample: Hashable, Sendable {
    /// A declared counter's or gauge's.
    public var name: String
    /// In the order of the family's labels.
    public var labels: [String]
    public var value: Double

    public init(_ family: MetricFamily, _ labels: [String] = [], _ value: Double) {
        name = family.name
        self.labels = labels
        self.value = value
    }

    public init(_ family: MetricFamily, _ labels: [String] = [], _ value: some BinaryInteger) {
        self.init(family, labels, Double(value))
    }
}
