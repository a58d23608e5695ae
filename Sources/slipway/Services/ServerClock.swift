internal import AsyncHTTPClient
internal import Foundation
internal import NIOCore
internal import NIOHTTP1

/// The clock of an HTTP server, from the `Date` header that any answer has.
enum ServerClock {
    static let timeout = TimeAmount.seconds(8)

    static func aheadSeconds(of url: String, _ httpClient: HTTPClient) async throws -> Double? {
        var request = HTTPClientRequest(url: url)
        request.method = .HEAD
        do {
            let response = try await httpClient.execute(request, timeout: timeout)
            return response.headers.first(name: "Date").flatMap(instant).map { -$0.timeIntervalSinceNow }
        } catch {
            throw CommandFailure(.unreachable, "\(url) can't be reached: \(harmless("\(error)"))")
        }
    }

    /// `Tue, 24 Nov 2026 08:26:11 GMT`
    static func instant(_ header: String) -> Date? {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = TimeZone(identifier: "GMT")
        formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
        return formatter.date(from: header)
    }
}
