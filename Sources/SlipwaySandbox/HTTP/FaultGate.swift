import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// Lets scripted faults befall the requests of one simulator.
struct FaultGate: Sendable {
    /// Answers `throttle` in the simulator's own form.
    typealias Throttle = @Sendable () -> Response

    let plan: FaultPlan
    let clock: any SandboxClock
    let throttle: Throttle

    /// What is left for the handler: everything but faults of the network.
    enum Remaining: Sendable {
        case nothing
        case refuse(reason: String)
        case notYetVisible
    }

    func pass(
        _ operation: SandboxOperation,
        subject: @autoclosure () -> String,
        request: Request,
        channel: any Channel,
        handler: (Remaining) async throws -> Response
    ) async throws -> Response {
        // The simulated containers name their activity; whoever doesn't is from outside.
        guard request.activity == nil else {
            return try await befall(operation, subject: subject(), request: request, channel: channel, handler: handler)
        }
        let number = plan.watch.count()
        guard await plan.watch.goesOn(OutsideCall(number: number, operation: operation, moment: .arrived)) else {
            return drop(channel)
        }
        let response = try await befall(
            operation, subject: subject(), request: request, channel: channel, handler: handler)
        guard await plan.watch.goesOn(OutsideCall(number: number, operation: operation, moment: .tookEffect)) else {
            return drop(channel)
        }
        return response
    }

    private func befall(
        _ operation: SandboxOperation,
        subject: @autoclosure () -> String,
        request: Request,
        channel: any Channel,
        handler: (Remaining) async throws -> Response
    ) async throws -> Response {
        guard let action = plan.strike(operation, subject: subject()) else { return try await handler(.nothing) }
        switch action {
        case .answer(let status, let headers, let body):
            return Self.answer(status: status, headers: headers, body: body)
        case .throttle:
            return throttle()
        case .addHeaders(let headers):
            var response = try await handler(.nothing)
            response.headers.add(headers)
            return response
        case .hang(let limit):
            try await wait(limit, for: request)
            return drop(channel)
        case .drop:
            return drop(channel)
        case .loseAnswer:
            _ = try await handler(.nothing)
            return drop(channel)
        case .delay(let duration):
            try await wait(duration, for: request)
            return try await handler(.nothing)
        case .refuse(let reason):
            return try await handler(.refuse(reason: reason))
        case .notYetVisible:
            return try await handler(.notYetVisible)
        case .loseHook, .duplicateHook, .reorderHook, .repeatCall:
            return try await handler(.nothing)
        }
    }

    private static func answer(status: Int, headers: [String: String], body: String) -> Response {
        var response = Response(
            status: HTTPResponse.Status(code: status),
            headers: [.contentType: "application/json"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: body))
        )
        response.headers.add(headers)
        return response
    }

    /// The response is never written: its connection is gone.
    private func drop(_ channel: any Channel) -> Response {
        channel.close(mode: .all, promise: nil)
        return Response(status: .serviceUnavailable)
    }

    private func wait(_ duration: Duration, for request: Request) async throws {
        let caller = request.activity
        let activity = caller ?? clock.activities.begin()
        defer { if caller == nil { clock.activities.end(activity) } }
        try await clock.sleep(for: duration, as: activity)
    }
}

extension Request {
    /// The activity of a simulated container that waits for the answer. Other callers have none.
    var activity: ActivityID? {
        headers[.sandboxActivity].flatMap(ActivityID.init(wireValue:))
    }
}

extension HTTPField.Name {
    /// Names the caller's activity, so that the world knows that it rests while its request does.
    static let sandboxActivity = constant("X-Sandbox-Activity")

    /// A name written in the source.
    static func constant(_ name: String) -> Self {
        guard let name = Self(name) else { preconditionFailure("\(name) is no name of a header") }
        return name
    }
}

extension HTTPFields {
    mutating func add(_ headers: [String: String]) {
        for (name, value) in headers {
            guard let name = HTTPField.Name(name) else { continue }
            self[name] = value
        }
    }
}
