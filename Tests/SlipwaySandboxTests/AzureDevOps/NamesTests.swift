import Foundation
import Testing

@testable import SlipwaySandbox

@Suite struct NamesTests {
    @Test(
        "Ids derive from instance names as published ids do",
        arguments: [
            ("__default", "96ac2280-8cb4-5df5-99de-dd2da759617d"),
            ("job.__default", "12f1170f-54f2-53f3-20dd-22fc7dff55f9"),
            ("Deploy", "d4a9a205-d52e-57fb-7b17-15a9d984af62"),
            ("buildtest.build_and_test.__default", "15b95994-59ec-5502-695d-0b93722883bd"),
        ])
    func ids(_ name: String, _ id: String) {
        #expect(InstanceName.id(name) == id)
    }

    @Test("A job's instance name leaves the stage out when there is none, and counts later attempts")
    func instanceNames() {
        #expect(InstanceName.job("job", stage: "__default", attempt: 1) == "job.__default")
        #expect(InstanceName.job("build", stage: "Test", attempt: 1) == "Test.build.__default")
        #expect(InstanceName.job("build", stage: "Test", attempt: 3) == "Test.build.__default.3")
    }

    @Test(
        "Demands: existence, equality without regard to case, versions by number",
        arguments: [
            ("docker", true), ("DOCKER", true), ("podman", false), ("arch -equals ARM64", true),
            ("arch -equals x64", false),
            ("Agent.Version -gtVersion 2.182.1", true), ("Agent.Version -gtVersion 4.272.0", true),
            ("Agent.Version -gtVersion 4.1000.0", false), ("Agent.Name -equals a-1", true),
        ])
    func demands(_ text: String, _ isSatisfied: Bool) {
        let agent = Registration(
            id: 1, poolID: 44, name: "a-1", version: "4.272.0", osDescription: "", isEnabled: true,
            createdAt: .distantPast,
            clientID: "", publicKey: nil, systemCapabilities: ["docker": "/usr/bin/docker", "arch": "arm64"]
        )
        #expect(Demand(text).isSatisfied(by: agent) == isSatisfied)
    }
}
