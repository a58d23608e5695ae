import SlipwayCore
import Testing

@testable import slipway

/// What the doctor tells of a profile's registration form by the launches in the ledger.
@Suite struct StartReviewTests {
    private static func launch(_ ordinal: Int, online: Bool?) -> Launch {
        let pool = PoolID(rawValue: 7)
        let request = JobRequestID(rawValue: Int64(100 + ordinal))
        let at = Timestamp(milliseconds: 1_764_000_000_000)
        var launch = Launch(
            id: LaunchID(organization: OrganizationKey(rawValue: "abcdef"), pool: pool, request: request, ordinal: 1),
            pool: pool, profile: "small", request: request, ordinal: 1, origin: JobOrigin(runID: 4_177, queuedAt: at),
            reason: "a test", createdAt: at)
        let events: [LaunchEvent] =
            switch online {
            case nil: [.startPermitted]
            case true?: [.startPermitted, .jobObserved(request, JobOrigin(runID: 4_177, queuedAt: at))]
            case false?:
                [
                    .startPermitted,
                    .startRefused(StartRefusal(kind: .permanent, message: "the role may not be passed")),
                    .agentTasksFound([], lookedAt: at.adding(seconds: 600)), .registrationGone,
                    .quiesced(lookedAt: at.adding(seconds: 600)),
                ]
            }
        for event in events {
            guard let step = launch.applying(event, at: at.adding(seconds: 600), rules: LaunchRules()) else { continue }
            launch = step.launch
        }
        return launch
    }

    /// Newest first: true came online, false did not, nil is under way.
    private func finding(
        _ launches: [Bool?], _ form: RegistrationForm = .byClaim, hoursLater: Int = 1
    ) -> Finding {
        let profile = Profile(
            name: "small", taskDefinition: "azp-agent", container: "agent", registration: form,
            placements: [Placement(capacity: .launchType("FARGATE"), subnets: ["subnet-a"])])
        return StartReview(
            profile: profile, launches: launches.enumerated().map { Self.launch($0.offset, online: $0.element) },
            now: Timestamp(milliseconds: 1_764_000_000_000).adding(seconds: hoursLater * 3_600)
        ).finding
    }

    @Test func `Nothing is concluded from nothing`() {
        for launches in [[], [nil]] as [[Bool?]] {
            let finding = finding(launches)
            #expect(finding.status == .ok)
            #expect(
                finding.message
                    == "profile small, preregistered: of its newest launches none is decided yet; slipway launch --profile small --wait "
                    + "shows whether one comes online")
        }
    }

    @Test func `Agents that come online prove the form`() {
        let finding = finding([nil, true, false, true], .byContainer)
        #expect(finding.status == .ok)
        #expect(
            finding.message
                == "profile small, registered by its container: 2 of the last 3 agents came online, the newest of them too"
        )
    }

    @Test func `One that does not is a warning with its reason, and the third in a row a failure`() {
        #expect(Self.launch(1, online: false).outcome?.kind == .failed, "the launch of this test did not end")
        let once = finding([false, true])
        #expect(once.status == .warning)
        #expect(
            once.message
                == "profile small, preregistered: the newest agent did not come online at 2025-11-24T16:10:00.000Z: the role may not be passed"
        )
        #expect(once.mend == "slipway explain \(Self.launch(0, online: false).id)")
        #expect(finding([false, false, true]).status == .warning)
        let often = finding([nil, false, false, false, true])
        #expect(often.status == .failed)
        #expect(often.message.contains("the newest 3 agents did not come online"))
        #expect(finding([false, false, false], hoursLater: 30).status == .warning, "it may have been mended since")
        #expect(often.mend?.contains("registration: self") == false, "it worked before, so it isn't the form")
    }

    @Test func `Where none ever came the other form is named`() {
        let finding = finding([false])
        #expect(finding.status == .failed)
        #expect(finding.mend?.contains("registration: self") == true)
        #expect(self.finding([false], .byContainer).mend?.contains("registration: self") == false)
    }
}
