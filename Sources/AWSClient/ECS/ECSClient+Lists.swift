/// What there is to choose from. Each reads pages up to a limit.
extension ECSClient {
    /// ARNs of clusters, in the service's order; at most `limit` of them.
    public func listClusters(limit: Int) async throws -> [String] {
        try await pages("ListClusters", limit: limit) { token in
            let page = try await self.client.json(
                .ecs("ListClusters", ListClustersInput(nextToken: token)), as: ClustersPage.self)
            return (page.clusterArns ?? [], page.nextToken)
        }
    }

    /// Families that have an active revision, in the service's order; at most `limit` of them.
    public func listTaskDefinitionFamilies(limit: Int) async throws -> [String] {
        try await pages("ListTaskDefinitionFamilies", limit: limit) { token in
            let page = try await self.client.json(
                .ecs("ListTaskDefinitionFamilies", ListFamiliesInput(nextToken: token)), as: FamiliesPage.self)
            return (page.families ?? [], page.nextToken)
        }
    }

    private func pages(
        _ operation: String, limit: Int, _ read: (_ token: String?) async throws -> (names: [String], next: String?)
    ) async throws -> [String] {
        var names: [String] = []
        var token: String?
        var seen: Set<String> = []
        repeat {
            let page = try await read(token)
            names += page.names.prefix(limit - names.count)
            token = page.next.flatMap { $0.isEmpty ? nil : $0 }
            // A page may be empty and lead to another, but not to one that was there.
            if let token, !seen.insert(token).inserted || seen.count > Self.listTasksPagesMaximum {
                throw AWSError(
                    .malformedResponse, .permanent, message: "\(operation) gives pages without end.",
                    advice: "Check what answers at the endpoint.", service: AWSService.ecs.name, operation: operation)
            }
        } while token != nil && names.count < limit
        return names
    }
}

private struct ListClustersInput: Encodable {
    var maxResults = 100
    var nextToken: String?
}

private struct ClustersPage: Decodable, Sendable {
    var clusterArns: [String]?
    var nextToken: String?
}

private struct ListFamiliesInput: Encodable {
    var maxResults = 100
    var nextToken: String?
    var status = "ACTIVE"
}

private struct FamiliesPage: Decodable, Sendable {
    var families: [String]?
    var nextToken: String?
}
