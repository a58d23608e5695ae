import SlipwayCore
import SlipwayEngine
import SlipwaySandbox
import Testing

/// Azure DevOps misbehaves for a while: the product says so, and recovers by itself when it is over.
@Suite(.serialized, .timeLimit(.minutes(5))) struct AzureDevOpsFaultTests {
    /// What Azure DevOps does, and what the pool's problem says of it.
    static let faults: [(name: String, word: String, action: Fault.Action)] = [
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

    @Test(arguments: faults.indices)
    func azureDevOpsAnswersBadlyForAWhile(index: Int) async throws {
        let fault = Self.faults[index]
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
}
