/// The values of the operator's listener.
public struct ConsoleConfiguration: Sendable {
    /// Default: 127.0.0.1. Another address than this machine's own loopback needs a token.
    public var host = "127.0.0.1"
    /// 0 takes a free port. Default: 8080.
    public var port = 8080
    /// Asked for as `Authorization: Bearer`, or as the password of Basic credentials (which is how a browser sends it).
    /// 16 to 256 printable ASCII characters. It allows to read. Default: nil, no token.
    public var token: String?
    /// Further tokens, each with a name, which the ledger tells, and what it allows.
    public var tokens: [Token] = []
    /// How long one readiness check may take. Default: 2 seconds.
    public var readinessTimeoutMilliseconds: Int64 = 2_000
    /// How long a connection may be idle, or take for a request's head. Default: 60 seconds.
    public var idleTimeoutMilliseconds: Int64 = 60_000
    /// Connections at once; further ones wait until one is closed. Default: 64.
    public var maximumConnections = 64

    /// Streams of changes at once (`/events`). Default: 32.
    public var maximumStreams = 32
    /// How often the store is asked whether anything has changed, while anybody follows it. Default: 1 second.
    public var changeMilliseconds: Int64 = 1_000

    public init() {}

    public struct Token: Sendable {
        public var name: String
        public var scope: AccessScope
        public var token: String

        public init(name: String, scope: AccessScope, token: String) {
            self.name = name
            self.scope = scope
            self.token = token
        }
    }
}

extension ConsoleConfiguration: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String {
        "console on \(host) port \(port), \(token == nil && tokens.isEmpty ? "without" : "with") a token"
    }
    public var debugDescription: String { description }

    // `dump` reflects; the token must not come out that way.
    public var customMirror: Mirror { Mirror(self, children: ["console": description]) }
}

/// Why the console can't be built or can't listen.
public struct ConsoleError: Error, Sendable, CustomStringConvertible {
    public struct Code: RawRepresentable, Hashable, Sendable {
        public let rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }

        /// The address can be reached from elsewhere and no token is configured.
        public static let tokenNeeded = Code(rawValue: "tokenNeeded")
        /// The token can't be sent in a header, or can be guessed.
        public static let invalidToken = Code(rawValue: "invalidToken")
        /// A page's template is broken: a bug of ours.
        public static let brokenTemplate = Code(rawValue: "brokenTemplate")
    }

    public let code: Code
    /// For the operator: what to do next. Holds no secret.
    public let message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { message }
}

extension ConsoleError: Equatable {
    public static func == (left: Self, right: Self) -> Bool { left.code == right.code }
}
