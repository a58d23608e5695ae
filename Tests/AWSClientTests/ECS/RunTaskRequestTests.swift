@testable import AWSClient
import Foundation
import Testing

@Suite struct RunTaskRequestTests {
    private func example() throws -> RunTaskRequest {
        var request = RunTaskRequest(
            cluster: "build-agents", taskDefinition: "azp-agent:7", clientToken: try ClientToken("01J-1"),
            capacity: .providers([CapacityProviderStrategyItem(capacityProvider: "FARGATE_SPOT")])
        )
        request.network = NetworkConfiguration(subnets: ["subnet-a", "subnet-b"], securityGroups: ["sg-1"])
        request.platformVersion = "1.4.0"
        request.startedBy = "slipway/01J"
        request.tags = [ECSTag(key: "slipway:launch", value: "01J")]
        request.propagatesTaskDefinitionTags = true
        request.enablesECSManagedTags = true
        var overrides = TaskOverride(
            containers: [
                ContainerOverride(
                    name: "agent",
                    environment: [
                        "AZP_URL": "https://dev.azure.com/fabrikam", "AZP_POOL": "ecs-linux",
                        "AZP_AGENT_NAME": "slipway-01j",
                    ]
                )
            ], cpuUnits: 4_096, memoryMiB: 8_192
        )
        overrides.ephemeralStorageGiB = 50
        request.overrides = overrides
        return request
    }

    @Test func theBodyIsTheSameToTheByteEachTime() async throws {
        let expected = try Fixture.text("ecs/run-task-request.json").trimmingCharacters(in: .newlines)
        for _ in 0..<20 {
            let exchange = ScriptedExchange([.answer(200, #"{"tasks":[],"failures":[]}"#)])
            _ = try await ECSClient(client: try scriptedClient(exchange)).runTask(try example())
            #expect(String(decoding: exchange.requests.first?.body ?? Data(), as: UTF8.self) == expected)
        }
    }

    @Test func launchTypeAndStrategyNeverGoTogether() throws {
        var request = try example()
        func keys() throws -> Set<String> {
            let json = try JSONSerialization.jsonObject(with: JSONEncoder().encode(request)) as? [String: Any]
            return Set(json?.keys.map { $0 } ?? []).intersection(["launchType", "capacityProviderStrategy"])
        }
        #expect(try keys() == ["capacityProviderStrategy"])
        request.capacity = .launchType(.fargate)
        #expect(try keys() == ["launchType"])
        request.capacity = .clusterDefault
        #expect(try keys() == [])
    }

    /// Each row breaks one limit, at its edge.
    @Test func everyLimitIsCheckedBeforeAnythingIsSent() async throws {
        let provider = CapacityProviderStrategyItem(capacityProvider: "A", weight: 1, base: 1)
        let rows: [(String, (inout RunTaskRequest) -> Void)] = [
            ("cluster", { $0.cluster = "" }), ("taskDefinition", { $0.taskDefinition = "" }),
            ("count", { $0.count = 0 }),
            ("count", { $0.count = 11 }), ("startedBy", { $0.startedBy = "a:b" }), ("startedBy", { $0.startedBy = "" }),
            ("startedBy", { $0.startedBy = String(repeating: "a", count: 129) }), ("startedBy", { $0.startedBy = "é" }),
            ("capacityProviderStrategy", { $0.capacity = .providers([]) }),
            (
                "capacityProviderStrategy",
                { $0.capacity = .providers(Array(repeating: .init(capacityProvider: "A"), count: 21)) }
            ),
            ("base", { $0.capacity = .providers([provider, provider]) }),
            ("weight", { $0.capacity = .providers([.init(capacityProvider: "A", weight: 1_001)]) }),
            (
                "weight above 0",
                {
                    $0.capacity = .providers([
                        .init(capacityProvider: "A", weight: 0), .init(capacityProvider: "B", weight: 0),
                    ])
                }
            ),
            (
                "network",
                {
                    $0.network = nil
                    $0.capacity = .launchType(.fargate)
                }
            ), ("subnets", { $0.network?.subnets = [] }),
            ("subnets", { $0.network?.subnets = Array(repeating: "s", count: 17) }),
            ("security groups", { $0.network?.securityGroups = Array(repeating: "s", count: 6) }),
            ("tags", { $0.tags = (0..<51).map { ECSTag(key: "k\($0)", value: "") } }),
            ("twice", { $0.tags = [ECSTag(key: "a", value: "1"), ECSTag(key: "a", value: "2")] }),
            ("aws:", { $0.tags = [ECSTag(key: "AWS:x", value: "")] }),
            ("too long", { $0.tags = [ECSTag(key: "", value: "")] }),
            ("too long", { $0.tags = [ECSTag(key: "k", value: String(repeating: "v", count: 257))] }),
            ("character", { $0.tags = [ECSTag(key: "k", value: "a#b")] }),
            ("GiB", { $0.overrides?.ephemeralStorageGiB = 20 }),
            ("once", { $0.overrides?.containers.append(ContainerOverride(name: "agent")) }),
            ("8192", { $0.overrides?.containers[0].environment["X"] = String(repeating: "x", count: 8_192) }),
        ]
        for (index, (part, change)) in rows.enumerated() {
            var request = try example()
            change(&request)
            let exchange = ScriptedExchange([.answer(200, "{}")])
            let client = ECSClient(client: try scriptedClient(exchange))
            let error = await caught(AWSError.self) { _ = try await client.runTask(request) }
            #expect(error?.code == .invalidRequest, "row \(index)")
            #expect(error?.message.contains(part) == true, "row \(index): \(error?.message ?? "")")
            #expect(exchange.requests.isEmpty, "row \(index)")
        }
    }

    @Test func overridesMayUseTheirLastCharacter() throws {
        var request = try example()
        let used = try JSONEncoder().encode(request.overrides).count
        let slashes = "https://dev.azure.com/fabrikam".filter { $0 == "/" }.count
        // {"name":"X","value":"…"}, around the padding; JSONEncoder escapes slashes, the wire does not.
        let frame = #"{"name":"X","value":""},"#.count
        let room = RunTaskRequest.overridesCharactersMaximum - (used - slashes) - frame
        request.overrides?.containers[0].environment["X"] = String(repeating: "x", count: room)
        try request.validate()
        request.overrides?.containers[0].environment["X"] = String(repeating: "x", count: room + 1)
        #expect(throws: AWSError.invalidRequest("")) { try request.validate() }
    }

    @Test(arguments: ["", "with space", "é", String(repeating: "a", count: 65), "line\nbreak"])
    func aClientTokenThatECSWouldRefuseIsRefusedHere(text: String) {
        #expect(throws: AWSError.invalidRequest("")) { try ClientToken(text) }
    }

    @Test func textThatPeopleChoseFitsIntoATag() throws {
        let tag = ECSTag.fitting(
            key: "pipeline", value: "Build (main) #12 — größer 🚀 \(String(repeating: "é", count: 300))")
        #expect(tag.value.hasPrefix("Build _main_ _12 _ größer _ é"))
        #expect(tag.value.utf16.count == 256)
        try ECSTag.validate([tag])
        #expect(tag == ECSTag.fitting(key: "pipeline", value: tag.value))
    }

    @Test func fargateSizesAreTheOnesOnOffer() {
        #expect(FargateSize.isOffered(cpuUnits: 256, memoryMiB: 512))
        #expect(!FargateSize.isOffered(cpuUnits: 256, memoryMiB: 4_096))
        #expect(!FargateSize.isOffered(cpuUnits: 300, memoryMiB: 512))
        #expect(FargateSize.memoryOffered(cpuUnits: 8_192) == Array(stride(from: 16_384, through: 61_440, by: 4_096)))
        #expect(FargateSize.memoryOffered(cpuUnits: 16_384).last == 122_880)
        let counts = [256, 512, 1_024, 2_048, 4_096, 8_192, 16_384].map {
            FargateSize.memoryOffered(cpuUnits: $0).count
        }
        #expect(counts == [3, 4, 7, 13, 23, 12, 12])
    }
}
