/// The stages and jobs of a pipeline run, as far as the rules need them.
public struct RunTimeline: Hashable, Sendable {
    public struct Record: Hashable, Sendable {
        public enum Kind: Hashable, Sendable {
            case stage, job, other
        }

        public var id: String
        public var parent: String?
        public var kind: Kind
        /// Of a stage: its name in the YAML. For a person otherwise.
        public var name: String
        /// From 1.
        public var attempt: Int
        public var isCompleted: Bool
        /// The service's word: `succeeded`, `failed`, `canceled`, …
        public var result: String?
        /// What it was called in earlier attempts.
        public var previousIDs: [String]

        public init(
            id: String, parent: String? = nil, kind: Kind, name: String, attempt: Int = 1, isCompleted: Bool,
            result: String? = nil, previousIDs: [String] = []
        ) {
            self.id = id
            self.parent = parent
            self.kind = kind
            self.name = name
            self.attempt = attempt
            self.isCompleted = isCompleted
            self.result = result
            self.previousIDs = previousIDs
        }
    }

    /// By identifier, those of earlier attempts among them.
    private let records: [String: Record]

    public init(_ records: [Record]) {
        var known = Dictionary(records.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        for record in records {
            for id in record.previousIDs where known[id] == nil { known[id] = record }
        }
        self.records = known
    }

    /// The stage of a job; nil where the timeline doesn't tell. Parents that go round in a circle end nowhere.
    func stage(of job: String) -> Record? {
        var next = records[job]
        for _ in 0..<Self.maximumDepth {
            guard let record = next else { return nil }
            if record.kind == .stage { return record }
            next = record.parent.flatMap { records[$0] }
        }
        return nil
    }

    func jobs(of stage: Record) -> [Record] {
        Set(records.values).filter { $0.kind == .job && self.stage(of: $0.id)?.id == stage.id }.sorted { $0.id < $1.id }
    }

    /// Stage, phase, job: the service's own is three.
    private static let maximumDepth = 8
}
