internal import PrometheusText

/// `docs/metrics.md`, written from the declarations.
public enum MetricsPage {
    public static var markdown: String {
        var lines = [introduction]
        for group in SlipwayMetric.groups {
            lines += ["", "## \(group.title)", "", "| metric | kind | labels | meaning |", "| --- | --- | --- | --- |"]
            for family in group.families {
                let labels = family.labels.map { "`\($0)`" }.joined(separator: ", ")
                lines.append("| `\(family.name)` | \(family.kind.word) | \(labels) | \(family.help) |")
            }
        }
        lines += ["", "## Phases of a launch", "", "| `phase` | what is measured |", "| --- | --- |"]
        for phase in LaunchPhase.allCases { lines.append("| `\(phase.rawValue)` | \(phase.meaning) |") }
        return lines.joined(separator: "\n") + "\n"
    }

    private static let introduction = """
        # Metrics

        `GET /metrics` on the operator's listener, in Prometheus' text format. With a `console.token` it asks for it, as every
        page does:

        ```yaml
        scrape_configs:
          - job_name: slipway
            authorization: { credentials_file: /etc/prometheus/slipway-token }
            static_configs: [{ targets: ["127.0.0.1:8080"] }]
        ```

        Alert rules and a dashboard: [deploy/observability](../deploy/observability/README.md). This page is written by
        `slipway metrics-reference`.

        - A scrape reads counters in memory, the ledger's last record and the sizes of two files. It scans nothing.
        - Counters begin at 0 with each start of the server.
        - `pool` and `profile` are names of the configuration; `other` is a launch's of an earlier one. No label holds an id,
          nor the name of a project, pipeline or person. Each metric has a maximum of series.
        - What is seen is seen by readings, every two seconds while anything is under way, unless events tell of it: a phase is
          as exact as that.
        """
}
