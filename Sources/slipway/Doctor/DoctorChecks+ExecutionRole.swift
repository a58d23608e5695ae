internal import AWSClient
internal import SlipwayCore

/// What ECS does with a task definition's execution role before a container starts: it reads the secrets, pulls the images
/// and opens the logs. Where one is refused no agent task starts.
extension DoctorChecks {
    /// A check of its own: what can't be simulated says nothing of the task definition.
    func executionRoleCheck(_ name: String) -> DoctorCheck {
        DoctorCheck(
            name: "execution role of \(name)", needs: [Self.identityName], timeLimitSeconds: 40,
            mend: "see docs/agent-task.md for what an execution role needs"
        ) {
            guard let definition = try? await services.taskDefinition(name) else {
                return [Finding(status: .skipped, message: "not looked at: the task definition can't be described")]
            }
            return try await executionRoleFindings(definition)
        }
    }

    private func executionRoleFindings(_ definition: TaskDefinition) async throws -> [Finding] {
        guard let role = definition.executionRoleARN else { return [.ok("there is none")] }
        let trials = ExecutionRoleReview(definition, region: configuration.aws.region).trials
        guard !trials.isEmpty else { return [.ok("nothing is needed of it")] }
        return try await question("what the execution role may do", ["iam:SimulatePrincipalPolicy"], on: role).findings
        {
            try await simulate(trials, for: role, named: "it", ExecutionRoleReview.finding)
        }
    }
}
