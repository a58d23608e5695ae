import Foundation
import SlipwayTestSupport

extension Program {
    /// The folder of the sources, and the built `slipway` beside this test bundle.
    static let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
    static let slipway =
        (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
        .map { $0.replacing(/[^\/]+$/, with: "slipway") } ?? "slipway"
}
