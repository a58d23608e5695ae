internal import Foundation
internal import SlipwayCore
internal import SlipwaySandbox

/// Whether the scenario `warm` went as it should: jobs that found an agent, and the one that had to wait for its own.
struct WarmVerdict: Sendable {
    let lines: [(isFine: Bool, text: String)]

    init(_ launches: [Launch]) {
        let ran = launches.filter { $0.outcome?.kind == .ran }
        let found = ran.filter(Self.wasThereBeforeItsJob)
        let others = ran.filter { !Self.wasThereBeforeItsJob($0) }
        lines = [
            (
                found.count == DemoWorld.warmAgents && others.allSatisfy { Self.wait($0) > Self.longest(found) },
                "\(found.count) jobs found an agent online and waited \(Self.seconds(Self.longest(found))) at most; "
                    + "without one: \(Self.seconds(Self.longest(others)))"
            ),
            (
                launches.count { $0.outcome?.kind == .unused } == DemoWorld.warmAgents,
                "\(DemoWorld.warmAgents) agents waited for the next jobs, and left when Slipway was drained"
            ),
        ]
    }

    private static func wasThereBeforeItsJob(_ launch: Launch) -> Bool {
        guard let online = launch.onlineAt, let queued = launch.jobOrigin.queuedAt else { return false }
        return online <= queued
    }

    /// Milliseconds from the queueing of its job until the agent was seen to have it.
    private static func wait(_ launch: Launch) -> Int64 {
        guard let busy = launch.busyAt, let queued = launch.jobOrigin.queuedAt else { return .max }
        return busy.millisecondsSince(queued)
    }

    private static func longest(_ launches: [Launch]) -> Int64 { launches.map(wait).max() ?? 0 }

    private static func seconds(_ milliseconds: Int64) -> String {
        String(format: "%.1f s", Double(milliseconds) / 1_000)
    }
}
