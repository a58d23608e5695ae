internal import Foundation
internal import SlipwayTestSupport

extension Program {
    /// It ended by SIGKILL.
    var wasKilled: Bool { endingSignal == SIGKILL }

    /// In order, once it has begun to serve: before that the signal ends it without order, as it does every program that has
    /// just been started. Answers the exit code, or nil if that takes too long.
    func end() async throws -> Int32? {
        _ = try await line(with: "The receiver listens", every: .milliseconds(5))
        send(SIGTERM)
        return try await status(within: .seconds(40), every: .milliseconds(5))
    }
}
