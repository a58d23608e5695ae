import Foundation
import SlipwayTestSupport

extension Program {
    /// Resident memory in MB.
    var residentMB: Double {
        let status = (try? String(contentsOfFile: "/proc/\(processID)/status", encoding: .utf8)) ?? ""
        guard let kilobytes = status.firstMatch(of: /VmRSS:\s+(\d+)/)?.1, let value = Double(kilobytes) else {
            return -1
        }
        return value / 1024
    }

    func end() async throws {
        send(SIGTERM)
        _ = try await status(within: .seconds(40))
    }
}
