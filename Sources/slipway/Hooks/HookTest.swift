internal import SlipwayAzurePipelines
internal import SlipwayCore
internal import SlipwayReceiver
internal import SlipwaySQLite

/// Has Azure DevOps send a test notification for each subscription, and waits until the ledger shows it, or the service
/// says that it failed.
struct HookTest: Sendable {
    /// What came of one.
    struct Verdict: Encodable, Hashable, Sendable {
        var subscription: String
        var project: String?
        var event: String
        var filter: [String: String]
        var status: String
        var isOK: Bool
        /// What was seen, or what is wrong.
        var message: String
        /// What to do; nil: nothing.
        var mend: String?
        /// Whether nobody answered, so nothing is known.
        var isUnreachable = false
    }

    var services: HookServices
    /// nil: there is none to look into.
    var ledger: HookLedger?
    var timeoutSeconds: Int
    var now: @Sendable () -> Timestamp = { SystemInstant.now }
    var sleep: @Sendable (_ milliseconds: Int) async throws -> Void = { try await Task.sleep(for: .milliseconds($0)) }

    static let pauseMilliseconds = 250
    /// One after the other, each up to the timeout.
    static let maximum = 200

    /// Throws only if it is cancelled.
    func verdict(on subscription: ListedSubscription, project: String?) async throws -> Verdict {
        var verdict = Verdict(
            subscription: subscription.id, project: project, event: subscription.subject.eventType,
            filter: subscription.subject.ownFilter, status: HookEventText.word(subscription.status), isOK: false,
            message: "")
        do {
            try await observe(subscription, &verdict)
        } catch let error as CancellationError {
            throw error
        } catch {
            let report = FailureReport(error)
            verdict.message = report.text
            verdict.isUnreachable = report.status == .unreachable
            verdict.mend = "give the token Build (read), and its owner View and Edit Subscriptions in the project"
            if verdict.isUnreachable { verdict.mend = "try again; see https://status.dev.azure.com" }
        }
        return verdict
    }

    private func observe(_ subscription: ListedSubscription, _ verdict: inout Verdict) async throws {
        let end = now().adding(seconds: timeoutSeconds)
        let mark = try await ledger?.newest() ?? 0
        var answer = try await services.test(subscription)
        while true {
            if ["failed", "filtered"].contains(answer.result) { return refused(answer, &verdict) }
            if let delivery = try await ledger?.after(mark).first(where: { $0.isOf(answer, subscription) }) {
                return succeeded("recorded as delivery \(delivery.number)", subscription, &verdict)
            }
            if ledger == nil, answer.result == "succeeded" {
                return succeeded("Azure DevOps was answered with success", subscription, &verdict)
            }
            guard now() < end else { return tookTooLong(answer, &verdict) }
            try await sleep(Self.pauseMilliseconds)
            if answer.result != "succeeded" {
                // The service may keep no record of a test; then the ledger alone can tell.
                answer = (try? await services.testAnswer(answer.notification, subscription.id)) ?? answer
            }
        }
    }

    /// The receiver works; but that is of no use to a subscription that sends nothing.
    private func succeeded(_ what: String, _ subscription: ListedSubscription, _ verdict: inout Verdict) {
        verdict.message = what
        guard let complaint = HookEventText.complaint(subscription.status) else {
            verdict.isOK = true
            return
        }
        verdict.message = "the receiver works (\(what)), but not the subscription: \(complaint)"
        verdict.mend = "slipway hooks install"
    }

    private func refused(_ answer: HookTestAnswer, _ verdict: inout Verdict) {
        let said = answer.problem.map { ": \(harmless($0))" } ?? ""
        guard answer.result != "filtered" else {
            verdict.message = "Azure DevOps did not send it\(said)"
            verdict.mend =
                "the creator of the subscription needs View builds in the project; or create it anew as another"
            return
        }
        verdict.message = "the receiver was not reached, or refused it\(said)"
        verdict.mend =
            answer.problem.map(Self.tellsOfUnauthorized) == true
            ? "the server has other hook credentials than this configuration: restart it with this one"
            : "curl -sS \(healthURL); it must answer from the internet, with a certificate that the public trusts; then see "
                + "the receiver's log"
    }

    /// As a number by itself: an address or a port may hold these digits too.
    static func tellsOfUnauthorized(_ problem: String) -> Bool {
        problem.split { !$0.isNumber }.contains("401")
    }

    private func tookTooLong(_ answer: HookTestAnswer, _ verdict: inout Verdict) {
        guard answer.result == "succeeded" else {
            verdict.message = "neither the ledger nor Azure DevOps tells of it within \(timeoutSeconds) s"
            verdict.mend =
                "look at the subscription's history under Project settings, Service hooks; or give a longer --timeout"
            return
        }
        verdict.message =
            "Azure DevOps was answered with success, but this ledger has no delivery: another server answers at "
            + harmless(services.receiverURL)
        verdict.mend = "check receiver.publicURL, and that the server behind it uses this configuration's store.path"
    }

    private var healthURL: String {
        let paths = ReceiverConfiguration.self
        return harmless(services.receiverURL.replacingSuffix(paths.hookPath, with: paths.healthPath))
    }
}

// MARK: For a person

extension HookTest.Verdict {
    var text: String {
        let subject = HookSubject(eventType: event, filter: filter)
        let line = "\(isOK ? "ok    " : "FAILED")  \(harmless(project ?? "")): \(HookEventText.of(subject)): \(message)"
        return ([line] + (mend.map { ["        → \($0)"] } ?? [])).joined(separator: "\n")
    }
}
