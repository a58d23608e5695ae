import Crypto
import Foundation

/// One ECS task of the simulated cluster.
struct AgentTask: Sendable {
    enum Status: String, Sendable {
        case provisioning = "PROVISIONING"
        case pending = "PENDING"
        case running = "RUNNING"
        case stopping = "STOPPING"
        case deprovisioning = "DEPROVISIONING"
        case stopped = "STOPPED"
    }

    /// Why it stops. The first cause stays.
    struct Stop: Sendable {
        var code: String
        var reason: String

        static let exited = Stop(code: "EssentialContainerExited", reason: "Essential container in task exited")
        static func byUser(_ reason: String?) -> Stop {
            Stop(code: "UserInitiated", reason: reason ?? "Task stopped by user")
        }
        static func failedToStart(_ reason: String) -> Stop { Stop(code: "TaskFailedToStart", reason: reason) }
        static let spotWarning = Stop(code: "TerminationNotice", reason: "Your Spot Task was interrupted.")
        static let spot = Stop(code: "SpotInterruption", reason: "Your Spot Task was interrupted.")
    }

    let id: String
    let arn: String
    let ordinal: Int
    let cluster: String
    let definition: TaskDefinition
    let input: RunTaskInput
    let launchType: String?
    let capacityProvider: String?
    let behaviour: ContainerBehaviour
    let interfaceID: String
    let address: String
    let createdAt: Date
    let visibleAt: Date

    var status = Status.provisioning { didSet { version += 1 } }
    var isToStop = false { didSet { version += 1 } }
    var tags: [Tag]
    var version = 1
    var pullStartedAt: Date?
    var pullStoppedAt: Date?
    var startedAt: Date?
    var stoppingAt: Date?
    var executionStoppedAt: Date?
    var stoppedAt: Date?
    var stop: Stop?
    var exitCode: Int?
    var exitReason: String?

    var isLive: Bool { status != .stopped }

    /// The one container that matters: the definition's first essential one.
    var container: TaskDefinition.Container {
        definition.containers.first(where: \.isEssential) ?? definition.containers[0]
    }

    /// What the container sees, before secrets: the definition's variables under the override's.
    var environment: [String: String] {
        var environment = container.environment
        for override in input.overrides?.containerOverrides ?? [] where override.name == container.name {
            for variable in override.environment ?? [] {
                if let name = variable.name { environment[name] = variable.value ?? "" }
            }
        }
        return environment
    }
}

extension AgentTask {
    /// As the API shows it. Tags only when asked for.
    func output(clusterARN: String, includesTags: Bool) -> TaskOutput {
        TaskOutput(
            taskArn: arn, clusterArn: clusterARN, taskDefinitionArn: definition.arn, lastStatus: status.rawValue,
            desiredStatus: isToStop ? "STOPPED" : "RUNNING", group: input.group ?? "family:\(definition.family)",
            startedBy: input.startedBy, launchType: launchType, capacityProviderName: capacityProvider,
            platformVersion: input.platformVersion.map { $0 == "LATEST" ? "1.4.0" : $0 } ?? "1.4.0",
            platformFamily: "Linux",
            cpu: input.overrides?.cpu ?? definition.cpu, memory: input.overrides?.memory ?? definition.memory,
            availabilityZone: arn.split(separator: ":")[3] + "a",
            attributes: [.init(name: "ecs.cpu-architecture", value: "x86_64")],
            ephemeralStorage: .init(sizeInGiB: ephemeralStorageGiB),
            attachments: [attachment], containers: containers(clusterARN),
            overrides: input.overrides ?? TaskOverride(containerOverrides: []),
            connectivity: startedAt == nil ? nil : "CONNECTED", connectivityAt: pullStartedAt.map(Timestamp.seconds),
            createdAt: Timestamp.seconds(createdAt), pullStartedAt: pullStartedAt.map(Timestamp.seconds),
            pullStoppedAt: pullStoppedAt.map(Timestamp.seconds), startedAt: startedAt.map(Timestamp.seconds),
            stoppingAt: stoppingAt.map(Timestamp.seconds),
            executionStoppedAt: executionStoppedAt.map(Timestamp.seconds),
            stoppedAt: stoppedAt.map(Timestamp.seconds), stopCode: stop?.code, stoppedReason: stop?.reason,
            tags: includesTags ? tags : nil, version: version,
            enableExecuteCommand: input.enableExecuteCommand ?? false,
            healthStatus: "UNKNOWN"
        )
    }

    /// What an idempotent answer shows of a task that has stopped.
    var replayedWhenStopped: TaskOutput {
        TaskOutput(taskArn: arn, lastStatus: status.rawValue, desiredStatus: "STOPPED")
    }

    private var attachment: TaskOutput.Attachment {
        let state =
            switch status {
            case .provisioning: "PRECREATED"
            case .pending, .running, .stopping: "ATTACHED"
            case .deprovisioning: "DETACHING"
            case .stopped: "DELETED"
            }
        let subnet = input.networkConfiguration?.awsvpcConfiguration?.subnets?.first ?? ""
        var details = [TaskOutput.Attachment.Detail(name: "subnetId", value: subnet)]
        if status != .provisioning {
            details.append(.init(name: "networkInterfaceId", value: interfaceID))
            details.append(.init(name: "privateIPv4Address", value: address))
        }
        return .init(id: id, status: state, details: details)
    }

    private func containers(_ clusterARN: String) -> [TaskOutput.Container] {
        let prefix = clusterARN.replacing(":cluster/", with: ":container/")
        return definition.containers.map { container in
            let isMain = container.name == self.container.name
            return TaskOutput.Container(
                containerArn: "\(prefix)/\(id)/\(interfaceID.suffix(8))-\(container.name)", taskArn: arn,
                name: container.name,
                image: container.image, imageDigest: pullStoppedAt == nil ? nil : Self.digest(of: container.image),
                runtimeId: startedAt == nil ? nil : "\(id)-\(interfaceID.suffix(8))",
                lastStatus: containerStatus, exitCode: isMain ? exitCode : nil, reason: isMain ? exitReason : nil,
                networkInterfaces: status == .provisioning
                    ? [] : [.init(attachmentId: id, privateIpv4Address: address)],
                cpu: "0"
            )
        }
    }

    private var ephemeralStorageGiB: Int {
        if case .integer(let size)? = input.overrides?.ephemeralStorage?["sizeInGiB"] { return size }
        if case .integer(let size)? = definition.document["ephemeralStorage"]?["sizeInGiB"] { return size }
        return 20
    }

    /// Any digest would do, so long as an image has always the same one.
    private static func digest(of image: String?) -> String? {
        image.map { "sha256:" + Hex.encode(SHA256.hash(data: Data($0.utf8))) }
    }

    private var containerStatus: String {
        switch status {
        case .provisioning, .pending: "PENDING"
        case .running, .stopping: executionStoppedAt == nil ? "RUNNING" : "STOPPED"
        case .deprovisioning, .stopped: "STOPPED"
        }
    }
}
