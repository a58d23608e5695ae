import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// One call of the REST API, taken apart.
struct APICall: Sendable {
    let request: Request
    let channel: any Channel
    /// From the path, by the names of the route's pattern.
    let parameters: [String: String]
    /// By lower-case name.
    let query: [String: String]
    let body: ByteBuffer
    /// The agent whose listener calls, by its token; nil for anybody else.
    let agentID: Int?
    /// The server task whose job's access token the call carries.
    let serverTask: ServerTaskID?

    init(
        _ request: Request, channel: any Channel, parameters: [String: String], body: ByteBuffer, agentID: Int? = nil,
        serverTask: ServerTaskID? = nil
    ) {
        self.request = request
        self.channel = channel
        self.parameters = parameters
        self.body = body
        self.agentID = agentID
        self.serverTask = serverTask
        query = Self.query(of: request.head.path ?? "")
    }

    func integer(_ name: String) throws(AzureDevOpsError) -> Int {
        guard let number = Int(parameters[name] ?? "") else { throw .invalid("\(name) must be a number.") }
        return number
    }

    func string(_ name: String) throws(AzureDevOpsError) -> String {
        guard let text = parameters[name] else { throw .invalid("\(name) is missing.") }
        return text
    }

    func number(inQuery name: String) throws(AzureDevOpsError) -> Int? {
        guard let text = query[name] else { return nil }
        guard let number = Int(text) else { throw .invalid("\(name) must be a number.") }
        return number
    }

    func flag(inQuery name: String) -> Bool {
        query[name]?.lowercased() == "true"
    }

    func decode<Value: Decodable>(_ type: Value.Type) throws(AzureDevOpsError) -> Value {
        do {
            return try JSONBody.decode(type, from: body)
        } catch {
            throw AzureDevOpsError(400, "VssPropertyValidationException", "The request's body is not valid.")
        }
    }

    static func query(of target: String) -> [String: String] {
        guard let mark = target.firstIndex(of: "?") else { return [:] }
        var query: [String: String] = [:]
        for pair in target[target.index(after: mark)...].split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = String(parts[0]).removingPercentEncoding ?? String(parts[0])
            let value = parts.count > 1 ? String(parts[1]).replacing("+", with: " ") : ""
            query[name.lowercased()] = value.removingPercentEncoding ?? value
        }
        return query
    }
}

extension Response {
    static func json(
        _ value: some Encodable, status: HTTPResponse.Status = .ok, headers: HTTPFields = [:]
    ) -> Response {
        var headers = headers
        headers[.contentType] = "application/json; charset=utf-8; api-version=7.1"
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: JSONBody.encode(value)))
    }

    /// The envelope of lists.
    static func list(_ values: [JSONValue], headers: HTTPFields = [:]) -> Response {
        .json(["count": .integer(values.count), "value": .array(values)] as JSONValue, headers: headers)
    }

    static func envelope(of error: AzureDevOpsError, headers: HTTPFields = [:]) -> Response {
        .json(error.body, status: HTTPResponse.Status(code: error.status), headers: headers)
    }

    static let noContent = Response(status: .noContent)
}
