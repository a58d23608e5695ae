import Foundation
import NIOCore

/// Listeners: sessions, and the messages that lie in them.
extension AzureDevOpsWorld {
    enum Poll: Sendable {
        case message(AgentMessage)
        /// Nothing yet: wait to be woken.
        case wait
    }

    /// Makes the agent online. Its capabilities are those of the listener from now on.
    mutating func createSession(
        agentID: Int, ownerName: String, version: String?, capabilities: [String: String]?, poolID: Int, now: Date
    ) throws(AzureDevOpsError) -> AgentSession {
        var agent = try agent(agentID, in: poolID)
        guard agent.sessionID == nil else {
            throw AzureDevOpsError(
                409, "TaskAgentSessionConflictException", "The agent \(agent.name) already has an active session."
            )
        }
        let session = AgentSession(id: generator.uuid(), agentID: agentID, ownerName: ownerName, lastContact: now)
        sessions[session.id] = session
        agent.sessionID = session.id
        agent.statusChangedAt = now
        agent.isLeaving = false
        if let version { agent.version = version }
        if let capabilities { agent.systemCapabilities = capabilities }
        agents[agentID] = agent
        watch(session.id, now: now)
        deliverReserved(to: agentID, now: now)
        matchAgents(now: now)
        return session
    }

    mutating func deleteSession(_ id: String, now: Date) throws(AzureDevOpsError) {
        guard let session = sessions[id], var agent = agents[session.agentID] else { throw .sessionExpired }
        endSession(of: &agent, now: now)
        agents[agent.id] = agent
    }

    /// The oldest message after the one that the listener saw last.
    mutating func poll(_ sessionID: String, lastMessageID: Int, now: Date) throws(AzureDevOpsError) -> Poll {
        guard var session = sessions[sessionID] else {
            throw revokedSessions.remove(sessionID) == nil ? .sessionExpired : .agentTokenRevoked
        }
        session.lastContact = now
        let message = session.messages.first { $0.messageId > lastMessageID }
        session.isPolling = message == nil
        sessions[sessionID] = session
        return message.map(Poll.message) ?? .wait
    }

    /// The long poll has ended, with or without a message.
    mutating func endPoll(_ sessionID: String, now: Date) {
        sessions[sessionID]?.isPolling = false
        sessions[sessionID]?.lastContact = now
        watch(sessionID, now: now)
    }

    mutating func deleteMessage(_ messageID: Int, sessionID: String, now: Date) throws(AzureDevOpsError) {
        guard sessions[sessionID] != nil else { throw .sessionExpired }
        sessions[sessionID]?.messages.removeAll { $0.messageId == messageID }
        sessions[sessionID]?.lastContact = now
    }

    mutating func send(_ type: String, _ body: JSONValue, to agentID: Int) {
        guard let sessionID = agents[agentID]?.sessionID, var session = sessions[sessionID] else { return }
        session.messages.append(
            AgentMessage(
                messageId: session.nextMessageID, messageType: type, body: String(buffer: JSONBody.encode(sorted: body))
            )
        )
        session.nextMessageID += 1
        sessions[sessionID] = session
        emit(.wake(sessionID: sessionID))
    }

    /// A listener that was killed is found out when it has been silent for long enough.
    mutating func expireSession(_ id: String, now: Date) {
        guard let session = sessions[id], var agent = agents[session.agentID] else { return }
        let silentUntil = scale.date(timing.sessionExpiry, after: session.lastContact)
        guard !session.isPolling, silentUntil <= now else { return watch(id, now: now) }
        endSession(of: &agent, now: now)
        agents[agent.id] = agent
    }

    mutating func endSession(of agent: inout Registration, now: Date) {
        guard let id = agent.sessionID else { return }
        agent.sessionID = nil
        agent.statusChangedAt = now
        sessions[id] = nil
        emit(.wake(sessionID: id))
    }

    private mutating func watch(_ id: String, now: Date) {
        guard let session = sessions[id], !session.isPolling else { return }
        agenda.add(.sessionExpiry(id), at: max(now, scale.date(timing.sessionExpiry, after: session.lastContact)))
    }
}
