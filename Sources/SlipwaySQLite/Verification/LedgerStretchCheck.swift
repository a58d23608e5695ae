internal import SlipwayCore

/// What was found in a stretch, or in several that follow each other.
struct LedgerStretchCheck: Sendable {
    var start: LedgerChain
    var chain: LedgerChain
    var verification = StoreVerification()
    /// What was told of launches that began before it, or that are open at its end.
    var rest: [String: [UInt8]] = [:]

    /// Takes the stretch that follows; its start is where this one ends.
    mutating func join(_ next: LedgerStretchCheck) {
        chain = next.chain
        verification.fault = next.verification.fault
        verification.add(next.verification)
        rest.merge(next.rest) { $0 + $1 }
    }
}
