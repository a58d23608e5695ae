internal import Foundation
internal import NIOHTTP1

/// One call, ready but for its endpoint and signature. The same bytes go out on every attempt.
struct AWSCall: Sendable, SecretHolder {
    enum Authentication: Sendable {
        case signed
        /// For calls that carry their own proof, such as AssumeRoleWithWebIdentity.
        case anonymous
    }

    var service: AWSService
    var operation: String
    var body: Data
    /// Whether a second execution would do no harm: a read, or a call that carries a client token.
    var isRepeatable: Bool
    var authentication = Authentication.signed
    /// Whether a throttled attempt is repeated here. Off where the caller paces its calls and has to know.
    var retriesThrottles = true
    /// Whether a failed attempt is repeated here after a pause, for whatever reason. Off where the call is right now alone.
    var retriesLater = true
    /// How long the service itself may wait before it answers: added to the time allowed for an attempt.
    var serverWait = Duration.zero

    /// A JSON call. Keys are sorted, so equal input gives equal bytes: AWS compares the parameters of calls that share
    /// a client token.
    static func json(
        _ service: AWSService, _ operation: String, _ input: some Encodable, isRepeatable: Bool
    ) throws -> AWSCall {
        AWSCall(
            service: service, operation: operation, body: try AWSJSON.encode(input, operation: operation),
            isRepeatable: isRepeatable
        )
    }

    /// A query call. Parameters keep their order.
    static func query(
        _ service: AWSService, _ operation: String, version: String, _ parameters: [(name: String, value: String)],
        authentication: Authentication = .signed
    ) -> AWSCall {
        let form = ([(name: "Action", value: operation), (name: "Version", value: version)] + parameters)
            .map { "\(PercentEncoding.encode($0.name))=\(PercentEncoding.encode($0.value))" }
            .joined(separator: "&")
        return AWSCall(
            service: service, operation: operation, body: Data(form.utf8), isRepeatable: true,
            authentication: authentication
        )
    }

    func headers(endpoint: AWSEndpoint, userAgent: String) -> HTTPHeaders {
        var headers: HTTPHeaders = [
            "Host": endpoint.authority, "Content-Type": self.service.contentType, "User-Agent": userAgent,
        ]
        if case .json(let targetPrefix, _) = self.service.wireProtocol {
            headers.add(name: "X-Amz-Target", value: "\(targetPrefix).\(self.operation)")
        }
        return headers
    }
}

/// JSON as AWS speaks it.
enum AWSJSON {
    static func encode(_ input: some Encodable, operation: String) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            return try encoder.encode(input)
        } catch {
            throw AWSError.invalidRequest("The input of \(operation) can't be written as JSON: \(error)")
        }
    }

    static func decode<Output: Decodable>(_ type: Output.Type, from body: Data) throws -> Output {
        try JSONDecoder().decode(type, from: body)
    }
}

/// A successful answer.
struct AWSAnswer: Sendable, SecretHolder {
    var body: Data
    var requestID: String?
}
