/// What a check of the doctor's found: one line, and how to mend it.
struct Finding: Hashable, Sendable, Encodable {
    enum Status: String, Hashable, Sendable, Encodable {
        case ok
        /// It works, and still should be changed.
        case warning
        case failed
        /// The service did not answer, so nothing is known.
        case unreachable
        /// Not looked at, since something it needs isn't so.
        case skipped
    }

    var status: Status
    var message: String
    /// A command, or what to change.
    var mend: String?

    static func ok(_ message: String) -> Finding { Finding(status: .ok, message: message) }

    static func warning(_ message: String, mend: String) -> Finding {
        Finding(status: .warning, message: message, mend: mend)
    }

    static func failed(_ message: String, mend: String) -> Finding {
        Finding(status: .failed, message: message, mend: mend)
    }

    /// A check that threw: unreachable where nobody answered, else failed.
    static func of(_ error: any Error, by check: DoctorCheck) -> Finding {
        let report = FailureReport(error)
        guard report.status == .unreachable else { return .failed(report.text, mend: check.mend) }
        return Finding(status: .unreachable, message: report.text, mend: check.mendUnreachable ?? check.mend)
    }
}
