internal import NIOCore
internal import SlipwayCore

/// Writes answers as HTTP/1.1.
///
/// Head and body go into one buffer: with TLS each write becomes a record of its own, and three records for an answer of
/// 200 bytes would be most of its cost. Nothing in an answer comes from a request, so there is nothing to escape.
struct AnswerWriter {
    private var date = HTTPDate(second: 0)

    /// `closes` tells the peer that no further request is read on this connection.
    mutating func write(
        _ answer: Answer, closes: Bool, omitsBody: Bool, at now: Timestamp, into buffer: inout ByteBuffer
    ) {
        buffer.writeStaticString("HTTP/1.1 ")
        buffer.writeString(String(answer.status.rawValue))
        buffer.writeStaticString(" ")
        buffer.writeStaticString(answer.status.reasonPhrase)
        buffer.writeStaticString("\r\nDate: ")
        buffer.writeString(dateText(at: now))
        buffer.writeStaticString("\r\nContent-Type: ")
        buffer.writeStaticString(answer.format.contentType)
        buffer.writeStaticString("\r\nCache-Control: no-store\r\nContent-Length: ")
        buffer.writeString(String(answer.text.utf8.count))
        if let allowedMethods = answer.allowedMethods {
            buffer.writeStaticString("\r\nAllow: ")
            buffer.writeString(allowedMethods)
        }
        if let challenge = answer.challenge {
            buffer.writeStaticString("\r\nWWW-Authenticate: ")
            buffer.writeString(challenge)
        }
        if let seconds = answer.retryAfterSeconds {
            buffer.writeStaticString("\r\nRetry-After: ")
            buffer.writeString(String(seconds))
        }
        if closes { buffer.writeStaticString("\r\nConnection: close") }
        buffer.writeStaticString("\r\n\r\n")
        if !omitsBody { buffer.writeString(answer.text) }
    }

    /// The interim answer to `Expect: 100-continue`.
    static func writeContinue(into buffer: inout ByteBuffer) {
        buffer.writeStaticString("HTTP/1.1 100 Continue\r\n\r\n")
    }

    private mutating func dateText(at now: Timestamp) -> String {
        let second = now.milliseconds / 1000
        if date.second != second { date = HTTPDate(second: second) }
        return date.text
    }
}
