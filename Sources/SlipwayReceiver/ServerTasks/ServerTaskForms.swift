internal import AzureDevOps
internal import SlipwayCore

/// The members of a server task's call, each of its form (extension/protocol.md, section 3).
struct ServerTaskForms {
    struct Problem: Error {
        var code: String
        var message: String
        /// As far as it could be read, for the ledger.
        var identity: BookingIdentity?
        var run: Int?
    }

    enum Kind: Equatable {
        case agent, cancel, gate

        var hubs: Set<String> { self == .gate ? ["build", "checks", "gates", "release"] : ["build"] }
        var hasInputs: Bool { self != .cancel }
    }

    private static let planMembers: Set<String> = [
        "PlanUrl", "ProjectId", "HubName", "PlanId", "JobId", "TimelineId", "TaskInstanceId", "StageAttempt",
        "JobAttempt", "BuildId", "AuthToken",
    ]
    private static let gateMembers: Set<String> = [
        "PlanUrl", "ProjectId", "HubName", "PlanId", "JobId", "TaskInstanceId",
    ]

    let plan: [String: String]
    let inputs: BookingInputs

    init(_ bytes: [UInt8], _ kind: Kind) throws(Problem) {
        let body: ServerTaskBody
        do throws(ServiceHookDecodingError) {
            body = try ServerTaskBody(bytes)
        } catch {
            throw Problem(
                code: "body_malformed",
                message:
                    "The body can't be read: \(error.message). An input with a quotation mark or a backslash breaks it."
            )
        }
        guard body.numbers["protocol"] == 1 else {
            throw Problem(
                code: "protocol_unknown",
                message: "This server speaks protocol 1. Install the version of the extension that belongs to it.")
        }
        let known: Set<String> = kind.hasInputs ? ["plan", "inputs"] : ["plan"]
        guard body.numbers.count == 1, Set(body.objects.keys) == known, let plan = body.objects["plan"] else {
            throw Problem(code: "body_malformed", message: "The body has other members than protocol 1 names.")
        }
        let inputs = body.objects["inputs"] ?? [:]
        let inputNames = Set(kind == .gate ? ["pool", "profile"] : BookingInputs.names)
        guard Set(inputs.keys).isSubset(of: inputNames),
            Set(plan.keys).isSubset(of: kind == .gate ? Self.gateMembers : Self.planMembers)
        else {
            throw Problem(code: "body_malformed", message: "The body has other members than protocol 1 names.")
        }
        self.plan = plan
        self.inputs = BookingInputs(inputs)
        guard let hub = plan["HubName"], kind.hubs.contains(hub) else { throw malformed("HubName") }
        guard let url = plan["PlanUrl"], (1...512).contains(url.utf8.count) else { throw malformed("PlanUrl") }
    }

    func call(from source: String) throws(Problem) -> BookingCall {
        let identity = BookingIdentity(
            plan: try guid("PlanId"), job: try guid("JobId"), instance: try guid("TaskInstanceId"),
            stageAttempt: try attempt("StageAttempt"), jobAttempt: try attempt("JobAttempt"))
        guard let text = plan["BuildId"], let run = Int(text), run > 0, String(run) == text else {
            throw malformed("BuildId", identity)
        }
        guard let token = JobToken(plan["AuthToken"] ?? "") else { throw malformed("AuthToken", identity, run) }
        return BookingCall(
            identity: identity, planURL: plan["PlanUrl"] ?? "", project: try guid("ProjectId"),
            timeline: try guid("TimelineId"), run: run, inputs: inputs, token: token, source: source)
    }

    func gate(from source: String) throws(Problem) -> GateCall {
        GateCall(
            planURL: plan["PlanUrl"] ?? "", project: try guid("ProjectId"), plan: try guid("PlanId"), inputs: inputs,
            source: source)
    }

    private func guid(_ name: String) throws(Problem) -> String {
        guard let text = plan[name], Self.isGUID(text) else { throw malformed(name) }
        return text.lowercased()
    }

    /// Absent, empty or an unresolved macro: the first.
    private func attempt(_ name: String) throws(Problem) -> Int {
        let text = plan[name] ?? ""
        if text.isEmpty || (text.hasPrefix("$(") && text.hasSuffix(")")) { return 1 }
        guard let number = Int(text), (1...9_999).contains(number), String(number) == text else {
            throw malformed(name)
        }
        return number
    }

    private func malformed(_ name: String, _ identity: BookingIdentity? = nil, _ run: Int? = nil) -> Problem {
        Problem(
            code: "plan_malformed", message: "plan.\(name) is not of the form that protocol 1 demands.",
            identity: identity, run: run)
    }

    private static func isGUID(_ text: String) -> Bool {
        let groups = text.split(separator: "-", omittingEmptySubsequences: false)
        guard groups.map(\.utf8.count) == [8, 4, 4, 4, 12] else { return false }
        return groups.allSatisfy { group in
            group.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
                    UInt8(ascii: "A")...UInt8(ascii: "F"):
                    true
                default: false
                }
            }
        }
    }
}
