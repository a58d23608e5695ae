@testable import AWSClient
import Foundation
import NIOHTTP1
import Testing

@Suite struct ErrorParserTests {
    private let now = Date(timeIntervalSince1970: 1_440_938_160)

    private func parse(
        _ status: Int, _ body: String, _ headers: HTTPHeaders = [:], service: AWSService = .ecs, signedAt: Date? = nil
    ) -> AWSError {
        ErrorParser(service: service, operation: "RunTask", secrets: ["SESSIONTOKENEXAMPLE", "SECRETKEY"]).error(
            status: status, headers: headers, body: Data(body.utf8), localTime: self.now, signedAt: signedAt ?? self.now
        )
    }

    @Test func theCodeIsFoundInEachPlaceAWSPutsIt() {
        let places: [(String, HTTPHeaders)] = [
            (#"{"__type":"ClusterNotFoundException","message":"Cluster not found."}"#, [:]),
            (#"{"__type":"com.amazonaws.ecs#ClusterNotFoundException","Message":"Cluster not found."}"#, [:]),
            (
                #"{"__type":"ns#ClusterNotFoundException:http://internal.amazon.com/x","message":"Cluster not found."}"#,
                [:]
            ),
            (
                #"{"message":"Cluster not found."}"#,
                ["x-amzn-ErrorType": "ClusterNotFoundException:http://internal.amazon.com/coral/"]
            ),
            (
                "<ErrorResponse><Error><Type>Sender</Type><Code>ClusterNotFoundException</Code>"
                    + "<Message>Cluster not found.</Message></Error><RequestId>r-1</RequestId></ErrorResponse>", [:]
            ),
        ]
        for (body, headers) in places {
            let error = parse(400, body, headers)
            #expect(error.code.rawValue == "ClusterNotFoundException", "\(body)")
            #expect(error.message == "Cluster not found.", "\(body)")
            #expect(error.classification == .permanent)
            #expect(error.httpStatus == 400)
            #expect(!error.isOutcomeUnknown)
        }
    }

    /// Whatever the body is, the status decides.
    @Test(arguments: [
        "", "<html><head><title>502 Bad Gateway</title></head><body><hr>nginx</body></html>", "not json", "[]", "null",
        #"{"__type":5,"message":[]}"#, #"{"__type":"#, "<!DOCTYPE html><html><p>x</html>", "{\"__type\":\"a b c\"}",
        String(repeating: "[", count: 100_000),
    ])
    func aForeignBodyNeverHidesTheStatus(body: String) {
        for (status, classification) in [
            (500, AWSError.Classification.transient), (502, .transient), (503, .transient), (504, .transient),
            (429, .throttle), (403, .accessDenied), (401, .accessDenied), (400, .permanent), (301, .permanent),
        ] {
            let error = parse(status, body, ["x-amzn-requestid": "r-2", "content-type": "text/html"])
            #expect(error.httpStatus == status)
            #expect(error.classification == classification, "\(status) \(body.prefix(40))")
            #expect(error.code.rawValue == "HTTP\(status)")
            #expect(error.requestID == "r-2")
            #expect(error.isOutcomeUnknown == (status >= 500))
            #expect(!error.description.contains("nginx"), "a foreign page is not quoted")
        }
    }

    @Test(arguments: [
        ("ThrottlingException", 400, "Rate exceeded"),
        (
            "InvalidParameterException", 400,
            "Error retrieving subnet information for [subnet-1]: Rate exceeded (ErrorCode: Throttling)"
        ),
        ("InvalidParameterException", 400, "Error retrieving security group information: Request limit exceeded."),
        ("InvalidParameterException", 400, "Something (Service: AmazonEC2; Error Code: RequestLimitExceeded)"),
        (
            "ClientException", 400,
            "You've reached the limit on the number of tasks you can have in the PROVISIONING state."
        ),
        ("TooManyRequestsException", 400, ""), ("SlowDown", 503, ""), ("RequestLimitExceeded", 503, ""),
        ("Anything", 429, ""),
        ("EC2ThrottledException", 400, ""), ("PriorRequestNotComplete", 400, ""),
    ])
    func throttlesAreRecognisedInEveryFormTheyComeIn(code: String, status: Int, message: String) {
        let error = parse(status, #"{"__type":"\#(code)","message":"\#(message)"}"#)
        #expect(error.classification == .throttle)
        #expect(!error.advice.isEmpty)
    }

    @Test func whatOnlyLooksLikeAThrottleIsNot() {
        #expect(
            parse(400, #"{"__type":"InvalidParameterException","message":"No subnets given"}"#).classification
                == .permanent)
        #expect(
            parse(400, #"{"__type":"ClientException","message":"Unable to describe task definition."}"#).classification
                == .permanent)
        #expect(
            parse(400, #"{"__type":"ClientException","message":"The capacity provider is provisioning."}"#)
                .classification == .permanent)
        #expect(parse(400, #"{"__type":"LimitExceededException","message":"x"}"#).classification == .permanent)
        #expect(
            parse(400, #"{"__type":"LimitExceededException"}"#, service: .secretsManager).classification == .throttle)
        let quoted = #"{"__type":"InvalidParameterException","message":"Rate exceeded"}"#
        #expect(parse(400, quoted, service: .secretsManager).classification == .permanent)
    }

    @Test(arguments: [
        ("ServerException", 500, AWSError.Classification.transient), ("RequestTimeout", 400, .transient),
        ("IDPCommunicationError", 400, .transient), ("AccessDeniedException", 400, .accessDenied),
        ("AccessDenied", 403, .accessDenied), ("BlockedException", 400, .permanent),
        ("ExpiredTokenException", 400, .expiredCredentials),
        ("UnrecognizedClientException", 400, .expiredCredentials), ("InvalidClientTokenId", 403, .expiredCredentials),
        ("SignatureDoesNotMatch", 403, .accessDenied), ("RequestTimeTooSkewed", 403, .clockSkew),
        ("MissingAuthenticationToken", 403, .accessDenied), ("ConflictException", 400, .permanent),
        ("ResourceNotFoundException", 404, .permanent),
    ])
    func codesHaveTheirClass(code: String, status: Int, classification: AWSError.Classification) {
        #expect(parse(status, #"{"__type":"\#(code)"}"#).classification == classification)
    }

    @Test func aConflictTellsWhichTasksTheTokenBelongsTo() {
        let error = parse(400, #"{"__type":"ConflictException","message":"m","resourceIds":["arn:a","arn:b"]}"#)
        #expect(error.resourceIDs == ["arn:a", "arn:b"])
    }

    @Test func aSignatureErrorAtAnotherTimeIsAWrongClock() {
        let late: HTTPHeaders = ["Date": "Sun, 30 Aug 2015 12:46:00 GMT"]
        let body = #"{"__type":"InvalidSignatureException","message":"Signature expired"}"#
        let error = parse(400, body, late)
        #expect(error.classification == .clockSkew)
        #expect(error.clockOffsetSeconds == 600)
        // The offset is measured against our clock, the verdict against what was signed.
        let corrected = parse(400, body, late, signedAt: self.now + 600)
        #expect(corrected.classification == .accessDenied)
        #expect(corrected.clockOffsetSeconds == nil)
        #expect(parse(400, body, ["Date": "Sun, 30 Aug 2015 12:39:59 GMT"]).clockOffsetSeconds == nil)
        #expect(parse(400, body, ["Date": "rubbish"]).clockOffsetSeconds == nil)
        #expect(parse(400, #"{"__type":"ClientException"}"#, late).clockOffsetSeconds == nil)
    }

    @Test func noSecretComesBackInAMessage() {
        let quoted = """
            The request signature we calculated does not match the signature you provided. Check your key.\\n\\nThe Canonical \
            String for this request should have been\\n'POST\\n/\\nx-amz-security-token:OTHERTOKEN'
            """
        let error = parse(403, #"{"__type":"InvalidSignatureException","message":"\#(quoted)"}"#)
        #expect(error.message.hasSuffix("Check your key."))
        #expect(!error.description.contains("OTHERTOKEN"))
        let echoed = parse(400, #"{"__type":"X","message":"token SESSIONTOKENEXAMPLE and SECRETKEY"}"#)
        #expect(echoed.message == "token [redacted] and [redacted]")
    }

    @Test func textFromOutsideStaysOneBoundedLine() {
        let error = parse(400, #"{"__type":"X","message":"a\nb\u0007\u202Ec\#(String(repeating: "d", count: 5_000))"}"#)
        #expect(error.message.hasPrefix("a b ") && !error.message.contains("\n"))
        #expect(error.message.count <= 1_001)
        #expect(!error.message.unicodeScalars.contains("\u{202E}"))
    }

    @Test func theServicesWaitIsReadInMilliseconds() {
        #expect(parse(400, "{}", ["x-amz-retry-after": "1500"]).retryAfter == .milliseconds(1_500))
        #expect(parse(400, "{}", ["x-amz-retry-after": "99999999"]).retryAfter == .seconds(60))
        #expect(parse(400, "{}", ["x-amz-retry-after": "-1"]).retryAfter == nil)
        #expect(parse(400, "{}", ["x-amz-retry-after": "soon"]).retryAfter == nil)
    }

    @Test func theDescriptionSaysWhatHappenedWhereAndWhatToDo() {
        let message =
            "User: arn:aws:iam::1:user/x is not authorized to perform: iam:PassRole on resource: arn:aws:iam::1:role/y"
        let error = parse(
            400, #"{"__type":"AccessDeniedException","message":"\#(message)"}"#, ["x-amzn-requestid": "r-3"])
        #expect(
            error.description
                == "ECS RunTask: AccessDeniedException (HTTP 400, request r-3): \(message) "
                + "Allow iam:PassRole on the task's roles, with iam:PassedToService ecs-tasks.amazonaws.com."
        )
    }
}
