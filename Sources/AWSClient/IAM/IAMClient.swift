/// AWS Identity and Access Management: whether a role exists, and what an identity would be allowed. Reads only.
///
/// All throw `AWSError`, or `CancellationError` when cancelled.
public struct IAMClient: Sendable {
    private static let version = "2010-05-08"

    private let client: AWSClient

    public init(client: AWSClient) {
        self.client = client
    }

    /// Nil: there is no such role.
    ///
    /// - Parameter name: without its path.
    public func role(named name: String) async throws -> IAMRole? {
        let call = AWSCall.query(.iam, "GetRole", version: Self.version, [(name: "RoleName", value: name)])
        do {
            return try await client.perform(call) { answer in
                let path = ["GetRoleResponse", "GetRoleResult", "Role"]
                guard let fields = XMLFields(answer.body), let arn = fields.text(at: path + ["Arn"]) else {
                    throw UnexpectedAnswer()
                }
                return IAMRole(arn: arn)
            }
        } catch let error as AWSError where Self.absences.contains(error.code.rawValue) {
            return nil
        }
    }

    private static let absences: Set<String> = ["NoSuchEntity", "NoSuchEntityException"]

    /// What would become of one action on one resource, were this identity to try it now. Its own policies are looked at,
    /// its permissions boundary and the organization's; not those of its session, nor those of the resource.
    ///
    /// - Parameters:
    ///   - principalARN: of a user or a role, not of a session.
    ///   - context: values of condition keys that the policies may ask for.
    public func simulate(
        principalARN: String, action: String, resourceARN: String, context: [String: String] = [:]
    ) async throws -> IAMDecision {
        var parameters = [
            (name: "PolicySourceArn", value: principalARN), (name: "ActionNames.member.1", value: action),
            (name: "ResourceArns.member.1", value: resourceARN),
        ]
        for (index, entry) in context.sorted(by: { $0.key < $1.key }).enumerated() {
            let name = "ContextEntries.member.\(index + 1)"
            parameters.append((name: "\(name).ContextKeyName", value: entry.key))
            parameters.append((name: "\(name).ContextKeyType", value: "string"))
            parameters.append((name: "\(name).ContextKeyValues.member.1", value: entry.value))
        }
        let call = AWSCall.query(.iam, "SimulatePrincipalPolicy", version: Self.version, parameters)
        return try await client.perform(call) { answer in
            let path = [
                "SimulatePrincipalPolicyResponse", "SimulatePrincipalPolicyResult", "EvaluationResults", "member",
            ]
            guard let fields = XMLFields(answer.body, limits: .large),
                let text = fields.text(at: path + ["EvalDecision"]), let decision = IAMDecision(rawValue: text)
            else { throw UnexpectedAnswer() }
            return decision
        }
    }

    /// Becomes a `malformedResponse`.
    private struct UnexpectedAnswer: Error {}
}

public struct IAMRole: Sendable, Hashable {
    /// With the role's path.
    public var arn: String

    public init(arn: String) { self.arn = arn }
}

public enum IAMDecision: String, Sendable, Hashable {
    case allowed
    case explicitDeny
    /// Nothing allows it.
    case implicitDeny
}
