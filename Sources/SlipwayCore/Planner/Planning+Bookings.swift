/// Bookings, and the jobs that demand their agents by name.
extension Planning {
    /// A job that demands an agent by name: served by the launch that has it, and by no other.
    mutating func settle(_ request: JobRequest, boundTo text: String) {
        guard let name = BoundAgentName(rawValue: text) else {
            return refuse(request, "it demands the agent \(text), which Slipway does not launch on its own")
        }
        if let place = boundPlaces[name] { return settle(request, name, input.launches[place]) }
        guard let booking = speakers[name], let agent = booking.agent else {
            return refuse(
                request, "it demands the agent \(name), which no task of its run has asked for in this pool")
        }
        guard booking.isWanted else {
            let why = booking.outcome?.message.text ?? "its booking is over"
            return refuse(request, "it demands the agent \(name), which was not to be had: \(why)")
        }
        want(booking, agent, demandedBy: request)
    }

    /// Of the bookings that asked for an agent, the one that counts.
    static func speakers(_ bookings: [Booking]) -> [BoundAgentName: Booking] {
        var byName: [BoundAgentName: [Booking]] = [:]
        for booking in bookings { if let name = booking.agent?.name { byName[name, default: []].append(booking) } }
        return byName.compactMapValues { $0.max { $1.overrules($0) } }
    }

    private mutating func settle(_ request: JobRequest, _ name: BoundAgentName, _ launch: Launch) {
        switch launch.state {
        case .planned, .starting, .pending, .online:
            serve(request, "the agent \(name) is on its way for it")
        case .busy(let other) where other != request.id:
            hold(
                .request(request), .agentName,
                "the agent \(name) was given job request \(other) instead; a new one follows it")
        case .busy:
            serve(request, "the agent \(name) has it")
        case .finished, .cleaning, .closed:
            hold(
                .request(request), .agentName,
                "the agent \(name) is being removed; a new one follows it")
        }
    }

    /// Bookings whose task still waits, and launches of those that are wanted no more.
    mutating func settleBookings() {
        let bound = input.launches.filter { $0.binding != nil }
        let byBooking = Dictionary(grouping: bound) { $0.binding?.booking }
        let byName = Dictionary(grouping: bound) { $0.binding?.agentName }
        for booking in input.bookings.sorted(by: { $0.id < $1.id }) {
            guard let agent = booking.agent else { continue }
            let own = byBooking[booking.id] ?? []
            guard booking.isWanted else {
                for launch in own where launch.canTakeJob { stop(launch, "its booking is over") }
                continue
            }
            guard booking.isUndecided, own.isEmpty, speakers[agent.name]?.id == booking.id else { continue }
            let others = byName[agent.name] ?? []
            for launch in others where launch.canTakeJob {
                stop(launch, "a later attempt has asked for its agent anew")
            }
            if others.isEmpty {
                want(booking, agent, demandedBy: nil)
            } else {
                decisions.append(
                    Decision(
                        action: .hold(.agentName), request: nil, booking: booking.id,
                        reason: "the agent \(agent.name) of an earlier attempt is being removed"))
            }
        }
    }

    private mutating func want(_ booking: Booking, _ agent: BookedAgent, demandedBy request: JobRequest?) {
        guard !wantedBookingIDs.contains(booking.id) else { return }
        let want = Want.booking(booking, agent, demandedBy: request)
        guard input.policy.profile(named: agent.profile) != nil else {
            return refuse(want, "profile \(agent.profile) of pool \(input.policy.name) is not configured any more")
        }
        wantedBookingIDs.insert(booking.id)
        wantedBookings.append(ProjectQueue.Item(profile: agent.profile, want: want))
    }

    private mutating func stop(_ launch: Launch, _ reason: String) {
        decisions.append(
            Decision(action: .stop(launch.id), request: nil, booking: launch.binding?.booking, reason: reason))
    }

    mutating func launch(
        _ booking: Booking, _ agent: BookedAgent, _ request: JobRequest?, _ profile: Profile, ordinal: Int
    ) {
        let reason = "a task of run \(booking.run) asked for the agent \(agent.name)"
        let avoidsSpot = input.interruptedRuns.contains(booking.run)
        let id = LaunchID(
            organization: input.policy.organization, pool: input.policy.id, booking: booking.id, ordinal: ordinal)
        let binding = LaunchBinding(
            booking: booking.id, agentName: agent.name, cpu: agent.cpu, memory: agent.memory,
            ephemeralStorageGiB: agent.ephemeralStorageGiB, taskDefinition: agent.taskDefinition)
        let launch = Launch(
            id: id, pool: input.policy.id, profile: profile.name, request: nil, ordinal: ordinal,
            origin: booking.origin, reason: reason, createdAt: now, avoidsSpot: avoidsSpot, binding: binding)
        decisions.append(
            Decision(action: .launch(launch), request: request?.id, booking: booking.id, reason: reason))
    }
}
