internal import AzureDevOps
internal import NIOHTTP1

/// How much, and for how long, the public listener lets a caller ask of it.
public struct ReceiverLimits: Hashable, Sendable {
    /// All names and values of a request's header fields and trailers, and its target. Default: 16 KiB.
    public var maximumHeadBytes = 16 * 1024
    /// One name or one value, or the target. Default: 8 KiB.
    public var maximumHeadFieldBytes = 8 * 1024
    /// Header fields and trailers of one request. Default: 64.
    public var maximumHeadFields = 64
    /// From the connection (with TLS: from the end of its handshake) to the end of the first request's head; and from an
    /// answer to the end of the next head as long as no request has shown valid credentials. Default: 10 seconds.
    public var headTimeoutMilliseconds: Int64 = 10_000
    /// From an answer to the end of the next request's head, once a request has shown valid credentials. Default: 130
    /// seconds, since the HTTP clients of .NET give an
    /// idle connection up after 60 to 120: if the server is the one that waits longer, no request meets a closing
    /// connection.
    public var idleTimeoutMilliseconds: Int64 = 130_000
    /// From a request's head to the end of its body. Default: 10 seconds.
    public var bodyTimeoutMilliseconds: Int64 = 10_000
    /// From the end of the body to the answer; then the answer is 503. Default: 5 seconds.
    public var answerTimeoutMilliseconds: Int64 = 5_000
    /// How long a refused caller may go on sending before the connection is cut, so that it gets to read why.
    /// Default: 2 seconds.
    public var lingerTimeoutMilliseconds: Int64 = 2_000

    /// The largest body that is decoded, 1 byte to 2 MiB (the documented limit of a payload). A larger one is recorded as
    /// rejected. Default: 2 MiB.
    public var maximumBodyBytes = ServiceHookEvent.maximumBodyBytes
    /// The largest body that is read to its end at all; beyond, the answer is 413 and the connection is closed.
    /// Default: 16 MiB.
    public var maximumDrainedBodyBytes = 16 * 1024 * 1024
    /// The largest body of a refused request that is read, so that the connection can be used again. Default: 64 KiB.
    public var maximumRefusedBodyBytes = 64 * 1024

    /// Connections at once. Each costs a file descriptor. Default: 512.
    public var maximumConnections = 512
    /// How many of these are kept for sources that have shown valid credentials lately, so that strangers can't take
    /// them all. Default: 64.
    public var reservedConnections = 64
    /// Requests on one connection, after which it is closed. Default: nil, no limit.
    public var maximumRequestsPerConnection: Int?
    /// Connections that the system accepts ahead of the server. Default: 512.
    public var backlogConnections = 512

    /// Failed authentications that a source may send at once before its connections are closed at each of them and no
    /// longer logged one by one. Default: 20.
    public var failuresPerSource = 20
    /// How many more it may send each minute. Default: 6.
    public var failuresPerSourcePerMinute = 6
    /// Sources remembered for that; the ones that were quiet longest are forgotten first. Default: 4096.
    public var maximumTrackedSources = 4096

    public init() {}
}

extension ReceiverLimits {
    /// The first value that can't be worked with, named for the operator; nil if all can.
    var problem: String? {
        let positive: [(String, Int64)] = [
            ("maximumHeadBytes", Int64(maximumHeadBytes)), ("maximumHeadFieldBytes", Int64(maximumHeadFieldBytes)),
            ("maximumHeadFields", Int64(maximumHeadFields)), ("headTimeoutMilliseconds", headTimeoutMilliseconds),
            ("idleTimeoutMilliseconds", idleTimeoutMilliseconds), ("bodyTimeoutMilliseconds", bodyTimeoutMilliseconds),
            ("answerTimeoutMilliseconds", answerTimeoutMilliseconds),
            ("lingerTimeoutMilliseconds", lingerTimeoutMilliseconds), ("maximumBodyBytes", Int64(maximumBodyBytes)),
            ("maximumConnections", Int64(maximumConnections)), ("backlogConnections", Int64(backlogConnections)),
            ("failuresPerSource", Int64(failuresPerSource)), ("maximumTrackedSources", Int64(maximumTrackedSources)),
            ("maximumRequestsPerConnection", Int64(maximumRequestsPerConnection ?? 1)),
        ]
        if let (name, _) = positive.first(where: { $0.1 < 1 }) { return "\(name) must be at least 1" }
        let timeouts = positive.filter { $0.0.hasSuffix("Milliseconds") }
        if let (name, _) = timeouts.first(where: { $0.1 > 86_400_000 }) { return "\(name) must be a day at most" }
        if maximumBodyBytes > ServiceHookEvent.maximumBodyBytes {
            return "maximumBodyBytes must be \(ServiceHookEvent.maximumBodyBytes) at most"
        }
        if maximumDrainedBodyBytes < maximumBodyBytes {
            return "maximumDrainedBodyBytes must not be below maximumBodyBytes"
        }
        if maximumRefusedBodyBytes < 0 { return "maximumRefusedBodyBytes must not be negative" }
        if failuresPerSourcePerMinute < 0 { return "failuresPerSourcePerMinute must not be negative" }
        if reservedConnections < 0 || reservedConnections >= maximumConnections {
            return "reservedConnections must be 0 or more, and less than maximumConnections"
        }
        return nil
    }

    var decoder: NIOHTTPDecoderLimitConfiguration {
        var limits = NIOHTTPDecoderLimitConfiguration()
        limits.maxHeaderFieldSize = maximumHeadFieldBytes
        limits.maxHeaderListSize = maximumHeadBytes
        limits.maxHeaderFieldCount = maximumHeadFields
        return limits
    }
}
