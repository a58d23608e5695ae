import Foundation

extension ECSWorld {
    /// - Parameter isBlind: a scripted fault: knows none of the tasks yet.
    func describeTasks(_ input: DescribeTasksInput, isBlind: Bool, now: Date) throws(ECSError) -> DescribeTasksOutput {
        let cluster = try cluster(named: input.cluster)
        guard let references = input.tasks, !references.isEmpty else {
            throw .invalidParameter("Tasks cannot be empty.")
        }
        guard references.count <= 100 else { throw .invalidParameter("Tasks cannot have more than 100 elements.") }
        let includesTags = input.include?.contains("TAGS") ?? false
        var output = DescribeTasksOutput(tasks: [], failures: [])
        let clusterARN = clusterARN(cluster)
        for reference in references {
            if let task = task(reference, in: cluster), !isBlind, task.visibleAt <= now {
                output.tasks.append(task.output(clusterARN: clusterARN, includesTags: includesTags))
            } else {
                let arn = reference.hasPrefix("arn:") ? reference : "\(arnPrefix)task/\(cluster)/\(reference)"
                output.failures.append(Failure(arn: arn, reason: "MISSING"))
            }
        }
        return output
    }

    /// Pages follow the order of creation. The token names the last task of the page before, so tasks that come or go
    /// meanwhile are neither doubled nor do they shift others out.
    func listTasks(_ input: ListTasksInput, now: Date) throws(ECSError) -> ListTasksOutput {
        let cluster = try cluster(named: input.cluster)
        let isFilteredOtherwise =
            input.family != nil || input.serviceName != nil || input.desiredStatus != nil || input.launchType != nil
            || input.containerInstance != nil
        if input.startedBy != nil, isFilteredOtherwise {
            throw .invalidParameter("startedBy must be the only filter.")
        }
        let size = input.maxResults ?? 100
        guard (1...100).contains(size) else { throw .invalidParameter("maxResults must be between 1 and 100.") }
        let wantsStopped: Bool
        switch input.desiredStatus {
        case nil, "RUNNING": wantsStopped = false
        case "STOPPED": wantsStopped = true
        case let other?: throw .invalidParameter("desiredStatus \(other) is not valid.")
        }
        let start = try input.nextToken.map { token throws(ECSError) in try ordinal(of: token) + 1 } ?? 0

        var page: [AgentTask] = []
        var hasMore = false
        for task in order.lazy.compactMap({ tasks[$0] }) where task.ordinal >= start {
            guard task.matches(input, cluster: cluster), task.isToStop == wantsStopped, task.visibleAt <= now else {
                continue
            }
            if page.count == size {
                hasMore = true
                break
            }
            page.append(task)
        }
        return ListTasksOutput(taskArns: page.map(\.arn), nextToken: hasMore ? page.last.map(token) : nil)
    }

    private func token(after task: AgentTask) -> String { token(after: task.ordinal) }

    private func token(after ordinal: Int) -> String { Data("after:\(ordinal)".utf8).base64EncodedString() }

    private func ordinal(of token: String) throws(ECSError) -> Int {
        guard let data = Data(base64Encoded: token), let text = String(data: data, encoding: .utf8),
            text.hasPrefix("after:"),
            let ordinal = Int(text.dropFirst(6))
        else { throw .invalidParameter("Invalid token.") }
        return ordinal
    }

    func describeClusters(_ input: DescribeClustersInput) throws(ECSError) -> JSONValue {
        let names = input.clusters ?? ["default"]
        guard names.count <= 100 else { throw .invalidParameter("Clusters cannot have more than 100 elements.") }
        var clusters: [JSONValue] = []
        var failures: [JSONValue] = []
        for name in names {
            if let short = try? cluster(named: name) {
                clusters.append(description(of: short))
            } else {
                let arn = name.hasPrefix("arn:") ? name : clusterARN(name)
                failures.append(["arn": .string(arn), "reason": "MISSING"])
            }
        }
        return ["clusters": .array(clusters), "failures": .array(failures)]
    }

    func listClusters(_ input: ListNamesInput) throws(ECSError) -> JSONValue {
        try page("clusterArns", configuration.clusters.map(clusterARN), input)
    }

    func listTaskDefinitionFamilies(_ input: ListNamesInput) throws(ECSError) -> JSONValue {
        try page(
            "families", definitions.keys.filter { $0.hasPrefix(input.familyPrefix ?? "") }.sorted(), input)
    }

    private func page(
        _ member: String, _ names: [String], _ input: ListNamesInput
    ) throws(ECSError) -> JSONValue {
        let size = input.maxResults ?? 100
        guard (1...100).contains(size) else { throw .invalidParameter("maxResults must be between 1 and 100.") }
        let start = try input.nextToken.map { token throws(ECSError) in try ordinal(of: token) + 1 } ?? 0
        let page = names.dropFirst(start).prefix(size)
        let last = start + page.count - 1
        return .members([
            member: .array(page.map(JSONValue.string)),
            "nextToken": last + 1 < names.count ? .string(token(after: last)) : nil,
        ])
    }

    private func description(of cluster: String) -> JSONValue {
        let live = tasks.values.filter { $0.cluster == cluster && $0.isLive }
        let running = live.filter { $0.status == .running || $0.status == .stopping }.count
        let pending = live.filter { $0.status == .provisioning || $0.status == .pending }.count
        return [
            "clusterArn": .string(clusterARN(cluster)), "clusterName": .string(cluster), "status": "ACTIVE",
            "registeredContainerInstancesCount": 0, "runningTasksCount": .integer(running),
            "pendingTasksCount": .integer(pending), "activeServicesCount": 0, "statistics": [], "tags": [],
            "settings": [],
            "capacityProviders": .array(configuration.capacityProviders.map(JSONValue.string)),
            "defaultCapacityProviderStrategy": [],
        ]
    }
}

extension AgentTask {
    fileprivate func matches(_ input: ListTasksInput, cluster: String) -> Bool {
        self.cluster == cluster
            && (input.family == nil || input.family == definition.family)
            && (input.startedBy == nil || input.startedBy == self.input.startedBy)
            && (input.launchType == nil || input.launchType == launchType)
            && input.serviceName == nil && input.containerInstance == nil
    }
}
