internal import SlipwayCore

extension LaunchID {
    /// The launch that an agent task's `startedBy` names; nil when it is not one of ours.
    init?(startedBy: String) {
        guard startedBy.hasPrefix(LaunchID.startedByPrefix) else { return nil }
        self.init(rawValue: String(startedBy.dropFirst(LaunchID.startedByPrefix.count)))
    }
}
