/// What a pipeline run is of: who queued it, and which commit it builds. People by the id of their identity, never by name:
/// the ledger can't forget.
public struct RunFacts: Hashable, Codable, Sendable {
    /// The identity that the run is for, and the one that queued it: of a run that a push started, a service.
    public var requestedFor: String?
    public var requestedBy: String?
    /// `manual`, `individualCI`, `pullRequest`, `schedule`, ….
    public var cause: String?
    public var repository: String?
    public var branch: String?
    public var commit: String?
    public var queuedAt: Timestamp?
    public var projectName: String?

    public init(
        requestedFor: String? = nil, requestedBy: String? = nil, cause: String? = nil, repository: String? = nil,
        branch: String? = nil, commit: String? = nil, queuedAt: Timestamp? = nil, projectName: String? = nil
    ) {
        self.requestedFor = requestedFor
        self.requestedBy = requestedBy
        self.cause = cause
        self.repository = repository
        self.branch = branch
        self.commit = commit
        self.queuedAt = queuedAt
        self.projectName = projectName
    }

    func tell(_ facts: inout LedgerFacts) {
        facts.set("requestedFor", requestedFor, ifChangedFrom: nil)
        facts.set("requestedBy", requestedBy, ifChangedFrom: nil)
        facts.set("cause", cause, ifChangedFrom: nil)
        facts.set("repository", repository, ifChangedFrom: nil)
        facts.set("branch", branch, ifChangedFrom: nil)
        facts.set("commit", commit, ifChangedFrom: nil)
        facts.set("queuedAt", queuedAt?.description, ifChangedFrom: nil)
        facts.set("projectName", projectName, ifChangedFrom: nil)
    }
}
