import Foundation
import NIOHTTP1

@testable import SlipwaySandbox

/// The callbacks of section 7, for one call that an endpoint was given.
struct TaskCallbacks {
    let call: TaskEndpoint.Call
    let base: String
    var authorization: String

    init(_ call: TaskEndpoint.Call) {
        self.call = call
        base =
            "\(call.plan("PlanUrl"))\(call.plan("ProjectId"))/_apis/distributedtask/hubs/build/plans/"
            + call.plan("PlanId")
        authorization = "Bearer \(call.plan("AuthToken"))"
    }

    /// With the token as a password, as Microsoft's samples do.
    var basic: Self {
        var other = self
        other.authorization = "Basic " + Data(":\(call.plan("AuthToken"))".utf8).base64EncodedString()
        return other
    }

    func with(token: String) -> Self {
        var other = self
        other.authorization = "Bearer \(token)"
        return other
    }

    func send(_ method: HTTPMethod, _ path: String, _ body: JSONValue? = nil) async throws -> WireAnswer {
        try await RawAzure(base: base).call(method, path, body, headers: ["Authorization": authorization])
    }

    func event(_ name: String, result: String? = nil) async throws -> WireAnswer {
        try await send(
            .POST, "events?api-version=7.1",
            .members([
                "name": .string(name), "taskId": .string(call.plan("TaskInstanceId")),
                "jobId": .string(call.plan("JobId")), "result": result.map(JSONValue.string),
            ]))
    }

    func timeline() async throws -> WireAnswer { try await send(.GET, timelinePath + "?includeRecords=true") }

    func feed(_ lines: [String], record: String? = nil) async throws -> WireAnswer {
        try await send(
            .POST, "\(timelinePath)/records/\(record ?? call.plan("JobId"))/feed?api-version=4.1",
            ["value": .array(lines.map(JSONValue.string)), "count": .integer(lines.count)])
    }

    func patch(_ members: [String: JSONValue]) async throws -> WireAnswer {
        let record = members.merging(["id": .string(call.plan("TaskInstanceId"))]) { given, _ in given }
        return try await send(
            .PATCH, timelinePath + "/records?api-version=4.1", ["value": [.object(record)], "count": 1])
    }

    /// Section 8, the good end.
    func succeed(agent name: String) async throws -> WireAnswer {
        _ = try await patch(["variables": ["agentName": ["value": .string(name), "isSecret": false]]])
        return try await event("TaskCompleted", result: "succeeded")
    }

    var timelinePath: String { "timelines/\(call.plan("TimelineId"))" }
}
