import AzureDevOps
import Foundation
import Testing

@Suite struct AgentCallTests {
    @Test func agentsAreListedWithWhatIsAskedFor() async throws {
        try await withClient([.fixture("agents")]) { client, server in
            let agents = try await client.agents(
                poolID: 44,
                details: [.capabilities, .assignedRequest, .lastCompletedRequest]
            )
            #expect(
                server.lines == [
                    "GET /fabrikam/_apis/distributedtask/pools/44/agents?includeCapabilities=true&includeAssignedRequest=true"
                        + "&includeLastCompletedRequest=true&api-version=7.1"
                ])
            #expect(agents.map(\.id) == [1755, 4711])
            #expect(agents.map(\.isOnline) == [false, true])
            #expect(agents[0].systemCapabilities?["Agent.Version"] == "99.999.9")
            #expect(agents[0].userCapabilities == ["team": "payments"])
            #expect(agents[0].createdOn == Date(timeIntervalSince1970: 1_767_254_400))
            #expect(agents[0].assignedRequest == nil)
            #expect(agents[1].assignedRequest?.id == 890_664)
            #expect(agents[1].assignedRequest?.isRunning == true)
            #expect(agents[1].enabled == true)
        }
    }

    @Test func agentsAreListedByACapability() async throws {
        try await withClient([.fixture("agents")]) { client, server in
            _ = try await client.agents(poolID: 44, capability: "Slipway.Placeholder", details: .capabilities)
            #expect(
                server.lines == [
                    "GET /fabrikam/_apis/distributedtask/pools/44/agents?demands=Slipway.Placeholder"
                        + "&includeCapabilities=true&api-version=7.1"
                ])
        }
    }

    @Test func anAgentIsFoundByNameAndNoOtherIsBelieved() async throws {
        try await withClient([.fixture("agents"), .fixture("agents")]) { client, server in
            let found = try await client.agents(poolID: 44, name: "ECS-0b7c1a")
            #expect(found.map(\.id) == [4711])
            let notFound = try await client.agents(poolID: 44, name: "ecs")
            #expect(notFound.isEmpty)
            #expect(
                server.lines[0]
                    == "GET /fabrikam/_apis/distributedtask/pools/44/agents?agentName=ECS-0b7c1a&api-version=7.1")
        }
    }

    @Test func oneAgentIsRead() async throws {
        try await withClient([.fixture("agent.created")]) { client, server in
            let agent = try await client.agent(poolID: 44, id: 4711, details: .assignedRequest)
            #expect(agent.name == "ecs-0b7c1a")
            #expect(agent.assignedRequest == nil)
            #expect(
                server.lines == [
                    "GET /fabrikam/_apis/distributedtask/pools/44/agents/4711?includeAssignedRequest=true&api-version=7.1"
                ])
        }
    }

    @Test func anAgentWithAKeyIsRegisteredAsItsOwnSetupWouldDoIt() async throws {
        let registration = AgentRegistration(
            name: "ecs-0b7c1a",
            version: "4.272.0",
            osDescription: "Linux",
            publicKey: .init(modulus: "bW9kdWx1cw=="),
            systemCapabilities: ["Agent.Name": "ecs-0b7c1a", "docker": "/usr/bin/docker"]
        )
        try await withClient([.fixture("agent.created")]) { client, server in
            let agent = try await client.createAgent(poolID: 44, registration)
            #expect(agent.id == 4711)
            #expect(agent.status == "offline")
            #expect(agent.authorization?.clientID == "6f0a7b3e-1111-4222-8333-444455556666")
            #expect(
                agent.authorization?.authorizationURL
                    == "https://authorization-url.from-the-create-agent.response.invalid/path")
            let request = try #require(server.requests.first)
            #expect(request.line == "POST /fabrikam/_apis/distributedtask/pools/44/agents?api-version=7.1")
            #expect(request.header("Content-Type") == "application/json; charset=utf-8")
            #expect(
                request.json
                    == #"{"authorization":{"publicKey":{"exponent":"AQAB","modulus":"bW9kdWx1cw=="}},"#
                    + #""maxParallelism":1,"name":"ecs-0b7c1a","osDescription":"Linux","provisioningState":"Provisioned","#
                    + #""systemCapabilities":{"Agent.Name":"ecs-0b7c1a","docker":"/usr/bin/docker"},"version":"4.272.0"}"#
            )
        }
    }

    @Test func theServerURLOfACreationIsReadInBothForms() async throws {
        let bodies = [
            #"{"id":1,"name":"a","properties":{"ServerUrl":"https://server.example/tfs/Other"}}"#,
            #"{"id":1,"name":"a","properties":{"ServerUrl":{"$type":"System.String","$value":"https://server.example/tfs/Other"}}}"#,
        ]
        try await withClient(bodies.map { .json($0) }) { client, _ in
            for _ in bodies {
                let agent = try await client.agent(poolID: 44, id: 1)
                #expect(agent.serverURL == "https://server.example/tfs/Other")
            }
        }
    }

    @Test func aPlaceholderNeedsNoKey() async throws {
        let registration = AgentRegistration(
            name: "placeholder",
            version: "99.999.9",
            osDescription: "never started",
            enabled: true,
            systemCapabilities: [:],
            userCapabilities: ["arch": "arm64"]
        )
        try await withClient([.fixture("agent.created")]) { client, server in
            _ = try await client.createAgent(poolID: 44, registration)
            #expect(
                server.requests[0].json
                    == #"{"enabled":true,"maxParallelism":1,"name":"placeholder","osDescription":"never started","#
                    + #""provisioningState":"Provisioned","status":"offline","systemCapabilities":{},"#
                    + #""userCapabilities":{"arch":"arm64"},"version":"99.999.9"}"#
            )
        }
    }

    @Test func aNameThatIsTakenIsAConflictAndTheCreationIsNotRepeated() async throws {
        try await withClient([.fixture("error.agent-exists", status: 409)]) { client, server in
            let error = await #expect(throws: AzureDevOpsError.self) {
                try await client.createAgent(
                    poolID: 44,
                    AgentRegistration(name: "ecs-0b7c1a", version: "4.272.0", osDescription: "Linux")
                )
            }
            #expect(error?.code == .conflict)
            #expect(error?.typeKey == "TaskAgentExistsException")
            #expect(error?.httpStatus == 409)
            #expect(server.requests.count == 1)
        }
    }

    @Test func anAgentIsReplacedWithItsIdentifierInTheBody() async throws {
        try await withClient([.fixture("agent.created")]) { client, server in
            _ = try await client.replaceAgent(
                poolID: 44,
                id: 4711,
                with: AgentRegistration(name: "ecs-0b7c1a", version: "4.273.0", osDescription: "Linux")
            )
            #expect(server.lines == ["PUT /fabrikam/_apis/distributedtask/pools/44/agents/4711?api-version=7.1"])
            #expect(server.requests[0].json.hasPrefix(#"{"id":4711,"#))
        }
    }

    @Test func anAgentIsDisabledBeforeItIsStopped() async throws {
        try await withClient([.fixture("agent.created")]) { client, server in
            _ = try await client.setAgentEnabled(false, poolID: 44, id: 4711)
            #expect(server.lines == ["PATCH /fabrikam/_apis/distributedtask/pools/44/agents/4711?api-version=7.1"])
            #expect(server.requests[0].json == #"{"enabled":false,"id":4711}"#)
        }
    }

    @Test func userCapabilitiesAreReplaced() async throws {
        try await withClient([.fixture("agent.created")]) { client, server in
            _ = try await client.replaceUserCapabilities(["slipway.size": "large"], poolID: 44, id: 4711)
            #expect(
                server.lines == [
                    "PUT /fabrikam/_apis/distributedtask/pools/44/agents/4711/usercapabilities?api-version=7.1-preview.1"
                ])
            #expect(server.requests[0].json == #"{"slipway.size":"large"}"#)
        }
    }

    @Test(arguments: [200, 204])
    func aDeletedAgentIsDeleted(_ status: Int) async throws {
        try await withClient([.status(status)]) { client, server in
            let deletion = try await client.deleteAgent(poolID: 44, id: 4711)
            #expect(deletion == .deleted)
            #expect(server.lines == ["DELETE /fabrikam/_apis/distributedtask/pools/44/agents/4711?api-version=7.1"])
        }
    }

    @Test func anAgentThatIsGoneAlreadyIsFine() async throws {
        try await withClient([.status(404), .fixture("error.pool-not-found", status: 404)]) { client, _ in
            let first = try await client.deleteAgent(poolID: 44, id: 4711)
            let second = try await client.deleteAgent(poolID: 3, id: 4711)
            #expect([first, second] == [.alreadyGone, .alreadyGone])
        }
    }

    @Test func aBusyAgentIsToldApartFromEveryOtherRefusal() async throws {
        let answers: [ScriptedAnswer] = [
            try .fixture("error.agent-busy", status: 400),
            .json("{}", status: 409),
            try .fixture("error.access-denied", status: 403),
            .json("{}", status: 400),
        ]
        try await withClient(answers) { client, server in
            var codes: [AzureDevOpsError.Code?] = []
            for _ in answers {
                codes.append(
                    await #expect(throws: AzureDevOpsError.self) { try await client.deleteAgent(poolID: 44, id: 4711) }?
                        .code)
            }
            #expect(codes == [.agentBusy, .agentBusy, .accessDenied, .invalidRequest])
            #expect(server.unused == 0)
        }
    }

    /// Reading it as "no request" would make a busy agent look idle.
    @Test func anAssignedRequestThatCannotBeReadFailsTheList() async throws {
        try await withClient([.json(#"{"count":1,"value":[{"id":1,"name":"a","assignedRequest":{"jobId":"x"}}]}"#)]) {
            client, _ in
            let error = await #expect(throws: AzureDevOpsError.self) {
                try await client.agents(poolID: 44, details: .assignedRequest)
            }
            #expect(error?.code == .malformedAnswer)
            #expect(error?.message.contains("value.[0].assignedRequest.requestId") == true)
        }
    }
}
