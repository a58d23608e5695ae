/// Who is told of each committed change of a launch: metrics, a live view.
public protocol LaunchObserver: Sendable {
    /// `old` is nil for a new launch. Returns at once; never throws, never waits.
    func launchChanged(from old: Launch?, to new: Launch)
}
