internal import Foundation
internal import Logging
internal import NIOHTTP1

/// What the sources read from: environment, files, network. Passed in whole, so that a test is a machine of its own.
struct CredentialContext: Sendable, SecretHolder {
    var variables: [String: String]
    var credentialsFilePath: String
    var configFilePath: String
    /// For calls to STS.
    var region: AWSRegion
    var endpoints: AWSEndpoints
    var exchange: any HTTPExchange
    var runtime: AWSRuntime
    var logger: Logger

    /// A variable; one that is set to nothing counts as absent, as AWS's tools have it.
    func variable(_ name: String) -> String? {
        self.variables[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// STS as `provider`'s identity.
    func sts(as provider: any CredentialProvider) -> STSClient {
        STSClient(
            client: AWSClient(
                region: self.region, credentials: provider, exchange: self.exchange, endpoints: self.endpoints,
                runtime: self.runtime, logger: self.logger
            )
        )
    }

    /// A request to a metadata service on the local link: small answers, short patience.
    ///
    /// - Throws: the last attempt's `HTTPExchangeFailure`, or `CancellationError`. An answer with 5xx is tried again,
    ///   then returned.
    func metadata(
        _ method: HTTPMethod, _ url: String, headers: HTTPHeaders, timeout: Duration, attemptsMaximum: Int
    ) async throws -> HTTPExchangeResponse {
        let request = HTTPExchangeRequest(method: method, url: url, headers: headers, body: Data())
        var attempt = 1
        while true {
            do {
                let response = try await self.exchange.exchange(
                    request, timeout: timeout, bodyMaximumBytes: BoundedFile.bytesMaximum
                )
                if response.status < 500 || attempt >= attemptsMaximum { return response }
            } catch let failure as HTTPExchangeFailure where attempt < attemptsMaximum {
                self.logger.debug("metadata service did not answer", metadata: ["aws.failure": "\(failure.kind)"])
            }
            attempt += 1
            try await self.runtime.sleep(.seconds(1))
        }
    }
}

/// Reads small files, never more than a limit: the path may name anything.
enum BoundedFile {
    static let bytesMaximum = 64 * 1_024

    enum Failure: Error, CustomStringConvertible {
        case missing
        case notRegular
        case unreadable
        case tooLarge(bytesMaximum: Int)
        case notText

        var description: String {
            switch self {
            case .missing: return "does not exist"
            case .notRegular: return "is not a regular file"
            case .unreadable: return "can't be read"
            case .tooLarge(let bytesMaximum): return "is larger than \(bytesMaximum) bytes"
            case .notText: return "is not UTF-8 text"
            }
        }
    }

    static func text(at path: String, bytesMaximum: Int = Self.bytesMaximum) throws(Failure) -> String {
        var status = stat()
        guard stat(path, &status) == 0 else {
            throw errno == ENOENT || errno == ENOTDIR ? .missing : .unreadable
        }
        // A pipe would block, a device has no end.
        guard status.st_mode & S_IFMT == S_IFREG else { throw .notRegular }
        guard let handle = FileHandle(forReadingAtPath: path) else { throw .unreadable }
        defer { try? handle.close() }
        let data: Data?
        do { data = try handle.read(upToCount: bytesMaximum + 1) } catch { throw .unreadable }
        guard (data?.count ?? 0) <= bytesMaximum else { throw .tooLarge(bytesMaximum: bytesMaximum) }
        guard let text = String(validating: data ?? Data(), as: UTF8.self) else { throw .notText }
        return text
    }
}
