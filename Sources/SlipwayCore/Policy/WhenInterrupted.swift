/// What becomes of a stage whose jobs ended because Spot capacity was taken back.
public enum WhenInterrupted: String, Hashable, Sendable, CaseIterable {
    /// The stage fails, as without Slipway.
    case leave
    /// It is run again, once, as soon as it is over, unless a job of it failed by itself.
    case retryStage
}
