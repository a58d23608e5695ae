/// A field of a delivery that Slipway reads, by its path. Everything else in a payload is checked and dropped, above all
/// the people in it: names, e-mail addresses, commit messages and template parameters have no path here.
///
/// Sources: the documentation samples and the published captures in `webhooks/samples`.
enum DeliveryField: Int, CaseIterable {
    // The envelope
    case id, subscriptionID, notificationID, eventType, eventID, publisherID, resourceVersion, createdDate, accountID,
        accountBaseURL, collectionBaseURL, containerProjectID
    // Jobs, stages and runs
    case projectID, runIDBesideRun, stageNameBesideStage, jobID, jobName, jobAttempt, jobState, jobResult, stageID,
        stageName, stageAttempt, stageState, stageResult, runID, runName, runState, runResult, runURL, runPipelineID,
        runPipelineName, pipelineID, pipelineName, pipelineURL
    // build.complete
    case buildID, buildNumber, buildStatus, buildResult, buildURL, buildProjectID, buildDefinitionID,
        buildDefinitionName, buildPlanID
    // Pools and their queues
    case poolID, poolName, previousSize, newSize, queueID, queueName

    static let count = allCases.count

    var path: String {
        switch self {
        case .id: "id"
        case .subscriptionID: "subscriptionId"
        case .notificationID: "notificationId"
        case .eventType: "eventType"
        // Stands for `eventType` in the documentation's sample of `manualintervention.pending`.
        case .eventID: "eventId"
        case .publisherID: "publisherId"
        case .resourceVersion: "resourceVersion"
        case .createdDate: "createdDate"
        case .accountID: "resourceContainers.account.id"
        case .accountBaseURL: "resourceContainers.account.baseUrl"
        case .collectionBaseURL: "resourceContainers.collection.baseUrl"
        case .containerProjectID: "resourceContainers.project.id"
        case .projectID: "resource.projectId"
        case .runIDBesideRun: "resource.runId"
        case .stageNameBesideStage: "resource.stageName"
        case .jobID: "resource.job.id"
        case .jobName: "resource.job.name"
        case .jobAttempt: "resource.job.attempt"
        case .jobState: "resource.job.state"
        case .jobResult: "resource.job.result"
        case .stageID: "resource.stage.id"
        case .stageName: "resource.stage.name"
        case .stageAttempt: "resource.stage.attempt"
        case .stageState: "resource.stage.state"
        case .stageResult: "resource.stage.result"
        case .runID: "resource.run.id"
        case .runName: "resource.run.name"
        case .runState: "resource.run.state"
        case .runResult: "resource.run.result"
        case .runURL: "resource.run.url"
        case .runPipelineID: "resource.run.pipeline.id"
        case .runPipelineName: "resource.run.pipeline.name"
        case .pipelineID: "resource.pipeline.id"
        case .pipelineName: "resource.pipeline.name"
        case .pipelineURL: "resource.pipeline.url"
        case .buildID: "resource.id"
        case .buildNumber: "resource.buildNumber"
        case .buildStatus: "resource.status"
        case .buildResult: "resource.result"
        case .buildURL: "resource.url"
        case .buildProjectID: "resource.project.id"
        case .buildDefinitionID: "resource.definition.id"
        case .buildDefinitionName: "resource.definition.name"
        case .buildPlanID: "resource.orchestrationPlan.planId"
        case .poolID: "resource.poolId"
        case .poolName: "resource.poolName"
        case .previousSize: "resource.previousSize"
        case .newSize: "resource.newSize"
        case .queueID: "resource.queueId"
        case .queueName: "resource.queueName"
        }
    }
}

/// The paths of ``DeliveryField`` as a tree, which the scanner walks beside the payload.
struct DeliveryFieldTree: Sendable {
    enum Target: Sendable {
        case field(DeliveryField)
        case node(Int)
    }

    struct Node: Sendable {
        let path: String
        var members: [(key: [UInt8], target: Target)] = []
    }

    static let shared = DeliveryFieldTree()
    static let root = 0
    /// Set bits stand for nodes in ``DeliveryFields``.
    static let maximumNodes = UInt64.bitWidth

    private(set) var nodes = [Node(path: "")]

    private init() {
        for field in DeliveryField.allCases {
            let keys = field.path.split(separator: ".")
            var index = Self.root
            for key in keys.dropLast() { index = child(of: index, key: String(key)) }
            nodes[index].members.append((Array((keys.last ?? "").utf8), .field(field)))
        }
        precondition(nodes.count <= Self.maximumNodes, "more objects than bits: widen DeliveryFields.seenNodes")
    }

    private mutating func child(of index: Int, key: String) -> Int {
        for member in nodes[index].members where member.key == Array(key.utf8) {
            if case .node(let existing) = member.target { return existing }
        }
        let path = nodes[index].path.isEmpty ? key : "\(nodes[index].path).\(key)"
        nodes.append(Node(path: path))
        nodes[index].members.append((Array(key.utf8), .node(nodes.count - 1)))
        return nodes.count - 1
    }
}
