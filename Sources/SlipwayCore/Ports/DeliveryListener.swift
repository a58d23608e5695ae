/// Who is told of a delivery after it is on disk. A hint only: nothing is lost if nobody listens.
public protocol DeliveryListener: Sendable {
    /// Returns at once; never throws, never waits.
    func deliveryRecorded(_ hint: JobHint)
}
