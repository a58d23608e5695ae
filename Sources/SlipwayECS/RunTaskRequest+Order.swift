internal import AWSClient
internal import SlipwayCore

extension RunTaskRequest {
    /// The call that an order stands for. Equal orders give equal bytes.
    init(_ order: AgentTaskOrder, cluster: String) throws {
        let capacity: Capacity =
            switch order.placement.capacity {
            case .launchType(let type): .launchType(LaunchType(rawValue: type))
            case .capacityProvider(let name): .providers([CapacityProviderStrategyItem(capacityProvider: name)])
            }
        self.init(
            cluster: cluster, taskDefinition: order.taskDefinition, clientToken: try ClientToken(order.clientToken),
            capacity: capacity)
        if !order.placement.subnets.isEmpty {
            network = NetworkConfiguration(
                subnets: order.placement.subnets, securityGroups: order.placement.securityGroups,
                assignsPublicIP: order.placement.assignPublicIP)
        }
        platformVersion = order.placement.platformVersion
        overrides = Self.overrides(order)
        startedBy = order.startedBy
        tags = order.tags.map { ECSTag.fitting(key: $0.name, value: $0.value) }
        propagatesTaskDefinitionTags = true
        enablesECSManagedTags = true
    }

    private static func overrides(_ order: AgentTaskOrder) -> TaskOverride {
        let environment = Dictionary(
            order.environment.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
        var overrides = TaskOverride(
            containers: [ContainerOverride(name: order.container, environment: environment)], cpuUnits: order.cpu,
            memoryMiB: order.memory)
        overrides.ephemeralStorageGiB = order.ephemeralStorageGiB
        return overrides
    }
}
