/// Whether Slipway makes the placeholders of a pool, or leaves that to the operator.
public enum PlaceholderPolicy: String, Hashable, Sendable, CaseIterable {
    case manage
    case leave
}
