/// The inputs of the smaller operations. Every member is optional on the wire; what is required is checked by the
/// world.
struct DescribeTasksInput: Codable, Sendable {
    var cluster: String?
    var tasks: [String]?
    var include: [String]?
}

struct StopTaskInput: Codable, Sendable {
    var cluster: String?
    var task: String?
    var reason: String?
}

struct ListTasksInput: Codable, Sendable {
    var cluster: String?
    var family: String?
    var serviceName: String?
    var startedBy: String?
    var desiredStatus: String?
    var launchType: String?
    var containerInstance: String?
    var maxResults: Int?
    var nextToken: String?
}

struct DescribeTaskDefinitionInput: Codable, Sendable {
    var taskDefinition: String?
    var include: [String]?
}

/// Of ListClusters and ListTaskDefinitionFamilies.
struct ListNamesInput: Codable, Sendable {
    var familyPrefix: String?
    var maxResults: Int?
    var nextToken: String?
}

struct DescribeClustersInput: Codable, Sendable {
    var clusters: [String]?
    var include: [String]?
}
