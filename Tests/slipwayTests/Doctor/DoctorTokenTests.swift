import Foundation
import SlipwayConsole
import SlipwayCore
import Testing

@testable import slipway

/// What the doctor can tell of the sign-in to Azure DevOps, and of the agents' versions.
@Suite(.timeLimit(.minutes(1))) struct DoctorTokenTests {
    private func findings(
        _ check: String, _ configuration: String, tries: Bool = false,
        _ change: (inout DoctorServices) throws -> Void = { _ in }
    ) async throws -> [String] {
        var services = try DoctorServices.fake()
        try change(&services)
        let loaded = try load(configuration)
        let checks = DoctorChecks(loaded: loaded, services: services, tries: tries).all
        let found = await DoctorRun(checks).results().first { $0.check == check }?.findings ?? []
        #expect(found.allSatisfy { $0.status == .ok || $0.mend?.isEmpty == false })
        return found.map { "\($0.status): \($0.message)" }
    }

    private func sketch(_ change: (String) -> String = { $0 }) throws -> String {
        change(try Fixture.text("design-sketch.yaml"))
    }

    /// The fake's day is 2027-01-15.
    @Test(arguments: [
        ("2027-01-30", "ok: the token expires on 2027-01-30, as azureDevOps.tokenExpires says"),
        ("2027-01-29", "warning: the token expires on 2027-01-29, in 14 days, as azureDevOps.tokenExpires says"),
        ("2027-01-15", "warning: the token expires on 2027-01-15, in 0 days, as azureDevOps.tokenExpires says"),
        ("2027-01-14", "failed: the token expired on 2027-01-14, as azureDevOps.tokenExpires says"),
    ])
    func `A day that is told is held against the calendar`(_ day: String, _ text: String) async throws {
        let configuration = try sketch { $0.replacing("azureDevOps: {", with: "azureDevOps: { tokenExpires: \(day),") }
        #expect(try await findings("token", configuration).first == text)
    }

    @Test(arguments: [
        ("2027-01-31", nil), ("2027-01-28", "in 12 days"), ("2027-01-16", "in less than a day"),
        ("2027-01-15", "it ended on 2027-01-15, as azureDevOps.tokenExpires says"),
    ])
    func `The running server notes it from a fortnight before, and stays ready`(
        _ day: String, _ text: String?
    ) async throws {
        let configuration = try sketch { $0.replacing("azureDevOps: {", with: "azureDevOps: { tokenExpires: \(day),") }
        let check = ReadinessCheck.tokenEnd(
            try load(configuration).configuration.azureDevOps, now: { Date(timeIntervalSince1970: 1_800_000_000) })
        #expect(check.isNote)
        let note = await check.problem()
        #expect(note?.contains("correct azureDevOps.tokenExpires") ?? (text == nil), "\(note ?? "")")
        #expect(text.map { note?.contains($0) == true } ?? (note == nil), "\(note ?? "")")
    }

    @Test func `A budget is told of placements that have no price`() async throws {
        #expect(try await findings("budgets", sketch()).isEmpty, "there is none")
        let budgets = "\ncosts: { budgets: [{ project: Fabrikam, monthly: 250, when: warn }] }\n"
        #expect(
            try await findings("budgets", sketch() + budgets) == [
                "warning: budgets can't count what runs on FARGATE_SPOT in eu-west-1 (the price book has no price for it)"
            ])
        let priced = try sketch { $0.replacing("region: eu-west-1", with: "region: us-east-1") } + budgets
        #expect(
            try await findings("budgets", priced) == [
                "ok: the price book, of 2026-03-31, has a price for each placement"
            ])
        let instances = try sketch {
            $0.replacing("region: eu-west-1", with: "region: us-east-1")
                .replacing("capacityProvider: FARGATE,", with: "capacityProvider: my-instances,")
        }
        #expect(
            try await findings("budgets", instances + budgets) == [
                "warning: budgets can't count what runs on my-instances in us-east-1 (it is billed by the instance)"
            ])
    }

    @Test(arguments: ["2027-02-30", "2027-1-1", "tomorrow", "20270101"])
    func `What is no day of the calendar is refused`(_ day: String) throws {
        let configuration = try sketch { $0.replacing("azureDevOps: {", with: "azureDevOps: { tokenExpires: \(day),") }
        let lines = errorLines(configuration)
        #expect(lines.first?.contains("azureDevOps.tokenExpires") == true, "\(lines)")
    }

    @Test func `Each scope is told as far as it can be without writing`() async throws {
        #expect(
            try await findings("token", sketch()) == [
                "ok: when the token expires can't be asked for with it; azureDevOps.tokenExpires lets the doctor warn 14 days "
                    + "before",
                "ok: Agent Pools (read): may be read",
                "ok: Agent Pools (manage): can't be told without writing; slipway doctor --try registers an agent for a moment",
                "ok: Build (read): may be read",
            ])
        let acting = try sketch { $0.replacing("    sweepSeconds: 30", with: "    whenGivenUp: cancel") }
        #expect(
            try await findings("token", acting).last
                == "ok: Build (execute): can't be told without changing a run; whenGivenUp and whenInterrupted need it")
    }

    @Test func `A scope that lacks is a failure where it is needed`() async throws {
        let refused = try await findings("token", sketch()) { services in
            services.mayReadPools = { false }
            services.mayReadBuilds = { false }
        }
        #expect(refused.contains("failed: Agent Pools (read): refused, and needed to see what waits"))
        #expect(refused.contains("failed: Build (read): refused, and needed for hooks"))
        let empty = try await findings("token", sketch()) { $0.mayReadBuilds = { nil } }
        #expect(empty.contains("ok: Build (read): can't be told, since no project is there to read in"))
        let plain = try sketch { $0.replacing(", publicURL: https://slipway.example.com", with: "") }
        #expect(try await findings("token", plain) { $0.mayReadBuilds = { false } }.allSatisfy { $0.hasPrefix("ok") })
    }

    private func version(
        _ registered: [String], offered: String? = "4.272.0", demanded: [String] = []
    ) -> [String] {
        AgentVersionReview(registered: registered, offered: offered, demanded: demanded).findings.map {
            "\($0.status): \($0.message)"
        }
    }

    @Test func `The oldest agent is held against what is offered and demanded`() {
        #expect(
            version(["4.271.0", "4.272.0"]) == [
                "ok: agents report version 4.271.0 or newer; the organization offers 4.272.0"
            ])
        #expect(
            version(["3.248.0", "4.272.0"]) == [
                "warning: an agent reports version 3.248.0; the organization offers 4.272.0: it is of an older major version"
            ])
        #expect(
            version(["4.99.0"], demanded: ["2.182.1", "4.100.0"])
                == ["failed: an agent reports version 4.99.0, and a waiting job demands 4.100.0"])
        #expect(
            version([]) == [
                "ok: no agent of Slipway's is registered now, so none tells its version; the organization offers 4.272.0"
            ])
        #expect(
            version(["", "x.y"], offered: nil) == [
                "ok: no agent of Slipway's is registered now, so none tells its version"
            ])
        #expect(version(["4.272.0"], offered: nil) == ["ok: agents report version 4.272.0 or newer"])
    }
}
