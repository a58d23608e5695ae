public import NIOCore

extension ServiceHookEvent {
    /// Decodes the body of a delivery.
    ///
    /// The body is checked in full before anything of it is believed: size, JSON by RFC 8259, UTF-8 and depth. Unknown
    /// fields are ignored and fields of a wrong type read as nil; only the event's type must be there.
    ///
    /// - Throws: ``ServiceHookDecodingError``, whose text may be logged.
    public init(decoding body: ByteBuffer) throws(ServiceHookDecodingError) {
        guard body.readableBytes <= Self.maximumBodyBytes else { throw Self.tooLarge }
        try self.init(decoding: Array(body.readableBytesView))
    }

    /// The same for bytes in an array.
    public init(decoding bytes: [UInt8]) throws(ServiceHookDecodingError) {
        guard bytes.count <= Self.maximumBodyBytes else { throw Self.tooLarge }
        var fields = try DeliveryFields(scanning: bytes, maximumDepth: Self.maximumDepth)
        try self.init(&fields)
    }

    private init(_ fields: inout DeliveryFields) throws(ServiceHookDecodingError) {
        eventType = try Self.eventType(&fields)
        id = fields.identifier(.id)
        subscriptionID = fields.identifier(.subscriptionID)
        notificationID = fields.integer(.notificationID)
        publisherID = fields.string(.publisherID)
        resourceVersion = fields.string(.resourceVersion)
        createdDate = fields.date(.createdDate)
        accountID = fields.identifier(.accountID)
        accountBaseURL = fields.string(.accountBaseURL) ?? fields.string(.collectionBaseURL)
        let resourceProjectID = fields.identifier(.projectID) ?? fields.identifier(.buildProjectID)
        projectID = resourceProjectID ?? fields.identifier(.containerProjectID)
        kind = Self.kind(eventType, &fields)
        isTestSample = resourceProjectID == nil && Self.hasSampleURL(&fields)
        oddities = fields.oddities
    }

    private static func eventType(_ fields: inout DeliveryFields) throws(ServiceHookDecodingError) -> String {
        if let eventType = fields.string(.eventType) { return eventType }
        guard let eventID = fields.string(.eventID) else {
            throw ServiceHookDecodingError(.eventTypeMissing, at: 0, "the body has no eventType that is a short string")
        }
        fields.noteMissing(.eventType)
        return eventID
    }

    private static var tooLarge: ServiceHookDecodingError {
        ServiceHookDecodingError(.tooLarge, at: maximumBodyBytes, "the body is longer than \(maximumBodyBytes) bytes")
    }
}

// MARK: - What the event tells

extension ServiceHookEvent {
    private static func kind(_ eventType: String, _ fields: inout DeliveryFields) -> Kind {
        switch eventType {
        case jobStateChanged: .job(job(&fields))
        case stageStateChanged: .stage(stage(&fields))
        case runStateChanged: .run(run(&fields))
        case buildComplete: .build(build(&fields))
        case elasticPoolResized:
            .pool(pool(.resized(from: fields.integer(.previousSize), to: fields.integer(.newSize)), &fields))
        case queueCreated: .pool(pool(.queueCreated, &fields))
        case queueUpdated: .pool(pool(.queueUpdated, &fields))
        default: .other
        }
    }

    private static func job(_ fields: inout DeliveryFields) -> JobStateChange {
        let state = fields.string(.jobState)
        return JobStateChange(
            run: runReference(&fields),
            jobID: fields.identifier(.jobID),
            jobName: fields.string(.jobName),
            attempt: fields.integer(.jobAttempt),
            state: ReportedState(state),
            stateAsSent: state,
            result: fields.string(.jobResult),
            stageName: fields.string(.stageName),
            stageAttempt: fields.integer(.stageAttempt)
        )
    }

    private static func stage(_ fields: inout DeliveryFields) -> StageStateChange {
        let state = fields.string(.stageState)
        return StageStateChange(
            run: runReference(&fields),
            stageID: fields.identifier(.stageID),
            stageName: fields.string(.stageName) ?? fields.string(.stageNameBesideStage),
            attempt: fields.integer(.stageAttempt),
            state: ReportedState(state),
            stateAsSent: state,
            result: fields.string(.stageResult)
        )
    }

    private static func run(_ fields: inout DeliveryFields) -> RunStateChange {
        let state = fields.string(.runState)
        return RunStateChange(
            run: runReference(&fields),
            state: ReportedState(state),
            stateAsSent: state,
            result: fields.string(.runResult)
        )
    }

    private static func build(_ fields: inout DeliveryFields) -> BuildCompletion {
        BuildCompletion(
            run: RunReference(
                id: fields.integer(.buildID),
                name: fields.string(.buildNumber),
                pipelineID: fields.integer(.buildDefinitionID),
                pipelineName: fields.string(.buildDefinitionName)
            ),
            result: fields.string(.buildResult) ?? fields.string(.buildStatus),
            planID: fields.identifier(.buildPlanID)
        )
    }

    private static func pool(_ change: PoolChange.Change, _ fields: inout DeliveryFields) -> PoolChange {
        PoolChange(
            change: change,
            poolID: fields.integer(.poolID),
            poolName: fields.string(.poolName),
            queueID: fields.integer(.queueID),
            queueName: fields.string(.queueName)
        )
    }

    private static func runReference(_ fields: inout DeliveryFields) -> RunReference {
        RunReference(
            id: fields.integer(.runID) ?? fields.integer(.runIDBesideRun),
            name: fields.string(.runName),
            pipelineID: fields.integer(.pipelineID) ?? fields.integer(.runPipelineID),
            pipelineName: fields.string(.pipelineName) ?? fields.string(.runPipelineName)
        )
    }
}

// MARK: - The test sample

extension ServiceHookEvent {
    /// The canned bodies point at hosts and organizations that Microsoft's documentation made up, and name no project in
    /// their resource. Both together are asked for, since somebody may call a real organization by such a name.
    private static func hasSampleURL(_ fields: inout DeliveryFields) -> Bool {
        for field in [DeliveryField.pipelineURL, .runURL, .buildURL] {
            guard let url = fields.string(field)?.lowercased() else { continue }
            if sampleURLPrefixes.contains(where: url.hasPrefix) { return true }
        }
        return false
    }

    private static let sampleURLPrefixes = [
        "https://codedev.ms/", "https://dev.azure.com/fabrikam-fiber-inc/", "https://dev.azure.com/fabrikamfiber/",
        "https://fabrikam-fiber-inc.visualstudio.com/",
    ]
}
