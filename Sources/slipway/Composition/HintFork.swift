internal import SlipwayCore

/// Tells each of them of a delivery, in order.
struct HintFork: DeliveryListener {
    let listeners: [any DeliveryListener]

    func deliveryRecorded(_ hint: JobHint) {
        for listener in listeners { listener.deliveryRecorded(hint) }
    }
}
