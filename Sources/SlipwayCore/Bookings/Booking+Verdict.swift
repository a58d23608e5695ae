extension Booking {
    /// How it ends by what is known of its launch; nil: not yet.
    ///
    /// - Parameters:
    ///   - launch: its open launch; nil: there is none.
    ///   - isNameTaken: the name of its agent belongs to one that Slipway didn't make.
    ///   - refusal: why no (further) launch is made for it, by the planner.
    ///   - problem: the last that is known, for a person.
    public func verdict(
        launch: Launch?, isNameTaken: Bool = false, refusal: String?, problem: String?, at now: Timestamp
    ) -> BookingOutcome? {
        guard outcome == nil, let agent else { return nil }
        if isNameTaken { return BookingOutcome(.failed, BookingMessage(.nameTaken, agent.pool, agent.name.rawValue)) }
        if let launch {
            if launch.isReady(for: agent.wait) {
                let name = agent.wait == .online ? BookingMessage.Name.online : .registered
                return BookingOutcome(.succeeded, BookingMessage(name, agent.name.rawValue), launch: launch.id)
            }
            if let loss = launch.loss {
                return BookingOutcome(.failed, BookingMessage(.agentLost, agent.name.rawValue, loss))
            }
        }
        if let refusal { return BookingOutcome(.failed, BookingMessage(.launchFailed, refusal)) }
        guard now >= deadline else { return nil }
        let known = launch?.lastProblem ?? problem ?? launch.map { "its launch is \($0.state.name)" } ?? "nothing"
        return BookingOutcome(.failed, BookingMessage(.timedOut, "\(agent.timeoutMinutes)", known))
    }
}

extension Launch {
    /// Whether its booked agent is there as the pipeline's task wants it.
    fileprivate func isReady(for wait: BookedAgent.Wait) -> Bool {
        switch state {
        case .planned: false
        case .starting, .pending: wait == .registered && registeredAt != nil
        case .online: true
        // Its job may have been queued by somebody who didn't wait for the task. Another's is a loss.
        case .busy, .finished, .cleaning, .closed: false
        }
    }

    /// Before its task was told that it is ready, its agent was given a job: nobody can have demanded it yet.
    fileprivate var loss: String? {
        switch state {
        case .busy(let request): "it was given job request \(request)"
        case .finished: "it ran a job that was not the one it is for"
        case .planned, .starting, .pending, .online, .cleaning, .closed: nil
        }
    }
}
