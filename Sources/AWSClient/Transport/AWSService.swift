/// How one AWS service is spoken to. Values from AWS's own service models.
public struct AWSService: Sendable, Hashable {
    enum WireProtocol: Sendable, Hashable {
        /// `POST /`, JSON both ways, the operation in `X-Amz-Target`. The version is 1.0 or 1.1.
        case json(targetPrefix: String, version: String = "1.1")
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
    public static let sqs = AWSService(
        name: "SQS", endpointPrefix: "sqs", signingName: "sqs", settingsID: "SQS",
        wireProtocol: .json(targetPrefix: "AmazonSQS", version: "1.0"), usesPlainFIPSHostInGovCloud: true
    )
    public static let sts = AWSService(
        name: "STS", endpointPrefix: "sts", signingName: "sts", settingsID: "STS",
        wireProtocol: .query(version: "2011-06-15"), usesPlainFIPSHostInGovCloud: true
    )

    var contentType: String {
        switch self.wireProtocol {
        case .json(_, let version): return "application/x-amz-json-\(version)"
        case .query: return "application/x-www-form-urlencoded; charset=utf-8"
        }
    }
}
