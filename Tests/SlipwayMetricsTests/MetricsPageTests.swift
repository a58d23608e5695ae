import Foundation
import PrometheusText
import SlipwayMetrics
import Testing

@Suite("What is declared, and what is told of it")
struct MetricsPageTests {
    static func repositoryText(_ path: String) throws -> String {
        let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardized
        return try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }

    @Test("docs/metrics.md is the page that the program would write")
    func page() throws {
        #expect(
            try Self.repositoryText("docs/metrics.md") == MetricsPage.markdown,
            "run: slipway metrics-reference > docs/metrics.md")
    }

    @Test("Names follow Prometheus' habits, labels name nobody, and the sums fit the limits")
    func declarations() {
        #expect(Set(SlipwayMetric.all.map(\.name)).count == SlipwayMetric.all.count)
        let allowed: Set = [
            "pool", "profile", "decision", "state", "outcome", "phase", "reason", "rung", "placement", "what",
            "disposition", "status", "result", "write", "operation", "file", "service", "check", "kind", "version",
        ]
        for family in SlipwayMetric.all {
            #expect(family.name.hasSuffix("_total") == (family.kind == .counter), "\(family.name)")
            #expect(family.help.hasSuffix(".") && !family.help.contains("|"), "\(family.name)")
            #expect(Set(family.labels).isSubset(of: allowed), "\(family.name)")
        }
    }
}
