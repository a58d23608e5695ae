import Foundation

/// The account's token buckets: one for each category of operations, and Fargate's on top.
struct RequestThrottle: Sendable {
    /// What an operation draws on. Operations of one category share its bucket.
    enum Category: Hashable, Sendable {
        case resourceModify, resourceRead, definitionModify, definitionRead, clusterRead
        case fargateRunTask, fargateLaunches, spotLaunches

        init?(operation: SandboxOperation) {
            switch operation {
            case .runTask, .stopTask: self = .resourceModify
            case .describeTasks, .listTasks: self = .resourceRead
            case .registerTaskDefinition: self = .definitionModify
            case .describeTaskDefinition, .listTaskDefinitionFamilies: self = .definitionRead
            case .describeClusters, .listClusters: self = .clusterRead
            default: return nil
            }
        }
    }

    private var buckets: [Category: TokenBucket]
    private let scale: TimeScale

    /// Without limits every request passes.
    init(limits: SandboxConfiguration.RequestLimits, now: Date, scale: TimeScale) {
        self.scale = scale
        buckets = limits.rates.mapValues { TokenBucket($0, now: now) }
    }

    mutating func take(_ category: Category, count: Int = 1, now: Date) throws(ECSError) {
        guard buckets[category]?.take(Double(count), now: now, scale: scale) != false else { throw .throttling }
    }
}

extension SandboxConfiguration.RequestLimits {
    fileprivate var rates: [RequestThrottle.Category: TokenBucket.Rate] {
        guard !isUnlimited else { return [:] }
        let factor = self.factor
        func rate(_ burst: Double, _ perSecond: Double) -> TokenBucket.Rate {
            TokenBucket.Rate(burst: burst * factor, perSecond: perSecond * factor)
        }
        return [
            .resourceModify: rate(100, 40), .resourceRead: rate(100, 20), .definitionModify: rate(20, 1),
            .definitionRead: rate(50, 20), .clusterRead: rate(50, 20), .fargateRunTask: rate(20, 20),
            .fargateLaunches: rate(100, 20), .spotLaunches: rate(100, 20),
        ]
    }
}
