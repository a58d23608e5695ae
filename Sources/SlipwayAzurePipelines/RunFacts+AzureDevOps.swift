internal import AzureDevOps
internal import SlipwayCore

extension RunFacts {
    /// What the service sends is cut: it goes into the ledger.
    init(_ build: Build) {
        self.init(
            requestedFor: Self.cut(build.requestedForID), requestedBy: Self.cut(build.requestedByID),
            cause: Self.cut(build.reason), repository: Self.cut(build.repositoryName),
            branch: Self.cut(build.sourceBranch), commit: Self.cut(build.sourceVersion),
            queuedAt: SlipwayCore.Timestamp(build.queueTime), projectName: Self.cut(build.projectName))
    }

    private static func cut(_ text: String?) -> String? { text.map { String($0.prefix(400)) } }
}
