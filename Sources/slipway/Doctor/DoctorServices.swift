internal import AWSClient
internal import Foundation
internal import OpenSSLNIO
internal import SlipwayCore

/// What the doctor asks the world. Closures, so that a test can answer anything, or nothing.
struct DoctorServices: Sendable {
    var now: @Sendable () -> Date
    var certificate: @Sendable (_ chainPath: String, _ keyPath: String) async throws -> CertificateFacts
    var store: @Sendable (_ path: String) async throws -> StoreFacts
    /// The newest launches of a profile, newest first; of any pool where none is given.
    var launches: @Sendable (_ path: String, _ pool: PoolID?, _ profile: String) async throws -> [Launch]
    var secrets: @Sendable () async throws -> SlipwaySecrets

    /// The status that an address answers a GET with.
    var status: @Sendable (_ url: String) async throws -> Int

    /// Who Azure DevOps takes us for; nil if it doesn't know us.
    var signIn: @Sendable () async throws -> String?
    var pool: @Sendable (_ name: String) async throws -> PoolFacts?
    var agents: @Sendable (_ poolID: Int) async throws -> [AgentFacts]
    /// Registers an agent of this name with a key that nobody has, and removes it.
    var tryRegistration: @Sendable (_ pool: String, _ agentName: String) async throws -> Void
    var unfinishedJobRequestCount: @Sendable (_ poolID: Int) async throws -> Int
    /// What the pool's unfinished job requests demand of `Agent.Version`.
    var demandedAgentVersions: @Sendable (_ poolID: Int) async throws -> [String]
    /// Of the agents that the organization offers for Linux; nil if it doesn't tell.
    var newestAgentVersion: @Sendable () async throws -> String?
    /// Whether what its scope alone allows is not refused; of builds nil where there is no project to look in.
    var mayReadPools: @Sendable () async throws -> Bool
    var mayReadBuilds: @Sendable () async throws -> Bool?
    var parallelJobs: @Sendable () async throws -> ParallelJobsUse
    /// The hook subscriptions that send to this URL.
    var hookSubscriptions: @Sendable (_ receiverURL: String) async throws -> [ListedSubscription]
    /// Our clock minus that of the service, in seconds; nil if it sent none.
    var clockAheadSeconds: @Sendable () async throws -> Double?

    /// The ARN of the identity that signs calls.
    var callerIdentity: @Sendable () async throws -> String
    /// nil: there is no such cluster.
    var cluster: @Sendable (_ name: String) async throws -> ECSCluster?
    var taskDefinition: @Sendable (_ name: String) async throws -> TaskDefinition
    /// Those of them that exist.
    var subnets: @Sendable (_ ids: [String]) async throws -> [Subnet]
    var securityGroups: @Sendable (_ ids: [String]) async throws -> [SecurityGroup]
    /// vCPUs.
    var fargateQuota: @Sendable (_ code: String) async throws -> Double
    /// nil: there is no such role.
    var role: @Sendable (_ name: String) async throws -> IAMRole?
    var decision:
        @Sendable (_ principalARN: String, _ action: String, _ resource: String, _ context: [String: String])
            async throws
            -> IAMDecision
    var image: @Sendable (_ image: ECRImage) async throws -> ECRImageAnswer
    var hasLogGroup: @Sendable (_ name: String) async throws -> Bool
    /// nil: there is no such secret.
    var secret: @Sendable (_ arn: String) async throws -> SecretDescription?
    /// Whether one of these is there.
    var hasParameter: @Sendable (_ names: [String]) async throws -> Bool
    /// The attributes of the queue of task state changes, `Policy` and others as SQS names them.
    var eventQueue: @Sendable () async throws -> [String: String]
    /// Whether messages may be received from it, and deleted.
    var readEventQueue: @Sendable () async throws -> Void
}

/// The server's certificate, which fits its key.
struct CertificateFacts: Hashable, Sendable {
    var subject: String
    var dnsNames: [String]
    var notBefore: Date
    var notAfter: Date
    /// Certificates in the file, the server's own included.
    var chainLength: Int
    /// By the roots of this machine.
    var trust: TLSChainTrust
}

struct StoreFacts: Hashable, Sendable {
    /// False: the server will create it, since its directory can be written to.
    var exists: Bool
    /// An older version wrote it: the server brings it up to date, and nothing is counted before.
    var isOutdated = false
    var records: Int64
    /// The last record's hash.
    var head: String
    var openLaunches: Int64
    /// Who runs on it, in a person's words; nil: nobody.
    var holder: String?
    /// What is free on its disk, for this user; nil: that can't be told.
    var freeBytes: Int64?
    /// Whose it is, and the files beside it must be; of one that isn't there, whose the directory is.
    var owner: FileOwner?
    /// Of the files that SQLite and the lock keep beside it, those of somebody else.
    var strangers: [Stranger] = []
    /// Anybody on this machine may read it.
    var isPublic = false
    /// This user may use it only since it is root, and not its owner.
    var isSeenByRoot = false

    struct Stranger: Hashable, Sendable {
        var path: String
        var owner: FileOwner
    }
}

/// A user by number, and by name where there is one.
struct FileOwner: Hashable, Sendable, CustomStringConvertible {
    var id: UInt32
    var name: String?

    var description: String { name ?? "the user \(id)" }
    /// For a command.
    var word: String { name ?? String(id) }
}

/// A registration in a pool.
struct AgentFacts: Hashable, Sendable {
    var name: String
    /// As it told when it was last online, or as it was registered.
    var version: String?
    /// Those of the system and those that users gave it.
    var capabilities: Capabilities
}

struct PoolFacts: Hashable, Sendable {
    var id: Int
    var isHosted: Bool
}
