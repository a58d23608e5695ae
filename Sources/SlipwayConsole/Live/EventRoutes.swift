internal import HTTPTypes
internal import Hummingbird
internal import NIOCore

/// `/events`: server-sent events that say that something has changed, and nothing of what.
struct EventRoutes: Sendable {
    let feed: ChangeFeed

    var routes: [Route] {
        [.get("/events") { _ in try await follow() }]
    }

    private func follow() async throws -> Response {
        guard let events = await feed.follow() else { throw Problem.tooManyStreams }
        return Response(
            status: .ok, headers: [.contentType: "text/event-stream", .cacheControl: "no-store"],
            body: ResponseBody { writer in
                // The stream ends with the feed, and the feed with the server.
                try await writer.write(ByteBuffer(string: "retry: 5000\n\n"))
                for await event in events { try await writer.write(ByteBuffer(string: Self.text(event))) }
                try await writer.finish(nil)
            })
    }

    private static func text(_ event: ChangeFeed.Event) -> String {
        switch event {
        case .change(let counter): "event: change\ndata: \(counter)\n\n"
        case .tick: "event: tick\ndata: \n\n"
        }
    }
}
