import Foundation

extension ECSWorld {
    /// RunTask, to the letter of what is published about its token, its limits and its failures.
    ///
    /// - Parameters:
    ///   - refusal: a reason to start nothing, from a scripted fault. Remembered with the token like any other failure.
    ///   - behaviour: asked once for each agent task that is really started.
    mutating func runTask(
        _ input: RunTaskInput,
        refusal: String?,
        now: Date,
        behaviour: () -> ContainerBehaviour
    ) throws(ECSError) -> RunTaskOutput {
        let cluster = try cluster(named: input.cluster)
        try RunTaskCheck.shape(input)
        if let replay = try replay(input, cluster: cluster, now: now) { return replay }
        let definition = try definition(named: input.taskDefinition)
        try RunTaskCheck.fit(input, definition, capacityProviders: configuration.capacityProviders)

        let count = input.count ?? 1
        try takeLaunchTokens(input, count: count, now: now)
        var started: [AgentTask] = []
        var failures: [Failure] = []
        for _ in 0..<count {
            if let reason = refusal ?? quotaRefusal(input, definition) {
                failures.append(Failure(arn: nil, reason: reason))
            } else {
                started.append(start(input, definition, cluster: cluster, behaviour: behaviour(), now: now))
            }
        }
        if let token = input.clientToken {
            claims[cluster, default: [:]][token] =
                Claim(input: input, taskIDs: started.map(\.id), failures: failures, madeAt: now)
        }
        let clusterARN = clusterARN(cluster)
        return RunTaskOutput(
            tasks: started.map { $0.output(clusterARN: clusterARN, includesTags: true) }, failures: failures
        )
    }

    // MARK: Idempotency

    private mutating func replay(_ input: RunTaskInput, cluster: String, now: Date) throws(ECSError) -> RunTaskOutput? {
        guard let token = input.clientToken, let claim = claims[cluster]?[token] else { return nil }
        guard !isOver(claim, now: now) else {
            claims[cluster]?[token] = nil
            return nil
        }
        let ours = claim.taskIDs.compactMap { tasks[$0] }
        guard claim.input == input else {
            throw ECSError(
                "ConflictException", "The client token was used with other parameters.", resourceIDs: ours.map(\.arn)
            )
        }
        let clusterARN = clusterARN(cluster)
        return RunTaskOutput(
            tasks: ours.map {
                $0.isLive ? $0.output(clusterARN: clusterARN, includesTags: true) : $0.replayedWhenStopped
            },
            failures: claim.failures
        )
    }

    /// A token lives 24 hours, or one hour longer than the last of its tasks, whichever is less.
    private func isOver(_ claim: Claim, now: Date) -> Bool {
        if now >= scale.date(.seconds(24 * 3600), after: claim.madeAt) { return true }
        guard !claim.taskIDs.isEmpty else { return false }
        // Tasks are forgotten one hour after they stopped: see `Event.forget`.
        return claim.taskIDs.allSatisfy { tasks[$0] == nil }
    }

    // MARK: Starting

    private mutating func takeLaunchTokens(_ input: RunTaskInput, count: Int, now: Date) throws(ECSError) {
        let providers = input.capacityProviderStrategy?.map(\.capacityProvider) ?? []
        guard input.launchType == "FARGATE" || providers.contains(where: { $0.hasPrefix("FARGATE") }) else { return }
        try throttle.take(.fargateRunTask, now: now)
        try throttle.take(providers.first == "FARGATE_SPOT" ? .spotLaunches : .fargateLaunches, count: count, now: now)
    }

    private func quotaRefusal(_ input: RunTaskInput, _ definition: TaskDefinition) -> String? {
        guard let quota = configuration.vCPUQuota else { return nil }
        let running = tasks.values.filter(\.isLive).reduce(0.0) { $0 + FargateSize.vCPUs($1.size) }
        guard running + FargateSize.vCPUs(input.overrides?.cpu ?? definition.cpu) > quota else { return nil }
        return "You've reached the limit on the number of vCPUs you can run concurrently"
    }

    private mutating func start(
        _ input: RunTaskInput,
        _ definition: TaskDefinition,
        cluster: String,
        behaviour: ContainerBehaviour,
        now: Date
    ) -> AgentTask {
        let id = generator.hex(32)
        // Without launch type and strategy the simulated clusters run on Fargate.
        let provider =
            input.capacityProviderStrategy?.first(where: { ($0.weight ?? 0) > 0 || ($0.base ?? 0) > 0 })
            ?? input.capacityProviderStrategy?.first
        let task = AgentTask(
            id: id, arn: "\(arnPrefix)task/\(cluster)/\(id)", ordinal: nextOrdinal, cluster: cluster,
            definition: definition,
            input: input, launchType: input.launchType ?? "FARGATE", capacityProvider: provider?.capacityProvider,
            behaviour: behaviour, interfaceID: "eni-\(generator.hex(16))",
            address: "10.0.\(nextOrdinal / 250 % 250).\(nextOrdinal % 250 + 4)", createdAt: now,
            visibleAt: scale.date(timing.visibility, after: now), tags: tags(of: input, definition)
        )
        nextOrdinal += 1
        tasks[id] = task
        order.append(id)
        agenda.add(.pull(id), at: scale.date(generator.duration(in: timing.provisioning), after: now))
        return task
    }

    private func tags(of input: RunTaskInput, _ definition: TaskDefinition) -> [Tag] {
        var tags = input.tags ?? []
        if input.propagateTags == "TASK_DEFINITION" {
            for tag in definition.tags?.array ?? [] where !tags.contains(where: { $0.key == tag["key"]?.string }) {
                tags.append(Tag(key: tag["key"]?.string, value: tag["value"]?.string))
            }
        }
        if input.enableECSManagedTags == true, let cluster = input.cluster {
            tags.append(Tag(key: "aws:ecs:clusterName", value: cluster))
        }
        return tags
    }
}

extension AgentTask {
    fileprivate var size: String? { input.overrides?.cpu ?? definition.cpu }
}
