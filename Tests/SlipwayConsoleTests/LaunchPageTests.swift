import Foundation
import Hummingbird
import HummingbirdTesting
import SlipwayConsole
import Testing

@testable import SlipwayCore

/// The page of one launch whose agent was handed another job than the one that it was made for, and of one that waited.
@Suite("The launch's page")
struct LaunchPageTests {
    private static let project = "be9b3917-87e6-42a4-a549-2bc06a7a878f"
    private static let made = JobOrigin(
        projectID: project, pipelineName: "nightly", runID: 4_177, runName: "made-run", jobID: "job-1",
        jobName: "Build <a>")
    private static let other = JobOrigin(
        projectID: project, pipelineName: "release", runID: 4_188, runName: "other-run", jobID: "job-2", jobName: "Ship"
    )

    /// With its records, as the machine tells them.
    private static func handedOver() -> (Launch, [LedgerRecord]) {
        var launch = World.launch(5, origin: made)
        var chain = LedgerChain()
        var records = [chain.seal(launch.openingEntry())]
        let events: [LaunchEvent] = [
            .startPermitted, .runDescribed(RunFacts(requestedFor: "person-of-made", commit: "c0ffee"), run: 4_177),
            .jobObserved(JobRequestID(rawValue: 77), other),
            .runDescribed(RunFacts(requestedFor: "person-of-other", commit: "decade"), run: 4_188),
        ]
        for (index, event) in events.enumerated() {
            let now = launch.createdAt.adding(seconds: index + 1)
            guard let step = launch.applying(event, at: now, rules: LaunchRules()) else { continue }
            records += step.entries.map { chain.seal($0) }
            launch = step.launch
        }
        return (launch, records)
    }

    private static func delivery(_ number: Int64, run: Int) -> RecordedDelivery {
        var delivery = World.delivery(number)
        delivery.facts = delivery.facts.replacingOccurrences(of: "4177", with: String(run))
        return delivery
    }

    /// Between two texts of the page.
    private static func part(_ page: String, _ start: String, _ end: String) throws -> String {
        let from = try #require(page.range(of: start), "\(start) is not in \(page)")
        let to = try #require(page[from.upperBound...].range(of: end), "\(end) is not in \(page)")
        return String(page[from.upperBound..<to.lowerBound])
    }

    @Test(
        "What it was made for and what its agent ran stand side by side, each with its run, person, commit and deliveries"
    )
    func madeForAndRan() async throws {
        let (launch, records) = Self.handedOver()
        #expect(launch.ranOrigin == Self.other)
        let reader = MemoryReader(
            launches: [launch], records: records,
            deliveries: [Self.delivery(3, run: 4_177), Self.delivery(4, run: 4_188)])
        let page = try await World.get("/launches/\(launch.id)", from: World.console(reader)).text
        let made = try Self.part(page, ">Made for</h2>", "</section>")
        let ran = try Self.part(page, ">Ran</h2>", "</section>")
        for text in [
            "nightly", "made-run", "Build &lt;a&gt;", "person-of-made", "at c0ffee", "5, launch 1 for it",
            "buildId=4177",
        ] {
            #expect(made.contains(text) && !ran.contains(text), "\(text)")
        }
        for text in [
            "release", "other-run", "Ship", "person-of-other", "at decade", "77, which the pool gave", "buildId=4188",
        ] {
            #expect(ran.contains(text) && !made.contains(text), "\(text)")
        }
        #expect(made.contains("Made because"))
        let ofMade = try Self.part(page, "Deliveries that told of the job it was made for</h2>", "</section>")
        #expect(ofMade.contains("subject=delivery-3") && !ofMade.contains("subject=delivery-4"))
        let ofRan = try Self.part(page, "Deliveries that told of the job it ran</h2>", "</section>")
        #expect(ofRan.contains("subject=delivery-4") && !ofRan.contains("subject=delivery-3"))
    }

    @Test("The API has the deliveries of both jobs, the newest first")
    func deliveriesOfBoth() async throws {
        let (launch, records) = Self.handedOver()
        let reader = MemoryReader(
            launches: [launch], records: records,
            deliveries: [
                Self.delivery(3, run: 4_177), Self.delivery(4, run: 4_188), Self.delivery(5, run: 4_177),
                Self.delivery(6, run: 4_199),
            ])
        let answer = try await World.get("/api/v1/launches/\(launch.id)", from: World.console(reader)).text
        let object = try #require(try JSONSerialization.jsonObject(with: Data(answer.utf8)) as? [String: Any])
        #expect((object["deliveries"] as? [[String: Any]])?.compactMap { $0["number"] as? Int } == [5, 4, 3])
    }

    @Test("What ran, where and from what is on the page and in the API")
    func facts() async throws {
        var launch = World.launch(5, origin: Self.made)
        var facts = AgentTaskFacts()
        facts.image = "registry.example/agent:1"
        facts.imageDigest = "sha256:0ddba11"
        facts.cpu = 1_024
        facts.subnet = "subnet-a"
        launch.agentTaskFacts = facts
        var definition = AgentTaskDefinition(
            id: "azp-agent:7", taskRole: "arn:aws:iam::1:role/build", networkMode: "awsvpc", secrets: ["AZP_TOKEN"])
        definition.securityGroups = ["sg-1"]
        launch.definition = definition
        launch.run = RunFacts(requestedFor: "person-of-made", commit: "c0ffee")
        let console = try World.console(MemoryReader(launches: [launch]))
        let page = try await World.get("/launches/\(launch.id)", from: console).text
        let answer = try await World.get("/api/v1/launches/\(launch.id)", from: console).text
        for text in [
            "sha256:0ddba11", "subnet-a", "azp-agent:7", "role/build", "sg-1", "AZP_TOKEN", "person-of-made", "c0ffee",
        ] {
            #expect(page.contains(text) && answer.replacing("\\/", with: "/").contains(text), "\(text)")
        }
    }

    /// Who can write to the store can write any number there; the page must not end the server.
    @Test(
        "A launch whose instants are no times is shown",
        arguments: [Int64.min, Int64.max, 9_000_000_000_000_000_000, 0])
    func absurdInstants(_ milliseconds: Int64) async throws {
        let instant = Timestamp(milliseconds: milliseconds)
        let fields: [WritableKeyPath<Launch, Timestamp?>] = [
            \.runningAt, \.onlineAt, \.busyAt, \.finishedAt, \.endedAt,
        ]
        var launches: [Launch] = []
        for field in fields {
            var launch = World.launch(5, origin: Self.made)
            launch.onlineAt = launch.createdAt.adding(seconds: 5)
            launch[keyPath: field] = instant
            launches.append(launch)
        }
        var since = World.launch(5, state: .closed(LaunchOutcome(kind: .ran, reason: "")), origin: Self.made)
        since.stateSince = instant
        launches.append(since)
        let origin = JobOrigin(runID: 4_177, jobName: "Build", queuedAt: instant)
        launches.append(World.launch(5, origin: origin))
        for launch in launches {
            let console = try World.console(MemoryReader(launches: [launch]))
            for path in ["/launches/\(launch.id)", "/launches", "/", "/api/v1/launches/\(launch.id)"] {
                #expect(try await World.get(path, from: console).status == .ok, "\(path)")
            }
        }
    }

    @Test("One that ran the job that it was made for has one block")
    func ownJob() async throws {
        var launch = World.launch(5, origin: Self.made)
        launch.ran = launch.request
        launch.ranResult = "succeeded"
        let page = try await World.get("/launches/\(launch.id)", from: World.console(MemoryReader(launches: [launch])))
            .text
        let whom = try Self.part(page, ">For whom</h2>", "</section>")
        #expect(
            whom.contains("<dt>Ran job request</dt><dd>5</dd>") && whom.contains("<dt>Result</dt><dd>succeeded</dd>"))
        #expect(!page.contains(">Ran</h2>") && !page.contains(">Made for</h2>"))
    }

    @Test("The time before its making is in the picture: until it was held, and held")
    func queueing() async throws {
        var launch = World.launch(5, origin: Self.made)
        // Made 995 s ago; its job waits for 1,005 s by then, held for 905 of them.
        launch = Launch(
            id: launch.id, pool: launch.pool, profile: launch.profile, request: launch.request, ordinal: 1,
            origin: JobOrigin(runID: 4_177, queuedAt: launch.createdAt.adding(seconds: -1_005)), reason: launch.reason,
            createdAt: launch.createdAt)
        var facts = LedgerFacts()
        facts["pool"] = .integer(7)
        facts["reason"] = .text("full")
        var chain = LedgerChain()
        let hold = chain.seal(
            LedgerEntry(
                at: launch.createdAt.adding(seconds: -905), kind: "decision.hold", subject: "request-5", facts: facts))
        let page = try await World.get(
            "/launches/\(launch.id)", from: World.console(MemoryReader(launches: [launch], records: [hold]))
        ).text
        #expect(page.contains("From the queueing of the job that it was made for: 33 min."))
        #expect(
            page.contains(
                #"aria-label="Queued: 1 min 40 s of 33 min"><rect class="stage-waitingForJob" x="0" y="0" width="50""#
            ))
        #expect(
            page.contains(
                #"aria-label="Held: 15 min of 33 min"><rect class="stage-waitingForJob" x="50" y="0" width="452""#
            ))
        #expect(
            page.contains(
                #"aria-label="Starting: 16 min so far of 33 min"><rect class="stage-starting" x="502""#))
    }
}
