public import Foundation

/// The registration of an agent in a pool.
public struct Agent: Sendable, Equatable, Decodable {
    public var id: Int
    public var name: String
    public var version: String?
    public var osDescription: String?
    /// A disabled agent gets no further job.
    public var enabled: Bool?
    /// `online` or `offline`: whether the agent holds a session.
    public var status: String?
    public var provisioningState: String?
    public var createdOn: Date?
    /// Since when the status holds; nil for an agent that was never online.
    public var statusChangedOn: Date?
    /// The job that the agent has or is about to get. Only there if asked for by ``AgentDetails/assignedRequest``, and nil
    /// for an idle agent.
    public var assignedRequest: JobRequest?
    /// Only there if asked for by ``AgentDetails/lastCompletedRequest``.
    public var lastCompletedRequest: JobRequest?
    /// Only there if asked for by ``AgentDetails/capabilities``.
    public var systemCapabilities: [String: String]?
    public var userCapabilities: [String: String]?
    /// In the answer to a creation: what the agent signs in with.
    public var authorization: AgentAuthorization?
    /// The `ServerUrl` among the properties of a creation's answer; its path replaces the path of the organization's URL.
    public var serverURL: String?

    public var isOnline: Bool { status?.lowercased() == "online" }

    enum CodingKeys: CodingKey {
        case id, name, version, osDescription, enabled, status, provisioningState, createdOn, statusChangedOn
        case assignedRequest, lastCompletedRequest, systemCapabilities, userCapabilities, authorization, properties
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        id = try container.decode(Int.self, forKey: .id)
        name = try container.decode(String.self, forKey: .name)
        version = container.tolerant(String.self, .version)
        osDescription = container.tolerant(String.self, .osDescription)
        enabled = container.tolerant(Bool.self, .enabled)
        status = container.tolerant(String.self, .status)
        provisioningState = container.tolerant(String.self, .provisioningState)
        createdOn = container.tolerantDate(.createdOn)
        statusChangedOn = container.tolerantDate(.statusChangedOn)
        // Strict: an odd value must not make a busy agent look idle.
        assignedRequest = try container.decodeIfPresent(JobRequest.self, forKey: .assignedRequest)
        lastCompletedRequest = container.tolerant(JobRequest.self, .lastCompletedRequest)
        systemCapabilities = container.tolerant([String: String].self, .systemCapabilities)
        userCapabilities = container.tolerant([String: String].self, .userCapabilities)
        authorization = container.tolerant(AgentAuthorization.self, .authorization)
        serverURL = container.tolerant(Properties.self, .properties)?.serverURL
    }

    /// Plain values, or `{"$type": …, "$value": …}` as the service writes property bags.
    private struct Properties: Decodable {
        var serverURL: String?

        enum CodingKeys: String, CodingKey { case serverURL = "ServerUrl" }
        private struct Wrapped: Decodable {
            var value: String
            enum CodingKeys: String, CodingKey { case value = "$value" }
        }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            serverURL =
                container.tolerant(String.self, .serverURL) ?? container.tolerant(Wrapped.self, .serverURL)?.value
        }
    }
}

/// What an agent signs in with. Store what the answer says; the URL is never built.
public struct AgentAuthorization: Sendable, Equatable, Decodable {
    public var clientID: String?
    public var authorizationURL: String?

    enum CodingKeys: String, CodingKey {
        case clientID = "clientId"
        case authorizationURL = "authorizationUrl"
    }
}

/// An agent as other objects mention it.
public struct AgentReference: Sendable, Equatable, Decodable {
    public var id: Int
    public var name: String?
    public var version: String?
    public var enabled: Bool?
    public var status: String?

    public var isOnline: Bool { status?.lowercased() == "online" }

    enum CodingKeys: CodingKey { case id, name, version, enabled, status }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        id = try container.decode(Int.self, forKey: .id)
        name = container.tolerant(String.self, .name)
        version = container.tolerant(String.self, .version)
        enabled = container.tolerant(Bool.self, .enabled)
        status = container.tolerant(String.self, .status)
    }
}

/// What a list of agents is to contain beside the agents themselves.
public struct AgentDetails: OptionSet, Sendable {
    public let rawValue: Int

    public init(rawValue: Int) { self.rawValue = rawValue }

    public static let capabilities = AgentDetails(rawValue: 1)
    public static let assignedRequest = AgentDetails(rawValue: 2)
    public static let lastCompletedRequest = AgentDetails(rawValue: 4)
}

/// How the deletion of an agent ended. A busy agent is an error of code `agentBusy` instead.
public enum AgentDeletion: Sendable, Equatable {
    case deleted
    /// It was not there: somebody else deleted it, or an earlier try did.
    case alreadyGone
}
