internal import AWSClient
internal import SlipwayCore

/// What the server may do, without doing it.
extension DoctorChecks {
    var permissionsCheck: DoctorCheck {
        let cluster = configuration.aws.cluster
        return DoctorCheck(
            name: "permissions", needs: [Self.identityName], timeLimitSeconds: 40,
            mend: "see docs/agent-task.md for what Slipway may do"
        ) {
            let caller = try await services.callerIdentity()
            guard let clusterARN = (try? await services.cluster(cluster))?.clusterARN else {
                return [Finding(status: .skipped, message: "not looked at: the cluster can't be described")]
            }
            guard
                let review = PermissionReview(
                    callerARN: caller, region: configuration.aws.region, clusterARN: clusterARN)
            else { return [.ok("not looked at: \(caller) is of no account")] }
            return try await question("what \(caller) may do", ["iam:SimulatePrincipalPolicy", "iam:GetRole"]).findings
            {
                try await permissions(caller, review)
            }
        }
    }

    private func permissions(_ caller: String, _ review: PermissionReview) async throws -> [Finding] {
        let principal: String
        switch PermissionReview.principal(caller) {
        case .root:
            return [
                .warning("calls are signed by the account's root, who may do everything", mend: "give Slipway a role")
            ]
        case .other: return [.ok("not looked at: policies of \(caller) can't be simulated")]
        case .user(let arn): principal = arn
        // Without the right to look a role up it is taken for one without a path, as most are.
        case .role(let name): principal = try await allowedRole(name)?.arn ?? review.roleARN(name)
        }
        return try await simulate(
            review.trials(await definitions()), for: principal, named: principal, PermissionReview.finding)
    }

    /// Each of them by itself. One line where all are allowed.
    func simulate(
        _ trials: [PermissionReview.Trial], for principal: String, named name: String,
        _ finding: (PermissionReview.Trial, IAMDecision) -> Finding?
    ) async throws -> [Finding] {
        var findings: [Finding] = []
        for trial in trials {
            let decision = try await services.decision(principal, trial.action, trial.resource, trial.context)
            if let finding = finding(trial, decision) { findings.append(finding) }
        }
        guard findings.isEmpty else { return findings }
        let actions = trials.map(\.action).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
        return [.ok("by simulation \(name) may \(actions.joined(separator: ", "))")]
    }

    private func allowedRole(_ name: String) async throws -> IAMRole? {
        do {
            return try await services.role(name)
        } catch let error as AWSError where error.classification == .accessDenied {
            return nil
        }
    }

    /// Those that can be described: the others have a finding in their own checks.
    private func definitions() async -> [TaskDefinition] {
        var definitions: [TaskDefinition] = []
        for name in taskDefinitions {
            if let definition = try? await services.taskDefinition(name) { definitions.append(definition) }
        }
        return definitions
    }

    /// A role that is gone makes RunTask fail, or each agent task as it starts.
    func roleFindings(_ definition: TaskDefinition) async throws -> [Finding] {
        let roles = [definition.executionRoleARN, definition.taskRoleARN].compactMap { $0 }
        return try await question("whether its roles exist", ["iam:GetRole"]).findings {
            var findings: [Finding] = []
            for arn in roles {
                guard let name = PermissionReview.roleName(arn) else { continue }
                guard let role = try await services.role(name) else {
                    findings.append(
                        .failed("role \(arn) does not exist", mend: "create it, or name another in the task definition")
                    )
                    continue
                }
                if role.arn != arn {
                    findings.append(
                        .failed(
                            "role \(arn) is \(role.arn) by its name", mend: "correct the role in the task definition"))
                }
            }
            guard findings.isEmpty, !roles.isEmpty else { return findings }
            return [.ok("its roles exist")]
        }
    }
}
