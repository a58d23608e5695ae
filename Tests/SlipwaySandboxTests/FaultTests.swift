import AsyncHTTPClient
import NIOHTTP1
import Testing

@testable import SlipwaySandbox

@Suite struct FaultTests {
    @Test("A fault befalls the n-th call of its operation, and no other")
    func nthCall() async throws {
        try await withSandbox(.instant(), clock: ManualClock()) { sandbox, endpoints in
            let ecs = RawECS(sandbox, endpoints)
            sandbox.faults.add(.init(operation: "RunTask", occurrences: 2...3, action: .throttle))
            var codes: [String?] = []
            for _ in 0..<4 {
                codes.append(try await ecs.runTask().code)
                #expect(try await ecs.call("ListTasks", ["cluster": "build-agents"]).status == 200)
            }
            #expect(codes == [nil, "ThrottlingException", "ThrottlingException", nil])
            #expect(sandbox.faults.calls(of: .runTask) == 4)
        }
    }

    @Test("Calls are counted from when the fault was added, and by subject when one is given")
    func counting() async throws {
        try await withSandbox(.instant(), clock: ManualClock()) { sandbox, endpoints in
            let azure = RawAzure(sandbox, endpoints)
            _ = try await azure.call(.GET, "_apis/distributedtask/pools")
            sandbox.faults.add(
                .init(
                    operation: .listPools, occurrences: 1...1, subject: "poolName=ecs",
                    action: .answer(status: 503, headers: ["Retry-After": "7"], body: "busy")
                )
            )
            #expect(try await azure.call(.GET, "_apis/distributedtask/pools?poolName=other").status == 200)
            let busy = try await azure.call(.GET, "_apis/distributedtask/pools?poolName=ecs-linux")
            #expect(busy.status == 503)
            #expect(busy.text == "busy")
            #expect(busy.headers.first(name: "Retry-After") == "7")
            #expect(try await azure.call(.GET, "_apis/distributedtask/pools?poolName=ecs-linux").status == 200)
        }
    }

    @Test("A throttle of Azure DevOps is a 429 with its headers; a mere warning is a good answer with headers")
    func rateLimit() async throws {
        try await withSandbox(.instant(), clock: ManualClock()) { sandbox, endpoints in
            let azure = RawAzure(sandbox, endpoints)
            sandbox.faults.add(.init(operation: .listAgents, occurrences: 1...1, action: .throttle))
            sandbox.faults.add(
                .init(operation: .listAgents, occurrences: 2...2, action: .addHeaders(["Retry-After": "5"]))
            )
            let refused = try await azure.call(.GET, "_apis/distributedtask/pools/44/agents")
            #expect(refused.status == 429)
            #expect(refused.json["message"]?.string?.contains("TF400733") == true)
            #expect(refused.headers.first(name: "Retry-After") == "30")
            #expect(refused.headers.first(name: "X-RateLimit-Remaining") == "0")
            let warned = try await azure.call(.GET, "_apis/distributedtask/pools/44/agents")
            #expect(warned.status == 200)
            #expect(warned.headers.first(name: "Retry-After") == "5")
            #expect(warned.list.count == 1)
        }
    }

    @Test("A dropped connection leaves nothing done, a lost answer leaves the work done")
    func connections() async throws {
        var configuration = SandboxConfiguration.instant()
        configuration.simulatesContainers = false
        try await withSandbox(configuration, clock: ManualClock()) { sandbox, endpoints in
            let ecs = RawECS(sandbox, endpoints)
            sandbox.faults.add(.init(operation: .runTask, occurrences: 1...1, action: .drop))
            sandbox.faults.add(.init(operation: .runTask, occurrences: 2...2, action: .loseAnswer))
            await #expect(throws: (any Error).self) { try await ecs.runTask(["clientToken": "launch-1"]) }
            #expect(sandbox.agentTasks.isEmpty)
            await #expect(throws: (any Error).self) { try await ecs.runTask(["clientToken": "launch-1"]) }
            #expect(sandbox.agentTasks.count == 1)
            let third = try await ecs.runTask(["clientToken": "launch-1"])
            #expect(third.taskARNs == sandbox.agentTasks.map(\.arn))
        }
    }

    @Test("A call that hangs ends at its bound by the clock; a delayed one is answered then")
    func waiting() async throws {
        let clock = ManualClock()
        try await withSandbox(.instant(), clock: clock) { sandbox, endpoints in
            let azure = RawAzure(sandbox, endpoints)
            sandbox.faults.add(.init(operation: .listPools, occurrences: 1...1, action: .hang(upTo: .seconds(300))))
            sandbox.faults.add(.init(operation: .getPool, occurrences: 1...1, action: .delay(.seconds(20))))
            async let hanging = try? azure.call(.GET, "_apis/distributedtask/pools").status
            async let delayed = azure.call(.GET, "_apis/distributedtask/pools/44")
            try await sandbox.wait(for: "both calls") {
                $0.faults.calls(of: .listPools) == 1 && $0.faults.calls(of: .getPool) == 1
            }
            try await clock.advance(by: .seconds(20))
            #expect(try await delayed.status == 200)
            try await clock.advance(by: .seconds(280))
            #expect(await hanging == nil)
        }
    }
}
