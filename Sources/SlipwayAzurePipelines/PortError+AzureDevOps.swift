internal import AzureDevOps
internal import SlipwayCore

extension PortError {
    init(_ error: AzureDevOpsError) {
        let code: Code =
            switch error.code {
            case .notSignedIn: .unauthenticated
            case .accessDenied: .forbidden
            case .throttled: .throttled
            case .agentBusy: .agentBusy
            case .invalidConfiguration, .invalidRequest, .conflict, .notFound: .invalid
            default: .unavailable
            }
        self.init(
            code: code, message: error.description,
            retryAfterSeconds: error.retryAfter.map { Int(clamping: $0.components.seconds) })
    }
}

/// Does calls of Azure DevOps, and makes the port's error of whatever they throw.
func mappingErrors<Value: Sendable>(_ call: () async throws -> Value) async throws(PortError) -> Value {
    do {
        return try await call()
    } catch let error as AzureDevOpsError {
        throw PortError(error)
    } catch {
        throw PortError(code: .unavailable, message: "the call to Azure DevOps was interrupted")
    }
}

/// The same, and nil where the service doesn't know what was asked for. That it doesn't know the pool is an error: nothing
/// follows from that for what is in it, and the sign-in may only have lost its rights.
func nilWhenNotFound<Value: Sendable>(_ call: () async throws -> Value) async throws(PortError) -> Value? {
    do {
        return try await call()
    } catch let error as AzureDevOpsError {
        let isAboutPool = error.typeKey == "TaskAgentPoolNotFoundException"
        guard error.code != .notFound || isAboutPool else { return nil }
        throw PortError(error)
    } catch {
        throw PortError(code: .unavailable, message: "the call to Azure DevOps was interrupted")
    }
}
