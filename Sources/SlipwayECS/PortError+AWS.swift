internal import AWSClient
internal import SlipwayCore

extension PortError {
    init(_ error: AWSError) {
        let code: Code =
            switch error.classification {
            case .throttle: .throttled
            case .transient, .clockSkew: .unavailable
            case .expiredCredentials: .unauthenticated
            case .accessDenied: .forbidden
            case .permanent: .invalid
            }
        self.init(
            code: code, message: error.description,
            retryAfterSeconds: error.retryAfter.map { Int(clamping: $0.components.seconds) })
    }
}

/// Does calls of AWS, and makes the port's error of whatever they throw.
func mappingErrors<Value: Sendable>(_ call: () async throws -> Value) async throws(PortError) -> Value {
    do {
        return try await call()
    } catch let error as AWSError {
        throw PortError(error)
    } catch {
        throw PortError(code: .unavailable, message: "the call to AWS was interrupted")
    }
}
