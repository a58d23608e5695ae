internal import AWSClient
internal import SlipwayCore

/// Holds the subnets and security groups that placements name against those that there are. Pure.
struct NetworkReview {
    var pools: [SlipwayConfiguration.Pool]
    var subnets: [Subnet]
    var groups: [SecurityGroup]
    /// Agent tasks that run in the cluster now, and so have their addresses.
    var runningCount: Int
    var region: String

    /// The placements that name subnets, each once.
    static func placements(of pools: [SlipwayConfiguration.Pool]) -> [Placement] {
        pools.flatMap(\.profiles).flatMap(\.placements).filter { !$0.subnets.isEmpty }.reduce(into: []) {
            kept, placement in
            if !kept.contains(where: { $0.isInNetwork(of: placement) }) { kept.append(placement) }
        }
    }

    var findings: [Finding] { Self.placements(of: pools).flatMap(findings) }

    private func findings(_ placement: Placement) -> [Finding] {
        let missing = missing(placement)
        guard missing.isEmpty else { return missing }
        let found = subnets.filter { placement.subnets.contains($0.id) }
        let vpcs = Set(found.map(\.vpcID))
        guard let vpc = vpcs.first, vpcs.count == 1 else {
            let places = found.map { "\($0.id) of \($0.vpcID)" }.joined(separator: ", ")
            return [
                .failed(
                    "subnets of one placement lie in several VPCs, so ECS refuses it: \(places)",
                    mend: "name subnets of one VPC in each placement")
            ]
        }
        return groupFindings(placement, vpc) + [addresses(placement, found, vpc)]
    }

    private func missing(_ placement: Placement) -> [Finding] {
        let subnetIDs = placement.subnets.filter { id in !subnets.contains { $0.id == id } }
        let groupIDs = placement.securityGroups.filter { id in !groups.contains { $0.id == id } }
        var findings: [Finding] = []
        if !subnetIDs.isEmpty {
            findings.append(
                .failed(
                    "not in \(region): \(subnetIDs.joined(separator: ", "))",
                    mend: "aws ec2 describe-subnets --region \(region), and correct placements[].subnets"))
        }
        if !groupIDs.isEmpty {
            findings.append(
                .failed(
                    "not in \(region): \(groupIDs.joined(separator: ", "))",
                    mend: "aws ec2 describe-security-groups --region \(region), and correct placements[].securityGroups"
                ))
        }
        return findings
    }

    private func groupFindings(_ placement: Placement, _ vpc: String) -> [Finding] {
        groups.filter { placement.securityGroups.contains($0.id) && $0.vpcID != vpc }.map { group in
            .failed(
                "security group \(group.id) is of \(group.vpcID), its placement's subnets are of \(vpc): ECS refuses it",
                mend: "name security groups of \(vpc)")
        }
    }

    /// Each agent task takes an address. What runs now has its own, wherever it runs.
    private func addresses(_ placement: Placement, _ found: [Subnet], _ vpc: String) -> Finding {
        let names = found.map(\.id).joined(separator: ", ")
        if let subnet = found.first(where: { !$0.isAvailable }) {
            return .failed(
                "subnet \(subnet.id) is not available yet", mend: "aws ec2 describe-subnets --subnet-ids \(subnet.id)")
        }
        let agents = AgentDemand.agents(in: pools) { profile in
            profile.placements.contains { !Set($0.subnets).isDisjoint(with: placement.subnets) }
        }
        let counts = found.compactMap(\.freeAddresses)
        guard counts.count == found.count else { return .ok("\(names) of \(vpc); free addresses are not told") }
        let free = counts.reduce(0, +)
        let toCome = max(0, agents - runningCount)
        guard free < toCome else {
            return .ok("\(names) of \(vpc): \(free) addresses are free, for \(agents) agents at most")
        }
        return .warning(
            "\(names) of \(vpc): \(free) addresses are free, and \(agents) agents may run, of which \(runningCount) do now: the "
                + "others wait for an address",
            mend: "name further or larger subnets in the placements, or lower maximumAgents")
    }
}

extension Placement {
    fileprivate func isInNetwork(of other: Placement) -> Bool {
        Set(subnets) == Set(other.subnets) && Set(securityGroups) == Set(other.securityGroups)
    }
}
