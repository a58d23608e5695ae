import Foundation
import SlipwayReceiver

/// Requests as the tests send them.
enum Hook {
    static let userName = "slipway"
    static let password = "correct-horse-battery"
    static let nextPassword = "staple-correct-horse"

    static func credentials() throws -> HookCredentials {
        try .basic(userName: userName, passwords: [password, nextPassword])
    }

    static func authorization(_ userName: String = userName, _ password: String = password) -> String {
        "Basic " + Data("\(userName):\(password)".utf8).base64EncodedString()
    }

    /// A whole request, as bytes. `fields` come after the usual ones.
    static func post(
        _ body: [UInt8], authorization: String? = authorization(), path: String = "/hooks/azure-devops",
        fields: [String] = []
    ) -> [UInt8] {
        head("POST \(path) HTTP/1.1", authorization: authorization, fields: ["Content-Length: \(body.count)"] + fields)
            + body
    }

    static func post(_ body: String, authorization: String? = authorization(), fields: [String] = []) -> [UInt8] {
        post(Array(body.utf8), authorization: authorization, fields: fields)
    }

    static func head(_ requestLine: String, authorization: String? = authorization(), fields: [String]) -> [UInt8] {
        var lines = [requestLine, "Host: slipway.example.com", "Content-Type: application/json; charset=utf-8"]
        if let authorization { lines.append("Authorization: \(authorization)") }
        return Array((lines + fields + ["", ""]).joined(separator: "\r\n").utf8)
    }

    static func chunked(_ chunks: [[UInt8]]) -> [UInt8] {
        var bytes = head("POST /hooks/azure-devops HTTP/1.1", fields: ["Transfer-Encoding: chunked"])
        for chunk in chunks {
            bytes += Array("\(String(chunk.count, radix: 16))\r\n".utf8) + chunk + Array("\r\n".utf8)
        }
        return bytes + Array("0\r\n\r\n".utf8)
    }

    static let health = Array("GET /healthz HTTP/1.1\r\nHost: slipway.example.com\r\n\r\n".utf8)

    /// A published payload of `webhooks/samples`.
    static func sample(_ name: String) throws -> [UInt8] {
        try Array(Data(contentsOf: samples.appending(path: "\(name).json")))
    }

    static let samples = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "webhooks/samples")

    static let waiting = "ms.vss-pipelines.job-state-changed-event.waiting.constructed"
    static let testButton = "ms.vss-pipelines.job-state-changed-event.completed.docs"
}
