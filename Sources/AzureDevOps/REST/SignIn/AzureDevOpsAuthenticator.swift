/// Supplies the `Authorization` header of calls to Azure DevOps.
public protocol AzureDevOpsAuthenticator: Sendable {
    /// The header for the next call. Fetches or renews a token if need be.
    func authorization() async throws -> AuthorizationHeader

    /// Called when the service did not accept `header`.
    ///
    /// - Returns: true if ``authorization()`` can now give another one, so that one more try makes sense.
    func discard(_ header: AuthorizationHeader) async -> Bool
}

/// The value of an `Authorization` header. It prints as `(redacted)`.
public struct AuthorizationHeader: Sendable, Equatable {
    let value: Redacted<String>

    public init(_ value: String) { self.value = Redacted(value) }
}

/// Keeps a secret out of descriptions, dumps and string interpolation.
struct Redacted<Value: Sendable & Equatable>: Sendable, Equatable {
    let secret: Value

    init(_ secret: Value) { self.secret = secret }
}

extension Redacted: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    var description: String { "(redacted)" }
    var debugDescription: String { description }
    var customMirror: Mirror { Mirror(self, children: []) }
}
