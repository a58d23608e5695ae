/// A place credentials can come from.
///
/// A provider does not cache: each call reads its source anew. Put `CredentialCache` in front.
public protocol CredentialProvider: Sendable {
    /// The source in words for a person, as errors and `AWSCredentials.source` name it.
    var source: String { get }

    /// Reads the source.
    ///
    /// - Throws: `CredentialError` with code `notConfigured` when the source has nothing to say here, so that a chain
    ///   may ask the next one; with code `failed` when it is configured but did not work, which ends a chain: to go on
    ///   with another identity than the one configured would be a surprise. `CancellationError` when cancelled.
    func credentials() async throws -> AWSCredentials

    /// AWS refused these: forget them if they are what is remembered. Does nothing for a provider that doesn't
    /// remember.
    func invalidate(_ rejected: AWSCredentials) async
}

extension CredentialProvider {
    public func invalidate(_ rejected: AWSCredentials) async {}
}

/// Credentials that are simply given. They never change.
public struct StaticCredentialProvider: CredentialProvider {
    private let fixed: AWSCredentials

    public init(_ credentials: AWSCredentials) {
        self.fixed = credentials
    }

    public var source: String { self.fixed.source }

    public func credentials() async throws -> AWSCredentials { self.fixed }
}
