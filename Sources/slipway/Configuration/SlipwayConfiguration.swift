internal import SlipwayConsole
internal import SlipwayCore
internal import SlipwayReceiver

/// Everything an operator can decide, as values with defaults. Secrets are references here: `SlipwaySecrets` reads them.
///
/// `ConfigurationLoader` makes it from a file and the environment, checked. The memberwise initialisers are for the demo
/// and for tests; `ConfigurationSchema.keys` documents each key.
struct SlipwayConfiguration: Hashable, Sendable {
    var receiver: Receiver
    var claims = Claims()
    var serverTasks = ServerTasks()
    var console = Console()
    var store = Store()
    var hooks: Hooks
    var azureDevOps: AzureDevOps
    var aws: AWS
    var engine = Engine()
    var costs = Costs()
    var log = Log()
    var pools: [Pool]

    struct Receiver: Hashable, Sendable {
        var host = "0.0.0.0"
        var port = 8443
        /// PEM files.
        var certificate: String
        var privateKey: String
        var publicURL: String?
        var unreadyMilliseconds = 0
        var refusingMilliseconds = 2_000

        /// Where hooks go; nil: it isn't told.
        var hookURL: String? {
            origin.map { $0 + ReceiverConfiguration.hookPath }
        }

        /// What a path of ours is appended to; nil: it isn't told.
        var origin: String? {
            publicURL.map {
                $0.hasSuffix(ReceiverConfiguration.hookPath)
                    ? String($0.dropLast(ReceiverConfiguration.hookPath.count)) : $0
            }
        }

        /// From the signal to the closed port.
        var drain: Duration { .milliseconds(unreadyMilliseconds + refusingMilliseconds) }
    }

    /// No secrets: no claims are taken.
    struct Claims: Hashable, Sendable {
        var secrets: [SecretReference] = []
    }

    /// No tokens: no calls of server tasks are taken.
    struct ServerTasks: Hashable, Sendable {
        var tokens: [SecretReference] = []
    }

    struct Console: Hashable, Sendable {
        var host = "127.0.0.1"
        var port = 8080
        /// It allows to read.
        var token: SecretReference?
        var tokens: [Token] = []

        struct Token: Hashable, Sendable {
            var name: String
            var scope: AccessScope
            var token: SecretReference
        }
    }

    struct Store: Hashable, Sendable {
        var path = "/var/lib/slipway/slipway.db"
    }

    /// At least one of `passwords` and `header` is there.
    struct Hooks: Hashable, Sendable {
        var username = "slipway"
        var passwords: [SecretReference] = []
        var header: Header?
        /// Whether a disabled or deleted subscription is made anew.
        var repair = false

        struct Header: Hashable, Sendable {
            var name: String
            var values: [SecretReference]
        }
    }

    struct AzureDevOps: Hashable, Sendable {
        /// The organization's URL, without a slash at its end.
        var organization: String
        var signIn: SignIn
        /// Whether no more agents are started than the organization's self-hosted parallel jobs can use.
        var respectParallelJobs = true
        /// Of the token or client secret.
        var tokenExpires: CalendarDay?

        enum SignIn: Hashable, Sendable {
            case token(SecretReference)
            case entra(tenantID: String, clientID: String, clientSecret: SecretReference)
        }
    }

    struct AWS: Hashable, Sendable {
        var region: String
        var cluster: String
        /// One endpoint for every service; nil: AWS's own.
        var endpoint: String?
        /// The queue of the cluster's task state changes; nil: the cluster is only asked.
        var eventQueueURL: String?
        var startsPerSecond = 20
        var startBurst = 20
    }

    struct Engine: Hashable, Sendable {
        var activeSweepMilliseconds = 2_000
    }

    struct Costs: Hashable, Sendable {
        /// Nil: the built-in one.
        var priceBook: String?
        var budgets: [Budget] = []
    }

    struct Log: Hashable, Sendable {
        var level = "info"
    }

    struct Pool: Hashable, Sendable {
        var name: String
        var sweepSeconds = 30
        var maximumAgents = 1_000
        var maximumAgentsPerProject: Int?
        var whenGivenUp = GivenUp.leave
        var whenInterrupted = WhenInterrupted.leave
        var placeholders = PlaceholderPolicy.manage
        /// Not empty. The first is the one that others inherit from, which has already happened here.
        var profiles: [Profile]
    }
}

extension SlipwayConfiguration {
    func pool(named name: String) -> Pool? { pools.first { $0.name == name } }
}
