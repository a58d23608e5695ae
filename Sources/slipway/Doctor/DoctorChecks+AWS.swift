internal import AWSClient
internal import SlipwayCore

extension DoctorChecks {
    var awsChecks: [DoctorCheck] {
        [identityCheck, clusterCheck] + taskDefinitions.map(taskDefinitionCheck)
            + taskDefinitions.map(executionRoleCheck) + networkChecks + quotaChecks
            + [permissionsCheck] + eventQueueChecks
    }

    static let identityName = "aws"
    private var region: String { configuration.aws.region }

    private var identityCheck: DoctorCheck {
        let mend = "aws sts get-caller-identity --region \(region)"
        return DoctorCheck(name: Self.identityName, mend: mend) {
            [.ok("calls are signed as \(try await services.callerIdentity())")]
        }
    }

    private var clusterCheck: DoctorCheck {
        let name = configuration.aws.cluster
        let mend = "aws ecs describe-clusters --clusters \(name) --region \(region)"
        return DoctorCheck(name: "cluster \(name)", needs: [Self.identityName], mend: mend) {
            guard let cluster = try await services.cluster(name) else {
                return [
                    .failed(
                        "there is no such cluster in \(region)",
                        mend: "aws ecs create-cluster --cluster-name \(name) --region \(region)")
                ]
            }
            guard cluster.isActive else {
                return [.failed("the cluster is \(cluster.status ?? "of no status"), not ACTIVE", mend: mend)]
            }
            return [.ok("ACTIVE, \(cluster.runningTasksCount ?? 0) agent tasks run")] + providerFindings(cluster)
        }
    }

    private func providerFindings(_ cluster: ECSCluster) -> [Finding] {
        let attached = cluster.capacityProviders
        return capacityProviders.map { provider in
            if attached.contains(provider) { return .ok("capacity provider \(provider) is attached") }
            let all = (attached + [provider]).joined(separator: " ")
            return .failed(
                "capacity provider \(provider) is not attached to the cluster",
                mend:
                    "aws ecs put-cluster-capacity-providers --cluster \(configuration.aws.cluster) --region \(region) "
                    + "--capacity-providers \(all) --default-capacity-provider-strategy capacityProvider=\(provider)")
        }
    }

    /// Those that some placement names, in the order of the configuration.
    private var capacityProviders: [String] {
        let placements = configuration.pools.flatMap(\.profiles).flatMap(\.placements)
        return placements.reduce(into: []) { names, placement in
            guard case .capacityProvider(let name) = placement.capacity, !names.contains(name) else { return }
            names.append(name)
        }
    }

    var taskDefinitions: [String] {
        let profiles = configuration.pools.flatMap(\.profiles)
        let images = profiles.flatMap { $0.bookable.images.sorted { $0.key < $1.key }.map(\.value) }
        return (profiles.map(\.taskDefinition) + images).reduce(into: []) { names, name in
            if !names.contains(name) { names.append(name) }
        }
    }

    private func taskDefinitionCheck(_ name: String) -> DoctorCheck {
        let mend = "aws ecs describe-task-definition --task-definition \(name) --region \(region)"
        return DoctorCheck(
            name: "task definition \(name)", needs: [Self.identityName], timeLimitSeconds: 40, mend: mend
        ) {
            let definition = try await services.taskDefinition(name)
            let profiles = configuration.pools.flatMap(\.profiles)
                .filter { $0.taskDefinition == name || $0.bookable.images.values.contains(name) }
            var findings = TaskDefinitionReview(definition, profiles: profiles, mend: mend).findings
            guard definition.isActive else { return findings }
            for container in definition.containerDefinitions {
                findings += try await imageFindings(container)
                findings += try await logGroupFindings(container)
                findings += try await secretFindings(container)
            }
            return findings + (try await roleFindings(definition))
        }
    }
}

// MARK: The queue of task state changes

extension DoctorChecks {
    private var eventQueueChecks: [DoctorCheck] {
        guard let url = configuration.aws.eventQueueURL else { return [] }
        let attributes = "aws sqs get-queue-attributes --attribute-names All --queue-url \(url)"
        let mend = "allow sqs:ReceiveMessage, sqs:DeleteMessage and sqs:GetQueueAttributes on the queue"
        return [
            DoctorCheck(name: "event queue", needs: [Self.identityName], mend: mend, mendUnreachable: attributes) {
                try await services.readEventQueue()
                let facts = try await services.eventQueue()
                return [.ok("messages may be received and deleted, \(backlog(facts)) wait"), policyFinding(facts)]
            }
        ]
    }

    private func backlog(_ facts: [String: String]) -> String { facts["ApproximateNumberOfMessages"] ?? "some" }

    /// Whether EventBridge may send at all. That the rule is right, the first event shows.
    private func policyFinding(_ facts: [String: String]) -> Finding {
        if facts["Policy"]?.contains("events.amazonaws.com") == true { return .ok("EventBridge may send to it") }
        return .warning(
            "the queue's policy doesn't let EventBridge send to it, so no event will come",
            mend: "see docs/task-events.md")
    }
}
