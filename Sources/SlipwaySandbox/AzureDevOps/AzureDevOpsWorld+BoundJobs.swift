import Foundation

/// Jobs that demand one agent by its name.
///
/// One that is registered, enabled and offline is reserved for its job: the job request is assigned to it before it is
/// there, and is handed to it when it comes. When it doesn't come in time the reservation ends, once, and the job waits
/// like any other. That a request may be assigned to an offline agent, and that its lease runs out after 45 minutes, is
/// reported; when exactly the service does so is not documented.
extension AzureDevOpsWorld {
    mutating func reserveOfflineAgents(now: Date) {
        guard configuration.reservesOfflineAgents, !boundRequests.isEmpty else { return }
        var room = parallelRoom
        for id in boundRequests {
            guard var request = requests[id], request.isWaiting, !request.wasReserved, request.visibleAt <= now,
                let name = request.boundAgentName, let agent = agent(named: name, in: request.poolID),
                !agent.isOnline, agent.isEnabled, agent.requestID == nil, agent.satisfies(request.demands)
            else { continue }
            let counts = !isPublic(request)
            guard room > 0 || !counts else { continue }
            if counts { room -= 1 }
            let until = scale.date(timing.reservation, after: now)
            request.agentID = agent.id
            request.assignedAt = now
            request.reservedUntil = until
            request.wasReserved = true
            requests[id] = request
            agents[agent.id]?.requestID = id
            agenda.add(.reservationEnd(id), at: until)
        }
    }

    /// The agent has come: its job is handed to it.
    mutating func deliverReserved(to agentID: Int, now: Date) {
        guard let id = agents[agentID]?.requestID, var request = requests[id], request.isReserved else { return }
        request.reservedUntil = nil
        requests[id] = request
        hand(request, to: agentID, now: now)
    }

    mutating func endReservation(_ id: Int, now: Date) {
        guard var request = requests[id], let until = request.reservedUntil, until <= now, !request.isFinished else {
            return
        }
        if let agentID = request.agentID { agents[agentID]?.requestID = nil }
        request.agentID = nil
        request.assignedAt = nil
        request.reservedUntil = nil
        requests[id] = request
        matchAgents(now: now)
    }

    /// Assigned to an agent that is not there yet.
    func isReserved(_ agent: Registration) -> Bool {
        agent.requestID.flatMap { requests[$0] }?.isReserved ?? false
    }
}
