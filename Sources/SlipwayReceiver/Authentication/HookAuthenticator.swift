internal import Foundation
internal import NIOHTTP1

/// Decides whether a request proves that it comes from our subscriptions, by its header fields alone.
struct HookAuthenticator: Sendable {
    /// Why it doesn't. Counted and logged, never told to the caller.
    enum Failure: String, Hashable, Sendable, CaseIterable {
        case missing
        /// Another scheme, or the field more than once.
        case malformed
        case oversized
        case wrong
    }

    /// Values beyond this are refused unread: user name, colon and password of 256 characters each take 684 in base64.
    static let maximumValueBytes = 1024

    /// The texts that may follow the word `Basic`. Base64 of the same bytes is always the same text, so what was sent is
    /// compared as it is and never decoded.
    private let basic: SecretSet?
    private let headerName: String
    private let header: SecretSet?

    init(_ credentials: HookCredentials) {
        basic = credentials.userName.map { userName in
            SecretSet(credentials.passwords.map { Data("\(userName):\($0)".utf8).base64EncodedString() })
        }
        headerName = credentials.headerName ?? ""
        header = credentials.headerName.map { _ in SecretSet(credentials.headerValues) }
    }

    /// What a 401 asks for (RFC 9110, section 11.6.1). Clients that send Basic credentials only when asked would never
    /// send them otherwise. Nil when a secret header alone is asked for: there is no scheme for that.
    var challenge: String? { basic.map { _ in #"Basic realm="slipway", charset="UTF-8""# } }

    /// The first thing that is wrong, or nil. Every proof asked for is looked at, whatever the others say.
    func failure(in headers: HTTPHeaders) -> Failure? {
        let basicFailure = basic.flatMap { failure(of: Self.sole("authorization", in: headers), Self.basicText, $0) }
        let headerFailure = header.flatMap { failure(of: Self.sole(headerName, in: headers), { $0 }, $0) }
        return basicFailure ?? headerFailure
    }

    private func failure(
        of field: Result<String, Failure>, _ secret: (String) -> String?, _ accepted: SecretSet
    ) -> Failure? {
        switch field {
        case .failure(let failure): return failure
        case .success(let value):
            guard value.utf8.count <= Self.maximumValueBytes else { return .oversized }
            guard let presented = secret(value) else { return .malformed }
            return accepted.contains(presented) ? nil : .wrong
        }
    }

    /// The field's only value.
    private static func sole(_ name: String, in headers: HTTPHeaders) -> Result<String, Failure> {
        var found: String?
        for (fieldName, value) in headers where fieldName.isFieldName(name) {
            if found != nil { return .failure(.malformed) }
            found = value
        }
        return found.map(Result.success) ?? .failure(.missing)
    }

    /// What follows `Basic` and its spaces; nil for another scheme. Schemes have no case (RFC 9110, section 11.1).
    private static func basicText(_ value: String) -> String? {
        let scheme = value.utf8.prefix { $0 != UInt8(ascii: " ") }
        guard String(Substring(scheme)).isFieldName("basic") else { return nil }
        let text = value.utf8[scheme.endIndex...].drop { $0 == UInt8(ascii: " ") }
        return text.isEmpty ? nil : String(Substring(text))
    }
}

extension HookAuthenticator.Failure: Error {}
