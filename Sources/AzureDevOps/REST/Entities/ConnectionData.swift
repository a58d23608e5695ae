/// Who the service takes us for.
public struct ConnectionData: Sendable, Equatable, Decodable {
    /// The identity behind the token.
    public var identityID: String?
    public var displayName: String?
    /// The organization, as in the `hostId` of job requests.
    public var instanceID: String?
    /// `hosted` for Azure DevOps Services, which alone has job events.
    public var deploymentType: String?
    /// True if the service did not know us. An organization with public projects answers a wrong token so, with 200.
    public var isAnonymous: Bool

    enum CodingKeys: String, CodingKey {
        case authenticatedUser, deploymentType
        case instanceID = "instanceId"
    }

    private struct Identity: Decodable {
        var id: String?
        var descriptor: String?
        var providerDisplayName: String?
        var customDisplayName: String?

        enum CodingKeys: CodingKey { case id, descriptor, providerDisplayName, customDisplayName }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            id = container.tolerantGUID(.id)
            descriptor = container.tolerant(String.self, .descriptor)
            providerDisplayName = container.tolerant(String.self, .providerDisplayName)
            customDisplayName = container.tolerant(String.self, .customDisplayName)
        }
    }

    /// The identity that stands for everybody.
    private static let anonymousID = "aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa"

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let identity = try container.decode(Identity.self, forKey: .authenticatedUser)
        identityID = identity.id
        displayName = identity.customDisplayName ?? identity.providerDisplayName
        instanceID = container.tolerantGUID(.instanceID)
        deploymentType = container.tolerant(String.self, .deploymentType)
        isAnonymous =
            identity.id == nil || identity.id == Self.anonymousID
            || identity.descriptor?.hasPrefix("System:PublicAccess") == true
    }
}
