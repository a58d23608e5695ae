/// What callers send about a plan. All of it is bounded.
enum PlanBodies {
    static let maximumLines = 1_000
    static let maximumLineCharacters = 64 * 1024
    static let maximumRecords = 100
    static let maximumIssues = 100
    static let maximumVariables = 100
    static let maximumVariableCharacters = 32 * 1024
    /// Of a message, an operation, a path or a name.
    static let maximumTextCharacters = 4_096

    struct Event: Decodable, Sendable {
        var name: String
        var jobId: String
        var taskId: String?
        var result: String?
        var agentShuttingDown: Bool?
    }

    struct Feed: Decodable, Sendable {
        var value: [String]
        var count: Int?
    }

    struct Log: Decodable, Sendable {
        var path: String
    }

    struct Records: Decodable, Sendable {
        var value: [Record]
        var count: Int?
    }

    /// Members that are left out change nothing.
    struct Record: Decodable, Sendable {
        struct Issue: Decodable, Sendable {
            var type: String
            var message: String
            var category: String?
        }

        struct Variable: Decodable, Sendable {
            var value: String
            var isSecret: Bool?
        }

        struct Log: Decodable, Sendable {
            var id: Int
        }

        var id: String
        var percentComplete: Int?
        var currentOperation: String?
        var issues: [Issue]?
        var variables: [String: Variable]?
        var log: Log?
    }
}

extension PlanBodies.Feed {
    func check() throws(AzureDevOpsError) {
        guard value.count <= PlanBodies.maximumLines, count == nil || count == value.count else {
            throw .invalid("A feed has at most \(PlanBodies.maximumLines) lines, and count tells how many.")
        }
        guard value.allSatisfy({ $0.utf8.count <= PlanBodies.maximumLineCharacters }) else {
            throw .invalid("A line has at most \(PlanBodies.maximumLineCharacters) bytes.")
        }
    }
}

extension PlanBodies.Records {
    func check() throws(AzureDevOpsError) {
        guard value.count <= PlanBodies.maximumRecords, count == nil || count == value.count else {
            throw .invalid("At most \(PlanBodies.maximumRecords) records, and count tells how many.")
        }
        for record in value { try record.check() }
    }
}

extension PlanBodies.Record {
    fileprivate func check() throws(AzureDevOpsError) {
        guard (0...100).contains(percentComplete ?? 0) else { throw .invalid("percentComplete is 0 to 100.") }
        guard (currentOperation ?? "").utf8.count <= PlanBodies.maximumTextCharacters else {
            throw .invalid("currentOperation is too long.")
        }
        let issues = issues ?? []
        guard issues.count <= PlanBodies.maximumIssues,
            issues.allSatisfy({ ["error", "warning"].contains($0.type.lowercased()) }),
            issues.allSatisfy({ $0.message.utf8.count <= PlanBodies.maximumTextCharacters })
        else { throw .invalid("An issue is an error or a warning, with a message of bounded length.") }
        let variables = variables ?? [:]
        guard variables.count <= PlanBodies.maximumVariables,
            variables.allSatisfy({ name, variable in
                !name.isEmpty && name.utf8.count <= PlanBodies.maximumTextCharacters
                    && variable.value.utf8.count <= PlanBodies.maximumVariableCharacters
            })
        else { throw .invalid("There are too many variables, or one is too long.") }
    }
}
