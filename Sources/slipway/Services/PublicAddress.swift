internal import AsyncHTTPClient
internal import NIOCore
internal import NIOHTTP1

/// What the outside sees of an address of ours.
enum PublicAddress {
    private static let timeout = TimeAmount.seconds(8)

    /// The status that a GET is answered with. Throws `unreachable` where nobody answers, or the certificate isn't trusted.
    static func status(of url: String, _ httpClient: HTTPClient) async throws -> Int {
        do {
            return Int(try await httpClient.execute(HTTPClientRequest(url: url), timeout: timeout).status.code)
        } catch {
            throw CommandFailure(.unreachable, "\(url) can't be reached: \(harmless("\(error)"))")
        }
    }
}
