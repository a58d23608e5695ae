import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Synchronization

/// ECS over HTTP: JSON 1.1 on `POST /`, signed requests only.
final class ECSSimulator: Sendable {
    let driver: WorldDriver<ECSWorld>
    private let verifier: SignatureVerifier
    private let identityVerifier: SignatureVerifier
    private let callerIdentity: CallerIdentity
    private let behaviours: BehaviourPlan
    private let clock: any SandboxClock
    private let gate: FaultGate
    private let sightings: TokenWatch
    private let requestIDs = Mutex(SeededGenerator(seed: 0x1D))

    init(
        _ configuration: SandboxConfiguration,
        clock: any SandboxClock,
        faults: FaultPlan,
        behaviours: BehaviourPlan,
        sightings: TokenWatch,
        act: @escaping @Sendable (ECSWorld.Action) -> Void
    ) throws(ECSError) {
        var world = ECSWorld(configuration, scale: clock.scale, now: clock.now)
        _ = try world.registerTaskDefinition(configuration.ecs.taskDefinition.document, now: clock.now)
        driver = WorldDriver(world, clock: clock, act: act)
        var keys = configuration.ecs.furtherKeys.map {
            SignatureVerifier.Key(accessKeyID: $0.key, secret: $0.value, sessionToken: nil)
        }
        keys.append(
            .init(
                accessKeyID: configuration.ecs.accessKeyID, secret: configuration.ecs.secretAccessKey,
                sessionToken: configuration.ecs.sessionToken
            )
        )
        verifier = SignatureVerifier(keys: keys, region: configuration.ecs.region, service: "ecs")
        identityVerifier = SignatureVerifier(keys: keys, region: configuration.ecs.region, service: "sts")
        callerIdentity = CallerIdentity(
            accountID: configuration.ecs.accountID, accessKeyID: configuration.ecs.accessKeyID)
        gate = FaultGate(plan: faults, clock: clock) { Self.response(to: ECSError.throttling, requestID: "throttled") }
        self.behaviours = behaviours
        self.sightings = sightings
        self.clock = clock
    }

    private static let targetPrefix = "AmazonEC2ContainerServiceV20141113."

    private func answer(
        _ operation: SandboxOperation, _ received: ReceivedRequest, _ body: ByteBuffer, _ remaining: FaultGate.Remaining
    ) -> Response {
        let requestID = requestIDs.withLock { $0.uuid() }
        do {
            try verifier.verify(received, now: clock.now)
            return Self.response(try perform(operation, body, remaining), requestID: requestID)
        } catch let error as ECSError {
            return Self.response(to: error, requestID: requestID)
        } catch {
            let error = ECSError("SerializationException", "The request body is not what the operation takes.")
            return Self.response(to: error, requestID: requestID)
        }
    }

    private func answerIdentity(_ received: ReceivedRequest) -> Response {
        let requestID = requestIDs.withLock { $0.uuid() }
        do throws(ECSError) {
            try identityVerifier.verify(received, now: clock.now)
            return callerIdentity.response(requestID: requestID)
        } catch {
            return callerIdentity.response(to: error, requestID: requestID)
        }
    }

    /// Throws ``ECSError``, or a decoding error for a body that is not the operation's input.
    private func perform(
        _ operation: SandboxOperation, _ body: ByteBuffer, _ remaining: FaultGate.Remaining
    ) throws -> ByteBuffer {
        try throttle(operation)
        switch operation {
        case .runTask:
            let input = try JSONBody.decode(RunTaskInput.self, from: body)
            return JSONBody.encode(try runTask(input, remaining))
        case .describeTasks:
            let input = try JSONBody.decode(DescribeTasksInput.self, from: body)
            let isBlind = if case .notYetVisible = remaining { true } else { false }
            return JSONBody.encode(
                try driver.perform { world, now throws(ECSError) in
                    try world.describeTasks(input, isBlind: isBlind, now: now)
                }
            )
        case .stopTask:
            let input = try JSONBody.decode(StopTaskInput.self, from: body)
            return JSONBody.encode(
                try driver.perform { world, now throws(ECSError) in try world.stopTask(input, now: now) }
            )
        case .listTasks:
            let input = try JSONBody.decode(ListTasksInput.self, from: body)
            return JSONBody.encode(
                try driver.perform { world, now throws(ECSError) in try world.listTasks(input, now: now) }
            )
        case .describeTaskDefinition:
            let input = try JSONBody.decode(DescribeTaskDefinitionInput.self, from: body)
            return JSONBody.encode(
                try driver.perform { world, _ throws(ECSError) in try world.describeTaskDefinition(input) }
            )
        case .registerTaskDefinition:
            let input = try JSONBody.decode(JSONValue.self, from: body)
            return JSONBody.encode(
                try driver.perform { world, now throws(ECSError) in try world.registerTaskDefinition(input, now: now) }
            )
        case .describeClusters:
            let input = try JSONBody.decode(DescribeClustersInput.self, from: body)
            return JSONBody.encode(
                try driver.perform { world, _ throws(ECSError) in try world.describeClusters(input) })
        case .listClusters:
            let input = try JSONBody.decode(ListNamesInput.self, from: body)
            return JSONBody.encode(
                try driver.perform { world, _ throws(ECSError) in try world.listClusters(input) })
        case .listTaskDefinitionFamilies:
            let input = try JSONBody.decode(ListNamesInput.self, from: body)
            return JSONBody.encode(
                try driver.perform { world, _ throws(ECSError) in try world.listTaskDefinitionFamilies(input) })
        default:
            throw ECSError("UnknownOperationException", "The operation \(operation) is not known.")
        }
    }

    private func runTask(_ input: RunTaskInput, _ remaining: FaultGate.Remaining) throws(ECSError) -> RunTaskOutput {
        var refusal: String?
        if case .refuse(let reason) = remaining { refusal = reason }
        return try driver.perform { [behaviours, refusal] world, now throws(ECSError) in
            try world.runTask(input, refusal: refusal, now: now, behaviour: behaviours.next)
        }
    }

    private func throttle(_ operation: SandboxOperation) throws(ECSError) {
        guard let category = RequestThrottle.Category(operation: operation) else { return }
        try driver.perform { world, now throws(ECSError) in try world.throttle.take(category, now: now) }
    }

    private static func response(_ body: ByteBuffer, requestID: String) -> Response {
        Response(
            status: .ok,
            headers: [.contentType: "application/x-amz-json-1.1", .amazonRequestID: requestID],
            body: ResponseBody(byteBuffer: body)
        )
    }

    private static func response(to error: ECSError, requestID: String) -> Response {
        Response(
            status: HTTPResponse.Status(code: error.status),
            headers: [
                .contentType: "application/x-amz-json-1.1", .amazonRequestID: requestID, .amazonErrorType: error.code,
            ],
            body: ResponseBody(byteBuffer: JSONBody.encode(error.body))
        )
    }
}

extension ECSSimulator: HTTPResponder {
    func respond(to request: Request, context: SandboxRequestContext) async throws -> Response {
        guard request.method == .post else {
            let error = ECSError("UnknownOperationException", "Only POST is served.", status: 404)
            return Self.response(to: error, requestID: "none")
        }
        let body = try await request.body.collect(upTo: JSONBody.maximumBytes)
        if request.headers[.amazonTarget] == nil, CallerIdentity.isAsked(by: body) {
            return answerIdentity(ReceivedRequest(request, body: body))
        }
        guard request.headers[.amazonTarget]?.hasPrefix(Self.targetPrefix) == true else {
            // Of another service: as endpoints do that don't have it.
            let error = ECSError("UnknownOperationException", "The operation is not known.")
            return Self.response(to: error, requestID: "none")
        }
        let operation = SandboxOperation(
            String((request.headers[.amazonTarget] ?? "").trimmingPrefix(Self.targetPrefix)))
        sightings.look(at: body, of: operation)
        return try await gate.pass(
            operation, subject: String(buffer: body), request: request, channel: context.channel
        ) { remaining in
            answer(operation, ReceivedRequest(request, body: body), body, remaining)
        }
    }
}

extension ReceivedRequest {
    fileprivate init(_ request: Request, body: ByteBuffer) {
        var headers = request.headers.map { (name: $0.name.canonicalName, value: $0.value) }
        // The HTTP layer keeps `Host` apart.
        if let authority = request.head.authority { headers.append(("host", authority)) }
        self.init(
            method: request.method.rawValue, target: request.head.path ?? "/", headers: headers,
            body: Array(body.readableBytesView)
        )
    }
}

extension HTTPField.Name {
    fileprivate static let amazonTarget = constant("X-Amz-Target")
    fileprivate static let amazonRequestID = constant("x-amzn-requestid")
    fileprivate static let amazonErrorType = constant("x-amzn-errortype")
}
