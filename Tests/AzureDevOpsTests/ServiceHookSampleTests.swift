@testable import AzureDevOps
import Foundation
import Testing

/// Walks `webhooks/samples`: every payload decodes to what its file name says.
@Suite struct ServiceHookSampleTests {
    @Test func everySampleDecodesToWhatItsNameSays() throws {
        let files = try Samples.jsonFiles(in: "samples")
        #expect(files.count >= 20)
        for file in files {
            let name = file.deletingPathExtension().lastPathComponent
            let event = try ServiceHookEvent(decoding: Array(Data(contentsOf: file)))
            #expect(expectation(for: name)?(event) == true, "\(name) decoded to \(event)")
        }
    }

    /// The longest prefix that fits decides; a file that fits none fails the test.
    private func expectation(for name: String) -> (@Sendable (ServiceHookEvent) -> Bool)? {
        Self.expectations.filter { name.hasPrefix($0.key) }.max { $0.key.count < $1.key.count }?.value
    }

    private static let job = "ms.vss-pipelines.job-state-changed-event"
    private static let run = "ms.vss-pipelines.run-state-changed-event"
    private static let stage = "ms.vss-pipelines.stage-state-changed-event"

    private static let expectations: [String: @Sendable (ServiceHookEvent) -> Bool] = [
        "\(job).waiting": { $0.jobState == .waiting && $0.isClean },
        "\(job).running": { $0.jobState == .running && $0.isClean },
        "\(job).inProgress": { $0.jobState == .running && $0.isClean },
        "\(job).completed": { $0.jobState == .completed && $0.isClean },
        "\(job).completed.docs": { $0.jobState == .completed && $0.isTestSample },
        "\(run).inProgress": { $0.runChange?.state == .running && $0.isClean },
        "\(run).completed.docs": { $0.runChange?.state == .completed && $0.isTestSample },
        "\(stage).completed": { $0.stageChange?.state == .completed && $0.isClean },
        "\(stage).completed.docs": { $0.stageChange?.state == .completed && $0.isTestSample },
        "build.complete.v1": { $0.buildCompletion?.result == "succeeded" && $0.isTestSample },
        "build.complete.v2": { $0.buildCompletion?.planID != nil && $0.buildCompletion?.result == "succeeded" },
        "elasticagentpool.resized": { $0.poolChange?.change == .resized(from: 1, to: 5) },
        "agentqueue.created": { $0.poolChange?.change == .queueCreated && $0.poolChange?.queueID == 1 },
        "agentqueue.updated": { $0.poolChange?.change == .queueUpdated },
        "manualintervention.pending": { $0.isOther("manualintervention.pending") },
        "ms.vss-pipelinechecks-events.approval-pending": {
            $0.isOther("ms.vss-pipelinechecks-events.approval-pending")
        },
        "ms.vss-pipelinechecks-events.approval-completed": {
            $0.isOther("ms.vss-pipelinechecks-events.approval-completed")
        },
        "ms.vss-pipelinechecks-events.check-updated-event": {
            $0.isOther("ms.vss-pipelinechecks-events.check-updated-event")
        },
        // The documentation went through a text replacement and prints another prefix than the service sends.
        "ms.vss-release.deployment-started-event": { $0.isOther("ms.azure-devops-release.deployment-started-event") },
        "ms.vss-release.deployment-completed-event": {
            $0.isOther("ms.azure-devops-release.deployment-completed-event")
        },
    ]

    @Test func aCapturedJobEventIsReadWhole() throws {
        let event = try ServiceHookEvent(decoding: Samples.delivery("\(Self.job).completed.capture"))
        #expect(event.id == "11111111-1111-1111-1111-111111111111")
        #expect(event.subscriptionID == "00000000-0000-0000-0000-000000000000")
        #expect(event.notificationID == 15)
        #expect(event.publisherID == "pipelines")
        #expect(event.resourceVersion == "5.1-preview.1")
        #expect(event.accountBaseURL == "https://dev.azure.com/example-org/")
        #expect(event.projectID == "00000000-0000-0000-0000-000000000000")
        // 2025-09-05T17:22:23.2738994Z, by GNU date.
        #expect(abs((event.createdDate?.timeIntervalSince1970 ?? 0) - 1_757_092_943.2738994) < 0.000_001)
        guard case .job(let job) = event.kind else {
            Issue.record("not a job: \(event.kind)")
            return
        }
        #expect(
            job.run == RunReference(id: 1000, name: "20250101.1", pipelineID: 1, pipelineName: "Example Pipeline"))
        #expect(job.jobID == "22222222-2222-2222-2222-222222222222")
        #expect(job.jobName == "Deploy to Production")
        #expect(job.attempt == 1)
        #expect(job.state == .completed)
        #expect(job.result == "succeeded")
        #expect(job.stageName == "Deploy")
    }

    @Test func nothingPersonalIsKeptOfAnySample() throws {
        for file in try Samples.jsonFiles(in: "samples") {
            let event = try ServiceHookEvent(decoding: Array(Data(contentsOf: file)))
            var kept = ""
            dump(event, to: &kept)
            for personal in ["Example User", "user@example.com", "aad.", "Set up CI", "Viva support", "refs/heads"] {
                #expect(!kept.contains(personal), "\(file.lastPathComponent) keeps \(personal)")
            }
        }
    }

    @Test func theStatesOfOneJobHaveDifferentKeysAndAResendHasTheSame() throws {
        let waiting = try ServiceHookEvent(decoding: Samples.delivery("\(Self.job).waiting.constructed"))
        let running = try ServiceHookEvent(decoding: Samples.delivery("\(Self.job).running.constructed"))
        let inProgress = try ServiceHookEvent(decoding: Samples.delivery("\(Self.job).inProgress.constructed"))
        let completed = try ServiceHookEvent(decoding: Samples.delivery("\(Self.job).completed.constructed"))
        #expect(Set([waiting, running, completed].map { $0.businessKey?.description ?? "" }).count == 3)
        // The same state in the service's other spelling, under another notification and event: a duplicate.
        #expect(running.businessKey == inProgress.businessKey)
        #expect(running.notificationKey != inProgress.notificationKey)
        #expect(running.eventKey != inProgress.eventKey)
        #expect(
            waiting.businessKey?.description
                == "job|41a18c7d-3333-4c8d-9e5f-000000000002|5d0f6c7e-9a3b-4c1d-8e2f-1a2b3c4d5e6f|1042|"
                + "12f1170f-54f2-53f3-20dd-22fc7dff55f9|1|waiting")
        #expect(waiting.notificationKey == "7c1e0f52-1111-4a6b-9c3d-000000000001#4")
    }

    @Test func anOrganizationNamedLikeTheSamplesIsNoTestSampleWhenItNamesItsProject() throws {
        let sample = String(decoding: try Samples.delivery("\(Self.job).waiting.constructed"), as: UTF8.self)
        let renamed = sample.replacingOccurrences(of: "example-org", with: "fabrikamfiber")
        let event = try ServiceHookEvent(decoding: Array(renamed.utf8))
        #expect(event.accountBaseURL == "https://dev.azure.com/fabrikamfiber/")
        #expect(event.isClean)
    }

    @Test func aTestSampleHasNoKeysSinceItIsAlwaysTheSame() throws {
        let event = try ServiceHookEvent(decoding: Samples.delivery("\(Self.job).completed.docs"))
        #expect(event.isTestSample)
        #expect(event.businessKey == nil)
        #expect(event.eventKey == nil)
        #expect(event.notificationKey == nil)
    }
}

extension ServiceHookEvent {
    /// A real event: understood without oddities, and with what identifies it.
    var isClean: Bool { oddities.isEmpty && !isTestSample && businessKey != nil && notificationKey != nil }

    var jobChange: JobStateChange? { if case .job(let job) = kind { job } else { nil } }
    var jobState: ReportedState? { jobChange?.state }
    var runChange: RunStateChange? { if case .run(let run) = kind { run } else { nil } }
    var stageChange: StageStateChange? { if case .stage(let stage) = kind { stage } else { nil } }
    var buildCompletion: BuildCompletion? { if case .build(let build) = kind { build } else { nil } }
    var poolChange: PoolChange? { if case .pool(let pool) = kind { pool } else { nil } }

    func isOther(_ type: String) -> Bool { kind == .other && eventType == type && !isTestSample }
}
