extension Launch {
    /// Why an operator's stop is refused; nil: `stopEvent` may be applied.
    public func refusal(ofStopForced isForced: Bool, reason: String?) -> OperatorRefusal? {
        switch state {
        case .closed(let outcome): return OperatorRefusal(.over, "launch \(id) is over: \(outcome.reason)")
        case .cleaning where !isForced:
            return OperatorRefusal(.over, "launch \(id) has ended and is being cleaned; nothing is to be stopped")
        case .busy(let request) where !isForced:
            return OperatorRefusal(
                .busy,
                "the agent of launch \(id) has job request \(request), so it is left alone; cancel the job in Azure DevOps, "
                    + "or stop the launch by force with a reason: the job is lost then")
        case .planned, .starting, .pending, .online, .busy, .finished, .cleaning: break
        }
        guard !isForced || reason != nil else {
            return OperatorRefusal(.reasonNeeded, "a stop by force needs a reason: it is recorded")
        }
        return nil
    }

    /// Why its job request can't be tried again; nil: it can.
    public var refusalOfRetry: OperatorRefusal? {
        guard request != nil else {
            return OperatorRefusal(
                .notRetryable, "launch \(id) was made by hand, for no job request: launch another one")
        }
        guard let outcome else {
            return OperatorRefusal(.notRetryable, "launch \(id) has not ended, so there is nothing to try again")
        }
        switch outcome.kind {
        case .failed, .lost: return nil
        case .ran where ran == nil: return nil
        case .ran, .unused, .cancelled:
            return OperatorRefusal(
                .notRetryable, "launch \(id) did not fail (\(outcome.kind.rawValue)), so there is nothing to try again")
        }
    }
}

extension OperatorOrder {
    /// What a stop does to a launch.
    public func stopEvent(isForced: Bool) -> LaunchEvent {
        let why = "an operator stopped it, \(provenance)"
        return isForced ? .stopForced(why) : .stopRequested(why)
    }
}
