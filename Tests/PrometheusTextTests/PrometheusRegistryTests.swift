import CoreMetrics
import PrometheusText
import Testing

@Suite("The text that a scraper reads")
struct PrometheusRegistryTests {
    static let runs = MetricFamily("runs_total", .counter, help: "Runs.", labels: ["pool", "outcome"])
    static let depth = MetricFamily("depth", .gauge, help: "How deep.")
    static let wait = MetricFamily(
        "wait_seconds", .histogram(buckets: [0.5, 1, 2.5]), help: "Waiting.", labels: ["pool"])

    @Test("Families in their order, series by their labels, each number exactly")
    func text() {
        let registry = PrometheusRegistry([Self.wait, Self.runs, Self.depth])
        Counter(label: "runs_total", dimensions: [("pool", "b"), ("outcome", "ran")], factory: registry).increment(
            by: 2)
        // The order in which labels are given doesn't matter.
        Counter(label: "runs_total", dimensions: [("outcome", "ran"), ("pool", "a")], factory: registry).increment()
        Counter(label: "runs_total", dimensions: [("pool", "a"), ("outcome", "ran")], factory: registry).increment()
        Gauge(label: "depth", factory: registry).record(1.25)
        let timer = Timer(label: "wait_seconds", dimensions: [("pool", "a")], factory: registry)
        timer.recordMilliseconds(500)
        timer.recordMilliseconds(750)
        timer.recordSeconds(3)
        #expect(
            registry.text() == """
                # HELP wait_seconds Waiting.
                # TYPE wait_seconds histogram
                wait_seconds_bucket{pool="a",le="0.5"} 1
                wait_seconds_bucket{pool="a",le="1"} 2
                wait_seconds_bucket{pool="a",le="2.5"} 2
                wait_seconds_bucket{pool="a",le="+Inf"} 3
                wait_seconds_sum{pool="a"} 4.25
                wait_seconds_count{pool="a"} 3
                # HELP runs_total Runs.
                # TYPE runs_total counter
                runs_total{pool="a",outcome="ran"} 2
                runs_total{pool="b",outcome="ran"} 2
                # HELP depth How deep.
                # TYPE depth gauge
                depth 1.25

                """)
    }

    @Test("What has no series isn't written")
    func empty() {
        #expect(PrometheusRegistry([Self.runs, Self.depth, Self.wait]).text() == "")
    }

    @Test("Labels and help can't break a line, whatever is in them")
    func escaping() {
        let family = MetricFamily("odd", .gauge, help: "Back\\slash, \"quote\"\nand break.", labels: ["name"])
        let registry = PrometheusRegistry([family])
        // The mark before the combining accent is one grapheme with it.
        Gauge(label: "odd", dimensions: [("name", "a\\b\"c\nd\"\u{301}")], factory: registry).record(1)
        #expect(
            registry.text() == "# HELP odd Back\\\\slash, \"quote\"\\nand break.\n# TYPE odd gauge\n"
                + "odd{name=\"a\\\\b\\\"c\\nd\\\"\u{301}\"} 1\n")
    }

    @Test(
        "Numbers are written as a scraper reads them",
        arguments: [
            (0, "0"), (-3, "-3"), (0.1, "0.1"), (1e-7, "1e-07"), (1_764_000_000, "1764000000"),
            (1e300, "1e+300"), (.infinity, "+Inf"), (-.infinity, "-Inf"), (.nan, "NaN"),
        ] as [(Double, String)])
    func numbers(value: Double, text: String) {
        let registry = PrometheusRegistry([Self.depth])
        Gauge(label: "depth", factory: registry).record(value)
        #expect(registry.text().hasSuffix("\ndepth \(text)\n"))
    }

    @Test("No family grows beyond its maximum, and what is left out is counted")
    func seriesLimit() {
        let family = MetricFamily("seen_total", .counter, help: "Seen.", labels: ["id"], maximumSeries: 3)
        let registry = PrometheusRegistry([family])
        for round in 1...2 {
            for id in 1...10 {
                Counter(label: "seen_total", dimensions: [("id", "\(id)")], factory: registry).increment()
            }
            #expect(registry.droppedSeries == 7 * round)
        }
        #expect(registry.text().matches(of: /\nseen_total\{/).count == 3)
        #expect(registry.text().contains(#"seen_total{id="1"} 2"#))
        #expect(registry.text(adding: [MetricSample(family, ["99"], 1)]).contains("99") == false)
        #expect(registry.text(adding: [MetricSample(family, ["2"], 9)]).contains(#"seen_total{id="2"} 9"#))
    }

    @Test("A label's value is cut, so that nobody fills the memory by one")
    func valueLimit() {
        let family = MetricFamily("named", .gauge, help: "Named.", labels: ["name"])
        let registry = PrometheusRegistry([family])
        let long = String(repeating: "ü", count: 100_000)
        Gauge(label: "named", dimensions: [("name", long)], factory: registry).record(1)
        let text = registry.text(adding: [MetricSample(family, [long + "x"], 2)])
        #expect(text.utf8.count < 600)
        #expect(text.hasSuffix("\"} 2\n"), "both are the same series once they are cut")
    }

    @Test("What isn't declared so is counted nowhere")
    func undeclared() {
        let registry = PrometheusRegistry([Self.runs, Self.depth, Self.wait])
        Counter(label: "other_total", factory: registry).increment()
        Counter(label: "depth", factory: registry).increment()
        Counter(label: "runs_total", dimensions: [("pool", "a")], factory: registry).increment()
        Counter(label: "runs_total", dimensions: [("pool", "a"), ("user", "b")], factory: registry).increment()
        Recorder(label: "depth", aggregate: true, factory: registry).record(5)
        Recorder(label: "wait_seconds", dimensions: [("pool", "a")], aggregate: false, factory: registry).record(5)
        Meter(label: "runs_total", dimensions: [("pool", "a"), ("outcome", "b")], factory: registry).set(5)
        Timer(label: "nothing", factory: registry).recordSeconds(1)
        let stray = [MetricSample(Self.wait, ["a"], 1), MetricSample(Self.runs, ["a"], 1)]
        let text = registry.text(adding: stray)
        // Series that were asked for by another kind are there, and untouched.
        #expect(!text.contains("other") && !text.contains("nothing") && !text.contains("user"))
        for line in text.split(separator: "\n") where !line.hasPrefix("#") { #expect(line.hasSuffix(" 0"), "\(line)") }
    }

    @Test("A counter never shrinks, and what is no number doesn't spoil a sum")
    func oddValues() {
        let registry = PrometheusRegistry([Self.runs, Self.wait])
        let counter = Counter(label: "runs_total", dimensions: [("pool", "a"), ("outcome", "b")], factory: registry)
        counter.increment(by: 5)
        counter.increment(by: -3)
        counter.reset()
        let recorder = Recorder(label: "wait_seconds", dimensions: [("pool", "a")], factory: registry)
        for value in [Double.nan, .infinity, 2] { recorder.record(value) }
        let text = registry.text()
        #expect(text.contains(#"runs_total{pool="a",outcome="b"} 5"#))
        #expect(text.contains("wait_seconds_sum{pool=\"a\"} 2\nwait_seconds_count{pool=\"a\"} 1\n"))
    }

    @Test("Nothing is lost when many count at once while it is read")
    func concurrency() async {
        let registry = PrometheusRegistry([Self.runs, Self.wait])
        await withDiscardingTaskGroup { group in
            for task in 0..<8 {
                group.addTask {
                    for number in 0..<1_000 {
                        Counter(
                            label: "runs_total", dimensions: [("pool", "a"), ("outcome", "\(task % 2)")],
                            factory: registry
                        ).increment()
                        Timer(label: "wait_seconds", dimensions: [("pool", "a")], factory: registry)
                            .recordMilliseconds(number)
                        if number % 200 == 0 { _ = registry.text() }
                    }
                }
            }
        }
        let text = registry.text()
        #expect(text.contains(#"runs_total{pool="a",outcome="0"} 4000"#))
        #expect(text.contains(#"runs_total{pool="a",outcome="1"} 4000"#))
        #expect(text.contains(#"wait_seconds_count{pool="a"} 8000"#))
    }
}
