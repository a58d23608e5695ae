public import Foundation

/// The stages, jobs and steps of a run.
public struct BuildTimeline: Sendable, Equatable, Decodable {
    public var id: String?
    public var records: [TimelineRecord]

    enum CodingKeys: CodingKey { case id, records }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        id = container.tolerantGUID(.id)
        records = try container.decodeIfPresent([TimelineRecord].self, forKey: .records) ?? []
    }
}

/// One line of a timeline.
public struct TimelineRecord: Sendable, Equatable, Decodable {
    /// Of a record of type `Job`: the job's identifier, as in its job request.
    public var id: String
    public var parentID: String?
    /// `Stage`, `Phase`, `Job`, `Task` or another.
    public var type: String?
    public var name: String?
    /// The same for all attempts.
    public var identifier: String?
    public var attempt: Int?
    /// `pending`, `inProgress` or `completed`.
    public var state: String?
    public var result: String?
    public var startTime: Date?
    public var finishTime: Date?
    /// The agent.
    public var workerName: String?
    public var queueID: Int?
    public var order: Int?
    /// What the record was called in earlier attempts.
    public var previousAttemptIDs: [String]

    enum CodingKeys: String, CodingKey {
        case id, type, name, identifier, attempt, state, result, startTime, finishTime, workerName, order,
            previousAttempts
        case parentID = "parentId"
        case queueID = "queueId"
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        id = try container.decode(String.self, forKey: .id).lowercased()
        parentID = container.tolerantGUID(.parentID)
        type = container.tolerant(String.self, .type)
        name = container.tolerant(String.self, .name)
        identifier = container.tolerant(String.self, .identifier)
        attempt = container.tolerant(Int.self, .attempt)
        state = container.tolerant(String.self, .state)
        result = container.tolerant(String.self, .result)
        startTime = container.tolerantDate(.startTime)
        finishTime = container.tolerantDate(.finishTime)
        workerName = container.tolerant(String.self, .workerName)
        queueID = container.tolerant(Int.self, .queueID)
        order = container.tolerant(Int.self, .order)
        let attempts = container.tolerant([PreviousAttempt].self, .previousAttempts) ?? []
        previousAttemptIDs = attempts.compactMap { $0.recordId?.lowercased() }
    }
}

private struct PreviousAttempt: Decodable, Sendable {
    var recordId: String?
}
