internal import AzureDevOps
internal import Logging
internal import NIOConcurrencyHelpers
internal import NIOHTTP1
internal import SlipwayCore

/// `/hooks/azure-devops`: takes the deliveries of service hooks.
///
/// The status codes are part of the contract with Azure DevOps, which resends within seconds after 408, 502, 503 and
/// 504, and after any other failure stops sending for 20 minutes and loses what happens meanwhile
/// (docs/service-hooks/troubleshoot). So: 200 for everything that is on disk, however little use it is; 503 for whatever
/// is not.
struct HookEndpoint: Endpoint {
    let methods: [HTTPMethod] = [.POST]
    let limits: ReceiverLimits
    let authenticator: HookAuthenticator
    let failures: NIOLockedValueBox<FailureLimiter>
    let connections: OpenConnections
    let drain: DrainState
    let store: any LedgerStore
    let storeHealth: StoreHealth
    let listener: any DeliveryListener
    let statistics: StatisticsBox
    let time: any TimeSource
    let log: HookLog

    /// The size is bounded by what is admitted; the secret is asked for before a byte of the body is looked at. A caller
    /// without it never reaches the store.
    func admit(_ head: HTTPRequestHead, from peer: Peer) -> Admission {
        if let failure = authenticator.failure(in: head.headers) { return refuse(failure, peer) }
        connections.authenticated(peer, atMilliseconds: time.now().milliseconds)
        if drain.phase >= .refusing { return .refuse(.draining) }
        return .accept(
            maximumBodyBytes: limits.maximumBodyBytes, maximumReadBytes: limits.maximumDrainedBodyBytes)
    }

    /// Decode, commit, wake, answer.
    func respond(to request: PublicRequest) async -> Answer {
        let (delivery, oddities) = Delivery.reading(request.body, from: request.peer.address, at: time.now())
        do {
            let receipt = try await store.record(delivery)
            // A duplicate wakes too: it may be resent because we were stopped between commit and wake, and an
            // unnecessary look at a pool is harmless.
            if let hint = delivery.hint { listener.deliveryRecorded(hint) }
            note(delivery, receipt, oddities)
            return request.body.isComplete ? .recorded(delivery, receipt) : .tooLarge
        } catch {
            return notRecorded(error)
        }
    }

    private func refuse(_ failure: HookAuthenticator.Failure, _ peer: Peer) -> Admission {
        let now = time.now().milliseconds
        let isWithinLimit = failures.withLockedValue { $0.recordFailure(from: peer.key, atMilliseconds: now) }
        statistics.update { $0.failedAuthentications[failure.rawValue, default: 0] += 1 }
        if isWithinLimit { log.refused(failure, peer, atMilliseconds: now) }
        return .refuse(.unauthorized(challenge: authenticator.challenge), hangUp: !isWithinLimit)
    }

    private func note(_ delivery: Delivery, _ receipt: DeliveryReceipt, _ oddities: [ServiceHookEvent.Oddity]) {
        statistics.update {
            $0.deliveries[delivery.disposition.rawValue, default: 0] += 1
            if receipt.duplicateOf != nil { $0.duplicates += 1 }
            if !oddities.isEmpty { $0.oddDeliveries += 1 }
        }
        log.recorded(delivery, receipt, oddities)
    }

    private func notRecorded(_ error: StoreError) -> Answer {
        storeHealth.recordingFailed(at: time.now())
        statistics.update { $0.unrecordedDeliveries += 1 }
        log.notRecorded(error, atMilliseconds: time.now().milliseconds)
        return .storeUnavailable
    }
}

extension Answer {
    /// Azure DevOps shows this text in the subscription's history.
    static func recorded(_ delivery: Delivery, _ receipt: DeliveryReceipt) -> Answer {
        var text = "recorded as delivery \(receipt.number)"
        if let first = receipt.duplicateOf { text += ", a duplicate of \(first)" }
        if let reason = delivery.reason { text += "; \(delivery.disposition.rawValue): \(reason)" }
        return Answer(.ok, text + "\n")
    }
}
