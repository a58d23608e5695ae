@testable import AWSClient
import Foundation
import Testing

@Suite struct ECSStopTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var code: ECSStopCode?
        var reason: String?
        var container: ECSContainer?
        var hasStarted = false
        var cause: ECSStop.Cause
        var remedy: ECSStop.Remedy
        var neverRan = false

        var testDescription: String { "\(self.code?.rawValue ?? "none"): \(self.reason ?? "none")" }
    }

    private static func failed(_ reason: String, _ cause: ECSStop.Cause, _ remedy: ECSStop.Remedy) -> Row {
        Row(code: .taskFailedToStart, reason: reason, cause: cause, remedy: remedy, neverRan: true)
    }

    static let rows: [Row] = [
        Row(
            code: .essentialContainerExited, reason: "Essential container in task exited",
            container: ECSContainer(name: "agent", exitCode: 0), hasStarted: true, cause: .exited, remedy: .none),
        Row(
            code: .essentialContainerExited, reason: "Essential container in task exited",
            container: ECSContainer(name: "agent", exitCode: 1), hasStarted: true, cause: .exited, remedy: .none),
        Row(
            code: .essentialContainerExited, reason: "Essential container in task exited",
            container: ECSContainer(
                name: "agent", exitCode: 137, reason: "OutOfMemoryError: Container killed due to memory usage"),
            hasStarted: true, cause: .outOfMemory, remedy: .changeConfiguration),
        Row(
            code: .userInitiated, reason: "slipway: job cancelled",
            container: ECSContainer(name: "agent", exitCode: 143),
            hasStarted: true, cause: .stoppedByUser, remedy: .none),
        Row(
            code: .spotInterruption, reason: "Your Spot Task was interrupted.",
            container: ECSContainer(name: "agent", exitCode: 0), hasStarted: true, cause: .spotInterruption,
            remedy: .relaunch),
        Row(
            code: .serviceSchedulerInitiated, reason: "Scaling activity", hasStarted: true, cause: .stoppedByService,
            remedy: .none),
        failed("Timeout waiting for network interface provisioning to complete.", .network, .relaunch),
        failed(
            "Unexpected EC2 error while attempting to Create Network Interface with public IP assignment disabled in subnet "
                + "'subnet-1': InsufficientFreeAddressesInSubnet", .network, .relaunch),
        failed(
            "Unexpected EC2 error while attempting to tag the network interface: TagPolicyViolation", .network,
            .changeConfiguration),
        failed(
            "ResourceInitializationError: failed to configure ENI: failed to setup regular eni", .network, .relaunch),
        failed("Timeout waiting for EphemeralStorage provisioning to complete.", .resourceInitialization, .relaunch),
        failed(
            "ResourceInitializationError: unable to pull secrets or registry auth: AccessDeniedException: not authorized",
            .resourceInitialization, .changeConfiguration),
        failed(
            "ResourceInitializationError: unable to pull secrets or registry auth: context deadline exceeded",
            .resourceInitialization, .relaunch),
        failed(
            "ResourceInitializationError: unable to pull secrets: ResourceNotFoundException: Secrets Manager can't find it",
            .resourceInitialization, .changeConfiguration),
        failed("CannotPullContainerError: pull image manifest has been retried: i/o timeout", .imagePull, .relaunch),
        failed("CannotPullContainerError: failed to copy: unexpected EOF", .imagePull, .relaunch),
        failed("CannotPullContainerError: toomanyrequests: rate limit", .imagePull, .relaunch),
        failed("CannotPullContainerError: agent:9: manifest unknown", .imagePull, .changeConfiguration),
        failed("TaskFailedToStart: RESOURCE:MEMORY", .capacity, .relaunch),
        failed("TaskFailedToStart: AGENT", .capacity, .relaunch),
        failed("TaskFailedToStart: ATTRIBUTE", .capacity, .changeConfiguration),
        failed("TaskFailedToStart: EMPTY CAPACITY PROVIDER", .capacity, .relaunch),
        failed("CannotStartContainerError: exec: no such file", .containerStart, .changeConfiguration),
        failed("ContainerRuntimeTimeoutError: Could not transition to running", .containerStart, .relaunch),
        failed("Something that AWS invents tomorrow", .unknown, .relaunch),
        Row(code: nil, reason: nil, cause: .unknown, remedy: .none),
    ]

    @Test(arguments: rows) func aStopHasItsCause(row: Row) throws {
        var task = ECSTask(taskARN: "arn", lastStatus: .stopped)
        task.stopCode = row.code
        task.stoppedReason = row.reason
        task.containers = row.container.map { [ECSContainer(name: "sidecar"), $0] } ?? []
        task.startedAt = row.hasStarted ? Date(timeIntervalSince1970: 1) : nil
        let stop = try #require(task.stop(container: "agent"))
        #expect(stop.cause == row.cause)
        #expect(stop.remedy == row.remedy)
        #expect(stop.neverRan == row.neverRan)
        #expect(stop.exitCode == row.container?.exitCode)
        #expect(stop.sentence.hasSuffix("."))
        #expect(row.reason.map { stop.sentence.contains($0.prefix(60)) } ?? true)
    }

    @Test func aTaskThatRunsHasNotStopped() {
        #expect(ECSTask(taskARN: "arn", lastStatus: .running, desiredStatus: .running).stop() == nil)
        #expect(ECSTask(taskARN: "arn", lastStatus: .running, desiredStatus: .stopped).stop() != nil)
    }

    @Test func aTaskThatStartedHasRunWhateverItsCodeSays() {
        var task = ECSTask(taskARN: "arn", lastStatus: .stopped)
        task.stopCode = .taskFailedToStart
        task.startedAt = Date(timeIntervalSince1970: 1)
        #expect(task.stop()?.neverRan == false)
    }
}
