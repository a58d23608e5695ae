internal import ArgumentParser
internal import SlipwayMetrics

/// Prints `docs/metrics.md`.
struct MetricsReferenceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "metrics-reference", abstract: "Print the page of all metrics, in Markdown.", shouldDisplay: false)

    func run() throws { try Output.standard.write(MetricsPage.markdown) }
}
