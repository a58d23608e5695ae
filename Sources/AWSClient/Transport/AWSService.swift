/// How one AWS service is spoken to. Values from AWS's own service models.
public struct AWSService: Sendable, Hashable {
    enum WireProtocol: Sendable, Hashable {
        /// `POST /`, JSON 1.1 both ways, the operation in `X-Amz-Target`.
        case json(targetPrefix: String)
        /// `POST /`, a form with `Action` and `Version`, XML back.
        case query(version: String)
    }

    /// Name for people, logs and errors.
    public let name: String
    /// First label of the host.
    let endpointPrefix: String
    /// Name in the credential scope.
    let signingName: String
    /// Last part of `AWS_ENDPOINT_URL_…`; in lower case the key in a `services` section.
    let settingsID: String
    let wireProtocol: WireProtocol
    /// In us-gov this service's FIPS host is the plain one.
    var usesPlainFIPSHostInGovCloud = false
    /// This service answers IPv6 on its plain host too and has no dual-stack name in the public partitions.
    var usesPlainDualStackHost = false

    public static let ecs = AWSService(
        name: "ECS", endpointPrefix: "ecs", signingName: "ecs", settingsID: "ECS",
        wireProtocol: .json(targetPrefix: "AmazonEC2ContainerServiceV20141113")
    )
    public static let secretsManager = AWSService(
        name: "Secrets Manager", endpointPrefix: "secretsmanager", signingName: "secretsmanager",
        settingsID: "SECRETS_MANAGER", wireProtocol: .json(targetPrefix: "secretsmanager"),
        usesPlainDualStackHost: true
    )
    public static let sts = AWSService(
        name: "STS", endpointPrefix: "sts", signingName: "sts", settingsID: "STS",
        wireProtocol: .query(version: "2011-06-15"), usesPlainFIPSHostInGovCloud: true
    )

    var contentType: String {
        switch self.wireProtocol {
        case .json: return "application/x-amz-json-1.1"
        case .query: return "application/x-www-form-urlencoded; charset=utf-8"
        }
    }
}
