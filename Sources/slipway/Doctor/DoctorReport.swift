/// What the doctor found, for a person and as JSON.
struct DoctorReport: Encodable {
    var results: [CheckResult]

    /// A failure weighs more than a service that can't be reached, since it is known to be so.
    var status: CommandStatus {
        let statuses = Set(results.flatMap(\.findings).map(\.status))
        if statuses.contains(.failed) { return .notSo }
        return statuses.contains(.unreachable) ? .unreachable : .fine
    }

    /// One line for each finding, with the mend below what needs one.
    var text: String {
        let width = results.map(\.check.count).max() ?? 0
        let lines = results.flatMap { result in
            result.findings.flatMap { finding in
                let name = result.check + String(repeating: " ", count: width - result.check.count)
                let line = "\(Self.mark(finding.status))  \(name)  \(finding.message)"
                return [line] + (finding.mend.map { ["             → \($0)"] } ?? [])
            }
        }
        return (lines + ["", summary]).map { harmless($0) + "\n" }.joined()
    }

    private static func mark(_ status: Finding.Status) -> String {
        switch status {
        case .ok: "ok         "
        case .warning: "warning    "
        case .failed: "FAILED     "
        case .unreachable: "UNREACHABLE"
        case .skipped: "skipped    "
        }
    }

    private var summary: String {
        let findings = results.flatMap(\.findings)
        func count(_ status: Finding.Status) -> Int { findings.filter { $0.status == status }.count }
        let parts: [(Finding.Status, String)] = [
            (.ok, "ok"), (.warning, count(.warning) == 1 ? "warning" : "warnings"), (.failed, "failed"),
            (.unreachable, "unreachable"),
            (.skipped, "skipped"),
        ]
        return parts.filter { count($0.0) > 0 }.map { "\(count($0.0)) \($0.1)" }.joined(separator: ", ")
    }
}
