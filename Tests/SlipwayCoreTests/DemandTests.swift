import Testing

@testable import SlipwayCore

@Suite struct DemandTests {
    @Test(arguments: [
        ("java", Demand(name: "java")),
        ("  java  ", Demand(name: "java")),
        ("arch -equals arm64", Demand(name: "arch", .equals("arm64"))),
        ("arch   -EQUALS   arm64", Demand(name: "arch", .equals("arm64"))),
        ("label -equals two words", Demand(name: "label", .equals("two words"))),
        ("label -equals", Demand(name: "label", .equals(""))),
        ("Agent.Version -gtVersion 2.182.1", Demand(name: "Agent.Version", .minimumVersion("2.182.1"))),
        ("size -atLeast 4", Demand(name: "size", .unreadable("size -atLeast 4"))),
        ("size 4", Demand(name: "size", .unreadable("size 4"))),
        ("", Demand(name: "", .unreadable(""))),
    ])
    func theWireFormIsReadAndWritten(_ text: String, _ demand: Demand) {
        #expect(Demand(parsing: text) == demand)
        #expect(Demand(parsing: demand.description) == demand)
    }

    private static let capabilities = [
        "Agent.Version": "4.272.0", "Arch": "ARM64", "docker": "/usr/bin/docker", "empty": "", "odd": "newest",
    ]

    @Test(arguments: [
        ("docker", true), ("arch -equals ARM64", true), ("arch -unknown x", false), ("DOCKER", true), ("java", false),
        ("empty", true), ("", false),
        ("arch -equals arm64", true), ("arch -equals x64", false), ("java -equals 17", false), ("empty -equals", true),
        ("Agent.Version -gtVersion 2.182.1", true), ("agent.version -gtVersion 4.272.0", true),
        ("Agent.Version -gtVersion 4.272.1", false), ("Agent.Version -gtVersion 4.1000.0", false),
        ("Agent.Version -gtVersion 4.9.0", true), ("Agent.Version -gtVersion 4.272", true),
        ("Agent.Version -gtVersion 4.272.0.1", false), ("Agent.Version -gtVersion 4.272.0-preview", true),
        ("Agent.Version -gtVersion", true), ("Agent.Version -gtVersion latest", true),
        ("odd -gtVersion 1.0", false), ("odd -gtVersion -9223372036854775808", true), ("docker -newerThan 1", false),
    ])
    func aDemandIsMatchedAsTheServiceDoesIt(_ demand: String, _ matches: Bool) {
        #expect(Capabilities(Self.capabilities).satisfies(Demand(parsing: demand)) == matches)
    }
}
