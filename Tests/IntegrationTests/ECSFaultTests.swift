import SlipwayCore
import SlipwaySandbox
import Testing

/// ECS misbehaves for a while: each job gets its agent all the same, and none gets two.
@Suite(.serialized, .timeLimit(.minutes(5))) struct ECSFaultTests {
    static let faults: [(name: String, action: Fault.Action)] = [
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

    @Test(arguments: faults.indices)
    func runTaskAnswersBadlyForAWhile(index: Int) async throws {
        let fault = Self.faults[index]
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
