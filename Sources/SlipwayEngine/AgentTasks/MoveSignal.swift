internal import SlipwayCore

/// Tells the watch that an agent task is on its way up or down.
struct MoveSignal: LaunchObserver {
    let wakeup = Wakeup()

    func launchChanged(from old: Launch?, to new: Launch) {
        guard old?.state.name != new.state.name else { return }
        switch new.state {
        case .pending, .finished, .cleaning: wakeup.signal()
        case .planned, .starting, .online, .busy, .closed: break
        }
    }
}
