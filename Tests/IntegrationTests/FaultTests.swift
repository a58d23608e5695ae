import SlipwayCore
import SlipwayEngine
import SlipwaySandbox
import Testing

/// One service misbehaves for a while: the product recovers by itself, and nothing is lost, doubled or left.
@Suite(.serialized, .timeLimit(.minutes(5))) struct FaultTests {
    @Test func withoutAnyHookEveryJobRuns() async throws {
        try await Product.with { product in
            try product.queue(.job("a"), .job("b"), .job("c"))
            try await product.expectTheEnd()
            #expect(try await product.launches().allSatisfy { $0.outcome?.kind == .ran })
        }
    }

    @Test func thirtyJobsAtOnceGetThirtyAgents() async throws {
        try await Product.with { product in
            _ = try product.sandbox.queue(QueuedRun(jobs: (1...30).map { .job("job\($0)", seconds: 60) }))
            try await product.expectTheEnd()
            #expect(Set(product.sandbox.jobs.compactMap(\.agentName)).count == 30)
        }
    }

    /// What Azure DevOps does, and what the pool's problem says of it.
    static let azureFaults: [(name: String, word: String, action: Fault.Action)] = [
        (
            "401", "HTTP 401",
            .answer(
                status: 401, body: #"{"message":"TF400813: not authorized","typeKey":"UnauthorizedRequestException"}"#)
        ),
        (
            "403", "HTTP 403",
            .answer(status: 403, body: #"{"message":"Access denied","typeKey":"AccessDeniedException"}"#)
        ),
        ("429", "HTTP 429", .answer(status: 429, headers: ["Retry-After": "1"], body: "{}")),
        ("500", "HTTP 500", .answer(status: 500, body: "{}")),
        ("503", "HTTP 503", .answer(status: 503)),
        (
            "a sign-in page", "web page",
            .answer(status: 200, headers: ["Content-Type": "text/html"], body: "<html><title>Sign in</title></html>")
        ),
        ("garbage", "can't be read", .answer(status: 200, body: "\u{1}\u{2}garbage")),
        ("truncated JSON", "can't be read", .answer(status: 200, body: #"{"count":2,"value":[{"requestId":1"#)),
        ("a list that is cut", "can't be read", .answer(status: 200, body: #"{"count":7,"value":[]}"#)),
        ("silence", "No answer within", .hang(upTo: .seconds(400))),
        ("a dropped connection", "The connection failed", .drop),
    ]

    @Test(arguments: azureFaults.indices)
    func azureDevOpsAnswersBadlyForAWhile(index: Int) async throws {
        let fault = Self.azureFaults[index]
        try await Product.with { product in
            product.sandbox.faults.add(Fault(operation: .listJobRequests, action: fault.action))
            product.sandbox.behaviours.add(.leavesRegistration, launches: 1...1)
            try product.queue(.job())
            try await product.sandbox.wait(for: "word of \(fault.name)", within: Product.patience) { _ in
                product.engine.problem(ofPool: "ecs-linux")?.contains(fault.word) == true
            }
            #expect(product.sandbox.agentTasks.isEmpty)
            product.sandbox.faults.removeAll()
            for operation in [SandboxOperation.listAgents, .deleteAgent] {
                product.sandbox.faults.add(Fault(operation: operation, occurrences: 1...1, action: fault.action))
            }
            try await product.expectTheEnd()
            #expect(product.sandbox.faults.calls(of: .deleteAgent) >= 2)
            try await product.sandbox.wait(for: "\(fault.name) to be over", within: Product.patience) { _ in
                product.engine.problem(ofPool: "ecs-linux") == nil
            }
        }
    }

    static let ecsFaults: [(name: String, action: Fault.Action)] = [
        ("a throttle", .throttle), ("a lost answer", .loseAnswer), ("a dropped connection", .drop),
        ("silence", .hang(upTo: .seconds(400))), ("500", .answer(status: 500, body: #"{"__type":"ServerException"}"#)),
        (
            "an HTML page",
            .answer(status: 502, headers: ["Content-Type": "text/html"], body: "<html>Bad gateway</html>")
        ),
        ("no capacity", .refuse(reason: "Capacity is unavailable at this time. Please try again later")),
        (
            "a throttle in disguise",
            .answer(
                status: 400,
                body:
                    #"{"__type":"InvalidParameterException","message":"Error retrieving subnet information for [subnet-a]: Rate exceeded (ErrorCode: Throttling)"}"#
            )
        ),
        ("an expired token", .answer(status: 400, body: #"{"__type":"ExpiredTokenException","message":"expired"}"#)),
    ]

    @Test(arguments: ecsFaults.indices)
    func runTaskAnswersBadlyForAWhile(index: Int) async throws {
        let fault = Self.ecsFaults[index]
        try await Product.with { product in
            product.sandbox.faults.add(Fault(operation: .runTask, occurrences: 1...2, action: fault.action))
            product.sandbox.faults.add(Fault(operation: .describeTasks, occurrences: 2...3, action: .drop))
            try product.queue(.job("a"), .job("b"))
            try await product.expectTheEnd()
            #expect(product.sandbox.agentTasks.count == 2, "\(fault.name)")
        }
    }

    @Test func withoutRoomOnSpotTheNextRungTakesIt() async throws {
        try await Product.with { product in
            product.sandbox.faults.add(
                Fault(operation: .runTask, occurrences: 1...1, action: .refuse(reason: "RESOURCE:FARGATE")))
            try product.queue(.job())
            try await product.expectTheEnd()
            #expect(try await product.launches().first?.placement == "FARGATE")
        }
    }

    @Test func aDeniedRunTaskEndsWithItsReasonAndIsNotRepeatedForEver() async throws {
        try await Product.with(profiles: [Product.profile(replacements: 1)]) { product in
            let denied =
                #"{"__type":"AccessDeniedException","message":"User is not authorized to perform: iam:PassRole"}"#
            product.sandbox.faults.add(Fault(operation: .runTask, action: .answer(status: 400, body: denied)))
            let run = try product.queue(.job())
            try await product.sandbox.wait(for: "the refusal", within: Product.patience) { _ in
                try await product.records().contains {
                    $0.kind == "decision.refuse" && $0.facts.contains("iam:PassRole")
                }
            }
            #expect(try await product.launches().count == 2)
            #expect(product.sandbox.agentTasks.isEmpty)
            try product.sandbox.cancel(run: run)
        }
    }
}
