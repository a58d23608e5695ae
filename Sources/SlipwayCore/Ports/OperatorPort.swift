/// Carries out what an operator wants. What a method has returned from is in the ledger, with who and when.
public protocol OperatorPort: Sendable {
    func perform(_ order: OperatorOrder) async throws(OperatorRefusal) -> OperatorReceipt
}
