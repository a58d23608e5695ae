import HTTPTypes
import Hummingbird
import NIOCore

/// `sts:GetCallerIdentity`: the one call of another service that shares the port, so that a client can check its
/// credentials here as it would at AWS. The query protocol: a form in, XML out.
struct CallerIdentity: Sendable {
    let accountID: String
    let accessKeyID: String

    /// Whether a request is this call rather than one of ECS.
    static func isAsked(by body: ByteBuffer) -> Bool {
        String(buffer: body).split(separator: "&").contains("Action=GetCallerIdentity")
    }

    func response(requestID: String) -> Response {
        xml(
            """
            <GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>\
            <Arn>arn:aws:iam::\(accountID):user/slipway</Arn><UserId>\(accessKeyID)</UserId><Account>\(accountID)\
            </Account></GetCallerIdentityResult><ResponseMetadata><RequestId>\(requestID)</RequestId>\
            </ResponseMetadata></GetCallerIdentityResponse>
            """, status: .ok)
    }

    func response(to error: ECSError, requestID: String) -> Response {
        xml(
            """
            <ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>\
            \(error.code)</Code></Error><RequestId>\(requestID)</RequestId></ErrorResponse>
            """, status: .forbidden)
    }

    private func xml(_ text: String, status: HTTPResponse.Status) -> Response {
        Response(
            status: status, headers: [.contentType: "text/xml"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }
}
