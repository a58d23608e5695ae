/// Something that the doctor looks at, and that answers or times out by itself.
struct DoctorCheck: Sendable {
    var name: String
    /// Names of checks that must not have failed before this one makes sense.
    var needs: [String] = []
    var timeLimitSeconds = 20
    /// What to do when it throws.
    var mend: String
    /// What to do when nobody answers, or not in time; nil: the same.
    var mendUnreachable: String?
    var run: @Sendable () async throws -> [Finding]
}

/// The findings of one check.
struct CheckResult: Hashable, Sendable, Encodable {
    var check: String
    var findings: [Finding]

    /// Whether a check that needs this one makes sense.
    var isUsable: Bool {
        !findings.contains { [.failed, .unreachable, .skipped].contains($0.status) }
    }
}
