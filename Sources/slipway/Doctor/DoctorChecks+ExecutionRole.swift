internal import AWSClient
internal import SlipwayCore

/// What ECS does with a task definition's execution role before a container starts: it reads the secrets, pulls the images
/// and opens the logs. Where one is refused no agent task starts.
extension DoctorChecks {
    func executionRoleFindings(_ definition: TaskDefinition) async throws -> [Finding] {
        guard let role = definition.executionRoleARN else { return [] }
        let trials = ExecutionRoleReview(definition, region: configuration.aws.region).trials
        guard !trials.isEmpty else { return [] }
        return try await question("what the execution role may do", ["iam:SimulatePrincipalPolicy"], on: role).findings
        {
            var findings: [Finding] = []
            for trial in trials {
                let decision = try await services.decision(role, trial.action, trial.resource, trial.context)
                if let finding = ExecutionRoleReview.finding(trial, decision) { findings.append(finding) }
            }
            guard findings.isEmpty else { return findings }
            let actions = trials.map(\.action).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
            return [.ok("by simulation its execution role may \(actions.joined(separator: ", "))")]
        }
    }
}
