/// What a reading of a pool says of the launches: events, and what has to be read more closely.
public struct PoolReading: Hashable, Sendable {
    public struct Event: Hashable, Sendable {
        public var launch: LaunchID
        public var event: LaunchEvent

        public init(launch: LaunchID, event: LaunchEvent) {
            self.launch = launch
            self.event = event
        }
    }

    public var events: [Event] = []
    /// Job requests that our launches hold or wait for and that the pool no longer lists as unfinished. Absence from a
    /// list is a hint, not a proof (the list may be cut): each is read by itself before anything is concluded.
    public var vanished: [JobRequestID] = []
}

/// What the registrations of a pool say of the launches.
public func read(agents: [PoolAgent], launches: [Launch]) -> [PoolReading.Event] {
    let places = placesByAgentName(launches)
    return agents.compactMap { agent in
        places[agent.name].map { PoolReading.Event(launch: launches[$0].id, event: .agentObserved(agent)) }
    }
}

/// Compares the unfinished job requests with the launches as they were before.
public func read(requests: [JobRequest], launches: [Launch]) -> PoolReading {
    var reading = PoolReading()
    let places = placesByAgentName(launches)
    var held = Array(repeating: false, count: launches.count)
    var listed: [JobRequestID: Int] = [:]
    listed.reserveCapacity(requests.count)
    var waiting: Set<JobRequestID> = []
    for (number, request) in requests.enumerated() where !request.isFinished {
        listed[request.id] = number
        if let reservation = request.reservation, let place = places[reservation.agentName],
            launches[place].isAgent(of: reservation)
        {
            held[place] = true
            // Given to an agent that has not come yet: see `isReservedBeforeItComes`.
            let isThere = request.receivedAt != nil || request.reservation?.isOnline == true
            guard isThere || !launches[place].isReservedBeforeItComes else { continue }
            // Most agents of a reading run the job that they are known to run.
            let origin = launches[place].unknownOrigin(of: request)
            guard launches[place].state != .busy(request.id) || launches[place].jobReturnedAt != nil || origin != nil
            else { continue }
            reading.events.append(.init(launch: launches[place].id, event: .jobObserved(request.id, origin)))
        } else if request.isWaiting {
            waiting.insert(request.id)
        }
    }
    var vanished: Set<JobRequestID> = []
    for (place, launch) in launches.enumerated() {
        if case .busy(let request) = launch.state {
            let number = listed[request]
            let holder = number.flatMap { requests[$0].reservation?.agentName } ?? launch.agentName
            if waiting.contains(request) || holder != launch.agentName {
                reading.events.append(.init(launch: launch.id, event: .jobReturned(request)))
            } else if number == nil {
                vanished.insert(request)
            }
        } else if let ran = launch.ran, ran != launch.request, launch.ranOrigin == nil, launch.isOpen {
            // It ran between two looks, and nobody knows whose it was.
            vanished.insert(ran)
        }
        guard launch.canTakeJob, !held[place], let request = launch.request else { continue }
        if waiting.contains(request) {
            if launch.orphanedAt != nil { reading.events.append(.init(launch: launch.id, event: .requestWaits)) }
        } else if listed[request] != nil {
            reading.events.append(.init(launch: launch.id, event: .requestGone))
        } else if launch.orphanedAt == nil {
            vanished.insert(request)
        }
    }
    reading.vanished = vanished.sorted()
    return reading
}

/// Where each launch is, by the name of its agent; of two with one name the first.
private func placesByAgentName(_ launches: [Launch]) -> [String: Int] {
    var places: [String: Int] = [:]
    places.reserveCapacity(launches.count)
    for (place, launch) in launches.enumerated() where places[launch.agentName] == nil {
        places[launch.agentName] = place
    }
    return places
}

/// What the job request that a launch's agent held, or was for, says when its agent task has stopped.
public func read(
    lastWord id: JobRequestID, as request: JobRequest?, of launch: Launch, after stop: AgentTaskStop
) -> [PoolReading.Event] {
    // An agent that ended well has run a job. What it was given and never received was not that one.
    if stop.exitCode == 0, !stop.isInterruption, let request {
        let isElsewhere = request.reservation.map { !launch.isAgent(of: $0) } ?? false
        let isUnreceived = !request.isFinished && request.receivedAt == nil
        if launch.state == .busy(id), isElsewhere || isUnreceived {
            return [.init(launch: launch.id, event: .jobLeftBehind(id))]
        }
        if isUnreceived, !isElsewhere { return [] }
    }
    return read(vanished: id, as: request, launches: [launch])
}

/// What a job request that was read by itself says of the launches; `nil`: the service doesn't know it.
public func read(vanished id: JobRequestID, as request: JobRequest?, launches: [Launch]) -> [PoolReading.Event] {
    var events: [PoolReading.Event] = []
    let isOver = request?.isFinished ?? true
    let word: LaunchEvent =
        if request?.isWithdrawn == true { .jobWithdrawn(id) } else if isOver {
            .jobEnded(id, result: request?.result)
        } else { .jobObserved(id) }
    let reservation = request?.reservation
    func note(_ launch: Launch) {
        guard let origin = request.flatMap(launch.unknownOrigin(of:)) else { return }
        events.append(.init(launch: launch.id, event: .jobDescribed(id, origin)))
    }
    for launch in launches {
        let isItsAgent = reservation.map { launch.isAgent(of: $0) }
        if launch.state == .busy(id), isItsAgent == false {
            // Taken back from its agent and given to another.
            events.append(.init(launch: launch.id, event: .jobReturned(id)))
        } else if launch.state == .busy(id) || isItsAgent == true {
            events.append(.init(launch: launch.id, event: word))
            note(launch)
        } else if launch.ran == id {
            note(launch)
        } else if launch.request == id, launch.canTakeJob, isOver || reservation != nil {
            events.append(.init(launch: launch.id, event: .requestGone))
        }
    }
    return events
}

extension Launch {
    /// Whose job a request is that its agent has; nil: that is known, as of the one that it is for, or nobody says.
    fileprivate func unknownOrigin(of request: JobRequest) -> JobOrigin? {
        guard request.id != self.request, ran != request.id || ranOrigin == nil else { return nil }
        return request.origin == JobOrigin() ? nil : request.origin
    }

    /// Whether the agent that a request was allotted to is this launch's. The launches that follow one another for a
    /// booking register under one name, and what the agent of an earlier one ran is read late at times.
    fileprivate func isAgent(of reservation: JobRequest.Reservation) -> Bool {
        guard agentName == reservation.agentName else { return false }
        // Until it is registered, who has its name is another; and by the time that is applied it may be registered.
        guard !isToBeRegistered else { return false }
        guard binding != nil, let agent, let other = reservation.agent else { return true }
        return agent == other
    }
}
