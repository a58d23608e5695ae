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
