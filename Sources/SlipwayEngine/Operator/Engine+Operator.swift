public import SlipwayCore

extension Engine: OperatorPort {
    public func perform(_ order: OperatorOrder) async throws(OperatorRefusal) -> OperatorReceipt {
        let receipt = try await desk.perform(order, closedLaunch: closedLaunch)
        // What waits is looked at anew, with what now holds.
        wakePools()
        return receipt
    }

    /// Why no new launches are made; nil: they are.
    public func drainNote() async -> String? { await desk.holds.drainNote }
}
