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
    /// Of a service that has one endpoint for a whole partition, by the partition's name. A partition that isn't here has one
    /// for each region.
    var globalEndpoints: [String: GlobalEndpoint] = [:]

    struct GlobalEndpoint: Sendable, Hashable {
        var host: String
        /// What signatures name in place of the client's own region.
        var signingRegion: String
    }

    func signingRegion(in region: AWSRegion) -> String {
        globalEndpoints[region.partition.name]?.signingRegion ?? region.name
    }

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

    public static let ec2 = AWSService(
        name: "EC2", endpointPrefix: "ec2", signingName: "ec2", settingsID: "EC2",
        wireProtocol: .query(version: "2016-11-15")
    )
    public static let iam = AWSService(
        name: "IAM", endpointPrefix: "iam", signingName: "iam", settingsID: "IAM",
        wireProtocol: .query(version: "2010-05-08"),
        globalEndpoints: [
            "aws": GlobalEndpoint(host: "iam.amazonaws.com", signingRegion: "us-east-1"),
            "aws-cn": GlobalEndpoint(host: "iam.cn-north-1.amazonaws.com.cn", signingRegion: "cn-north-1"),
            "aws-us-gov": GlobalEndpoint(host: "iam.us-gov.amazonaws.com", signingRegion: "us-gov-west-1"),
        ]
    )
    public static let serviceQuotas = AWSService(
        name: "Service Quotas", endpointPrefix: "servicequotas", signingName: "servicequotas",
        settingsID: "SERVICE_QUOTAS", wireProtocol: .json(targetPrefix: "ServiceQuotasV20190624")
    )
    public static let ecr = AWSService(
        name: "ECR", endpointPrefix: "api.ecr", signingName: "ecr", settingsID: "ECR",
        wireProtocol: .json(targetPrefix: "AmazonEC2ContainerRegistry_V20150921")
    )
    public static let cloudWatchLogs = AWSService(
        name: "CloudWatch Logs", endpointPrefix: "logs", signingName: "logs", settingsID: "CLOUDWATCH_LOGS",
        wireProtocol: .json(targetPrefix: "Logs_20140328")
    )
    public static let systemsManager = AWSService(
        name: "Systems Manager", endpointPrefix: "ssm", signingName: "ssm", settingsID: "SSM",
        wireProtocol: .json(targetPrefix: "AmazonSSM"), usesPlainFIPSHostInGovCloud: true
    )

    /// Those whose endpoints can be set one by one.
    static let all: [AWSService] = [
        .ecs, .secretsManager, .sqs, .sts, .ec2, .iam, .serviceQuotas, .ecr, .cloudWatchLogs, .systemsManager,
    ]

    var contentType: String {
        switch self.wireProtocol {
        case .json(_, let version): return "application/x-amz-json-\(version)"
        case .query: return "application/x-www-form-urlencoded; charset=utf-8"
        }
    }
}
