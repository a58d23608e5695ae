/// What an operator does about a failure: one or two sentences per code, else per classification.
enum ErrorAdvice {
    static func advice(code: AWSError.Code, classification: AWSError.Classification, message: String) -> String {
        switch code.rawValue {
        case "SignatureDoesNotMatch", "InvalidSignatureException", "AuthFailure":
            return "Check the secret access key and this machine's clock."
        case "UnrecognizedClientException", "InvalidClientTokenId":
            return "AWS does not know this access key or session token: check the credentials, and that they belong to "
                + "the partition of the region."
        case "ExpiredToken", "ExpiredTokenException":
            return
                "Renew the credentials; temporary ones given by environment variables are never renewed by themselves."
        case "IncompleteSignature", "IncompleteSignatureException", "MissingAuthenticationToken",
            "MissingAuthenticationTokenException":
            return "A proxy on the way may remove the Authorization header."
        case "ClusterNotFoundException":
            return "Check the cluster's name and the region."
        case "QueueDoesNotExist":
            return "Check the queue's URL, its account and its region."
        case "KmsAccessDenied":
            return "Allow kms:Decrypt on the queue's key."
        case "BlockedException":
            return "AWS has blocked the account: contact AWS Support."
        case "ConflictException":
            return "The client token was used before with other parameters."
        case AWSError.Code.connectionFailed.rawValue:
            return "Check name resolution, the route, proxies and security groups, and that the endpoint's certificate "
                + "is trusted here."
        default:
            return advice(for: classification, message: message)
        }
    }

    private static func advice(for classification: AWSError.Classification, message: String) -> String {
        switch classification {
        case .throttle:
            return "The account's rate for this call is used up: wait, lower the rate, or ask AWS to raise it."
        case .transient:
            return "Try again later."
        case .expiredCredentials:
            return "Check where the credentials come from."
        case .clockSkew:
            return "Set this machine's clock: AWS accepts five minutes of difference."
        case .accessDenied where message.contains("iam:PassRole"):
            return "Allow iam:PassRole on the task's roles, with iam:PassedToService ecs-tasks.amazonaws.com."
        case .accessDenied:
            return "Allow the action for this identity, and look for denies in service control policies and boundaries."
        case .permanent:
            return ""
        }
    }
}
