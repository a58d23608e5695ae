/// What launches have used, added up from what is stored.
public protocol UsagePort: Sendable {
    /// Of the launches made from `start` on and before `end`, grouped.
    func usage(
        by dimension: CostDimension, from start: Timestamp, to end: Timestamp
    ) async throws(StoreError) -> [UsageGroup]
}

/// The projects of the organization.
public protocol ProjectPort: Sendable {
    /// The id of a project, by its name or id; nil where there is none.
    func projectID(of nameOrID: String) async throws(PortError) -> String?
}
