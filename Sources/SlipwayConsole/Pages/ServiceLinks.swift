internal import Foundation
internal import SlipwayCore

/// Links to what a launch is about in Azure DevOps and in AWS. Made of ids alone, each checked: a name from outside never
/// becomes a part of an address.
struct ServiceLinks: Sendable {
    let links: ConsoleLinks

    func run(_ origin: JobOrigin) -> String? {
        guard let organization, let run = origin.runID, let project = origin.projectID, Self.isID(project) else {
            return nil
        }
        let job = origin.jobID.flatMap { Self.isID($0) ? "&amp;view=logs&amp;j=\($0)" : nil } ?? ""
        return "\(organization)/\(project)/_build/results?buildId=\(run)\(job)"
    }

    func pool(_ pool: PoolID) -> String? {
        organization.map { "\($0)/_settings/agentpools?poolId=\(pool)&amp;view=agents" }
    }

    func agent(_ agent: AgentID, of pool: PoolID) -> String? {
        organization.map { "\($0)/_settings/agentpools?poolId=\(pool)&amp;view=agents&amp;agentId=\(agent)" }
    }

    func agentTask(_ id: AgentTaskID) -> String? { page(of: id, "configuration") }

    /// Where ECS shows what its container wrote, whichever log group that is in.
    func log(_ id: AgentTaskID) -> String? { page(of: id, "logs") }

    /// `arn:aws:ecs:REGION:ACCOUNT:task/CLUSTER/ID`
    private func page(of id: AgentTaskID, _ view: String) -> String? {
        let parts = id.rawValue.split(separator: ":", omittingEmptySubsequences: false)
        guard links.isAWS, let region = links.region, parts.count == 6, parts[1] == "aws", parts[2] == "ecs" else {
            return nil
        }
        let names = parts[5].split(separator: "/")
        guard names.count == 3, names[0] == "task", names.allSatisfy({ Self.isName(String($0)) }), Self.isName(region)
        else { return nil }
        return "https://\(region).console.aws.amazon.com/ecs/v2/clusters/\(names[1])/tasks/\(names[2])/\(view)"
            + "?region=\(region)"
    }

    private var organization: String? {
        guard let organization = links.organization, let url = URL(string: organization), url.host() != nil,
            ["https", "http"].contains(url.scheme ?? ""), !organization.contains(where: { "\"'<>& ".contains($0) })
        else { return nil }
        return organization
    }

    /// The service's ids are UUIDs.
    private static func isID(_ text: String) -> Bool { isName(text) && text.utf8.count <= 64 }

    private static func isName(_ text: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy {
                ($0 | 0x20) >= UInt8(ascii: "a") && ($0 | 0x20) <= UInt8(ascii: "z")
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || $0 == UInt8(ascii: "-")
                    || $0 == UInt8(ascii: "_")
            }
    }
}
