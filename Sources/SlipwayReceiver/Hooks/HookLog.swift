internal import AzureDevOps
internal import Logging
internal import SlipwayCore

/// What the hook endpoint says to the operator: nothing per delivery above debug, and what a caller can repeat at will at
/// a limited rate. Never a header's value, nor anything of a body but its type and the paths of odd fields.
struct HookLog: Sendable {
    let logger: Logger
    private let refusals = LogLimiter()
    private let rejections = LogLimiter()
    private let failures = LogLimiter(burstLines: 5)

    init(logger: Logger) {
        self.logger = logger
    }

    func refused(_ failure: HookAuthenticator.Failure, _ peer: Peer, atMilliseconds now: Int64) {
        guard let suppressed = refusals.admit(atMilliseconds: now) else { return }
        logger.warning(
            "Hook refused: its credentials are not ours. If it is a subscription of yours, give it the right password",
            metadata: [
                "source": "\(peer.address)", "credentials": "\(failure.rawValue)", "suppressed": "\(suppressed)",
            ])
    }

    func recorded(_ delivery: Delivery, _ receipt: DeliveryReceipt, _ oddities: [ServiceHookEvent.Oddity]) {
        logger.debug(
            "Delivery recorded",
            metadata: [
                "delivery": "\(receipt.number)", "disposition": "\(delivery.disposition.rawValue)",
                "event.type": "\(delivery.eventType ?? "")",
            ])
        guard delivery.disposition == .rejected || !oddities.isEmpty,
            let suppressed = rejections.admit(atMilliseconds: delivery.receivedAt.milliseconds)
        else { return }
        logger.warning(
            "Delivery is not as expected: Azure DevOps may have changed its payloads",
            metadata: [
                "delivery": "\(receipt.number)", "source": "\(delivery.source)", "reason": "\(delivery.reason ?? "")",
                "odd.fields": "\(oddities.prefix(8).map(\.description).joined(separator: ", "))",
                "suppressed": "\(suppressed)",
            ])
    }

    func notRecorded(_ error: StoreError, atMilliseconds now: Int64) {
        guard let suppressed = failures.admit(atMilliseconds: now) else { return }
        logger.error(
            "Delivery not recorded; answered 503, so it will be sent again",
            metadata: ["error": "\(error)", "error.code": "\(error.code.rawValue)", "suppressed": "\(suppressed)"])
    }
}
