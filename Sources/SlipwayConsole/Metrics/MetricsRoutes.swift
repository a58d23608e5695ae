internal import HTTPTypes
internal import Hummingbird
internal import NIOCore

/// `/metrics`: for Prometheus.
struct MetricsRoutes: Sendable {
    let text: @Sendable () async -> String

    static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    var routes: [Route] {
        [
            .get("/metrics") { _ in
                Response(
                    status: .ok, headers: [.contentType: Self.contentType],
                    body: ResponseBody(byteBuffer: ByteBuffer(string: await text())))
            }
        ]
    }
}
