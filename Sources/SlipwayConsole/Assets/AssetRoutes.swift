internal import Crypto
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore

/// The style sheet and the script. Their names hold a digest of what they say, so they may be kept for ever.
struct AssetRoutes: Sendable {
    struct Asset: Sendable {
        var path: String
        var type: String
        var text: String

        init(_ name: String, _ suffix: String, type: String, text: String) {
            let digest = SHA256.hash(data: Array(text.utf8)).prefix(6)
            let hexadecimal = digest.map { String(256 + Int($0), radix: 16).dropFirst() }.joined()
            path = "/assets/\(name)-\(hexadecimal).\(suffix)"
            self.type = type
            self.text = text
        }
    }

    static let style = Asset("console", "css", type: "text/css; charset=utf-8", text: ConsoleStyle.text)
    static let script = Asset("console", "js", type: "text/javascript; charset=utf-8", text: ConsoleScript.text)

    var routes: [Route] {
        [Self.style, Self.script].map { asset in
            .get(asset.path) { _ in
                let body = ByteBuffer(string: asset.text)
                return Response(
                    status: .ok,
                    headers: [
                        .contentType: asset.type, .cacheControl: "private, max-age=31536000, immutable",
                        .eTag: EntityTag.of(body),
                    ], body: ResponseBody(byteBuffer: body))
            }
        }
    }
}
