internal import SlipwayCore

/// Holds the vCPUs that Fargate may give the account in the region against what the configured limits can come to. Pure.
struct QuotaReview {
    /// The quotas of AWS Fargate: what is counted, and how a placement's capacity is named that counts there.
    struct Quota: Hashable, Sendable {
        var code: String
        var name: String
        var capacities: [Placement.Capacity]

        static let onDemand = Quota(
            code: "L-3032A538", name: "Fargate On-Demand vCPU resource count",
            capacities: [.capacityProvider("FARGATE"), .launchType("FARGATE")])
        static let spot = Quota(
            code: "L-36FBB829", name: "Fargate Spot vCPU resource count",
            capacities: [.capacityProvider("FARGATE_SPOT")])
        static let all = [onDemand, spot]
    }

    var pools: [SlipwayConfiguration.Pool]
    var region: String
    /// CPU units of a profile's agent; nil where neither it nor its task definition says, which is a finding elsewhere.
    var cpu: (Profile) -> Int?

    static func isUsed(_ quota: Quota, in pools: [SlipwayConfiguration.Pool]) -> Bool {
        pools.flatMap(\.profiles).contains { $0.mayRun(on: quota) }
    }

    /// One rung may have to take what another has no room for, so each is held against all that may come to it.
    func finding(_ quota: Quota, vCPUs: Double) -> Finding {
        let units = AgentDemand.cpuUnits(in: pools, cpu: { cpu($0) ?? 0 }, where: { $0.mayRun(on: quota) })
        let needed = Double(units) / 1_024
        let text = "\(quota.name): \(Self.words(vCPUs)), and maximumAgents come to \(Self.words(needed))"
        guard needed > vCPUs else { return .ok(text) }
        return .warning(
            "\(text): agents beyond it wait for those before them",
            mend: "aws service-quotas request-service-quota-increase --service-code fargate --quota-code \(quota.code) "
                + "--desired-value \(Int(needed.rounded(.up))) --region \(region), or lower maximumAgents")
    }

    private static func words(_ value: Double) -> String {
        value == value.rounded() && abs(value) < 1e9 ? "\(Int(value))" : "\(value)"
    }
}

extension Profile {
    fileprivate func mayRun(on quota: QuotaReview.Quota) -> Bool {
        placements.contains { quota.capacities.contains($0.capacity) }
    }
}
