internal import Foundation
internal import PrometheusText
internal import SlipwayMetrics

#if canImport(Darwin)
internal import Darwin
#elseif canImport(Musl)
internal import Musl
#else
internal import Glibc
#endif

/// What the system says of this process.
struct ProcessFigures: Sendable {
    var cpuSeconds: Double
    /// Nil where the system has no `/proc`.
    var residentBytes: Int64?

    static func now() -> ProcessFigures {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return ProcessFigures(
            cpuSeconds: seconds(usage.ru_utime) + seconds(usage.ru_stime), residentBytes: residentBytes())
    }

    var samples: [MetricSample] {
        [MetricSample(SlipwayMetric.processCPU, [], cpuSeconds)]
            + (residentBytes.map { [MetricSample(SlipwayMetric.processMemory, [], $0)] } ?? [])
    }

    private static func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }

    /// The second number is the resident pages (proc(5)).
    private static func residentBytes() -> Int64? {
        guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8) else { return nil }
        let pages = text.split(separator: " ").dropFirst().first.flatMap { Int64($0) }
        return pages.map { $0 * Int64(sysconf(Int32(_SC_PAGESIZE))) }
    }
}
