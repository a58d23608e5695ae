/// A promise of docs/architecture.md that a world broke.
struct Violation: Hashable {
    enum Promise: String {
        case oneLaunchPerRequest = "I2"
        case everyJobServed = "I3"
        case busyNeverStopped = "I4"
        case closedMeansGone = "I5"
        case nothingLeft = "I5, at the end"
        case everyWaitEnds = "I8"
        /// As many agents online without a job as are wanted.
        case warmIsKept = "warm"
        /// Not more agents than jobs while nothing goes wrong.
        case noAgentTooMany = "economy"
        /// What the ledger says of a launch is what happened.
        case ledgerIsTrue = "truth"
        /// A commit over a version that isn't the stored one, or a change that the store refuses.
        case storeIsInOrder = "store"

        var needsTheStore: Bool {
            switch self {
            case .oneLaunchPerRequest, .busyNeverStopped, .closedMeansGone, .storeIsInOrder, .ledgerIsTrue: true
            case .everyJobServed, .warmIsKept, .everyWaitEnds, .noAgentTooMany, .nothingLeft: false
            }
        }
    }

    var promise: Promise
    var text: String
}
