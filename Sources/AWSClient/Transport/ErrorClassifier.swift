/// Tells from a code, a status and a message what kind of failure it is. Pure.
///
/// The code lists are those of AWS's own SDKs; the messages are reported ones, matched by substring since AWS may
/// reword the rest.
enum ErrorClassifier {
    static func classify(code: String, status: Int, message: String, service: AWSService) -> AWSError.Classification {
        if isThrottle(code: code, status: status, message: message, service: service) { return .throttle }
        if expiredCredentialCodes.contains(code) { return .expiredCredentials }
        if skewCodes.contains(code), !signatureCodes.contains(code) { return .clockSkew }
        if deniedCodes.contains(code) || signatureCodes.contains(code) { return .accessDenied }
        if transientCodes.contains(code) || [408, 500, 502, 503, 504].contains(status) { return .transient }
        // A body that is not AWS's own gives no code: then the status has to speak.
        if status == 401 || status == 403 { return .accessDenied }
        return .permanent
    }

    /// Codes after which AWS may accept fresh credentials where it refused these.
    static func mayHealWithFreshCredentials(_ code: AWSError.Code) -> Bool {
        expiredCredentialCodes.contains(code.rawValue) || signatureCodes.contains(code.rawValue)
    }

    /// Codes that a wrong clock can cause. Whether it did, the answer's `Date` header tells.
    static func mayComeFromClockSkew(_ code: String) -> Bool {
        skewCodes.contains(code)
    }

    private static func isThrottle(code: String, status: Int, message: String, service: AWSService) -> Bool {
        if status == 429 || throttleCodes.contains(code) { return true }
        // Elsewhere a rate, in ECS a fixed quota: registering more revisions does not become right by waiting.
        if code == "LimitExceededException" { return service != .ecs }
        guard service == .ecs else { return false }
        switch code {
        case "InvalidParameterException":
            // ECS wraps the throttling of its own EC2 look-ups: "Error retrieving subnet information for [subnet-…]:
            // Rate exceeded (ErrorCode: Throttling)".
            return wrappedThrottleMessages.contains { message.contains($0) }
        case "ClientException":
            // The cap on tasks in PROVISIONING of a cluster with managed scaling. It passes as tasks get placed.
            let lowercase = message.lowercased()
            return lowercase.contains("provisioning")
                && ["limit", "exceed", "quota", "maximum"].contains { lowercase.contains($0) }
        default:
            return false
        }
    }

    private static let wrappedThrottleMessages = [
        "ErrorCode: Throttling", "Rate exceeded", "Request limit exceeded", "RequestLimitExceeded",
    ]

    private static let throttleCodes: Set<String> = [
        "Throttling", "ThrottlingException", "ThrottledException", "RequestThrottledException",
        "TooManyRequestsException", "ProvisionedThroughputExceededException", "TransactionInProgressException",
        "RequestLimitExceeded", "BandwidthLimitExceeded", "RequestThrottled", "SlowDown",
        "PriorRequestNotComplete", "EC2ThrottledException",
        // SQS: its key's service, and more messages in flight than a queue may have.
        "KmsThrottled", "OverLimit",
    ]

    private static let transientCodes: Set<String> = [
        "RequestTimeout", "RequestTimeoutException", "ServerException", "InternalError", "InternalFailure",
        "InternalServiceError", "InternalServerError", "ServiceUnavailable", "ServiceUnavailableException",
        "IDPCommunicationError",
    ]

    private static let expiredCredentialCodes: Set<String> = [
        "ExpiredToken", "ExpiredTokenException", "UnrecognizedClientException", "InvalidClientTokenId",
    ]

    private static let skewCodes: Set<String> = [
        "RequestTimeTooSkewed", "RequestExpired", "RequestInTheFuture", "InvalidSignatureException",
        "SignatureDoesNotMatch", "AuthFailure",
    ]

    private static let signatureCodes: Set<String> = [
        "InvalidSignatureException", "SignatureDoesNotMatch", "AuthFailure",
    ]

    private static let deniedCodes: Set<String> = [
        "AccessDeniedException", "AccessDenied", "UnauthorizedOperation", "NotAuthorized", "OptInRequired",
        "IncompleteSignature", "IncompleteSignatureException", "MissingAuthenticationToken",
        "MissingAuthenticationTokenException", "InvalidIdentityToken", "ExpiredIdentityToken", "KmsAccessDenied",
    ]
}
