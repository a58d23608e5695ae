/// What went wrong with TLS: a code to decide by, a message for the operator, and everything OpenSSL had to say about it.
///
/// Two errors are equal when their codes are. No field ever holds key material, a certificate's content or application data.
public struct OpenSSLError: Error, Sendable {
    /// What kind of failure this is. New codes may be added: treat an unknown one as a failed connection.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        public let description: String

        private init(_ description: String) {
            self.description = description
        }

        /// A PEM file is missing, unreadable, empty, too large or not a regular file.
        public static let fileUnreadable = Code("fileUnreadable")
        /// The certificate chain holds no certificate, or one that can't be parsed or is too weak.
        public static let certificateInvalid = Code("certificateInvalid")
        /// The private key can't be parsed, or is of a kind that TLS can't use.
        public static let privateKeyInvalid = Code("privateKeyInvalid")
        /// The private key asks for a passphrase.
        public static let privateKeyEncrypted = Code("privateKeyEncrypted")
        /// The private key is not the one of the first certificate in the chain.
        public static let keyMismatch = Code("keyMismatch")
        /// A value in the configuration is not acceptable: a cipher suite, a protocol name, a host name.
        public static let configurationInvalid = Code("configurationInvalid")
        /// The peer and this server could not agree, or the peer broke the protocol, before the handshake was complete.
        public static let handshakeFailed = Code("handshakeFailed")
        /// The peer did not complete the handshake in time.
        public static let handshakeTimeout = Code("handshakeTimeout")
        /// The peer left before the handshake was complete.
        public static let peerLeftDuringHandshake = Code("peerLeftDuringHandshake")
        /// The peer spoke plain HTTP to the TLS port.
        public static let plainHTTP = Code("plainHTTP")
        /// The peer broke the protocol after the handshake, or sent a fatal alert.
        public static let connectionFailed = Code("connectionFailed")
        /// The peer's stream ended without its close_notify.
        public static let uncleanShutdown = Code("uncleanShutdown")
        /// More was written before the handshake was complete than the configuration lets wait.
        public static let writeBufferFull = Code("writeBufferFull")
        /// The peer makes the server answer (refused renegotiations) but does not read the answers.
        public static let peerNotReading = Code("peerNotReading")
        /// OpenSSL refused something that it should not: memory is short, or a provider is broken.
        public static let openSSLFailure = Code("openSSLFailure")
    }

    /// One entry of OpenSSL's error queue.
    public struct Entry: Hashable, Sendable {
        /// The packed code, as `openssl errstr` takes it.
        public let packedCode: UInt
        /// The part of OpenSSL that reported it, for example `SSL routines`.
        public let library: String
        /// OpenSSL's reason, for example `http request`.
        public let reason: String
        /// The C function that reported it; empty when unknown.
        public let function: String
        /// OpenSSL's additional text; empty when there is none.
        public let detail: String
    }

    public let code: Code
    /// For the operator: what happened and what to do next. One line.
    public let message: String
    /// OpenSSL's error queue at the point of failure, oldest entry first. Empty when the failure is not one that OpenSSL saw.
    public let entries: [Entry]

    init(_ code: Code, _ message: String, entries: [Entry] = []) {
        self.code = code
        self.message = message
        self.entries = entries
    }
}

extension OpenSSLError: Equatable {
    public static func == (left: OpenSSLError, right: OpenSSLError) -> Bool {
        left.code == right.code
    }
}

extension OpenSSLError: CustomStringConvertible {
    public var description: String {
        guard !entries.isEmpty else { return "\(code): \(message)" }
        return "\(code): \(message) [\(entries.map(\.description).joined(separator: "; "))]"
    }
}

extension OpenSSLError.Entry: CustomStringConvertible {
    public var description: String {
        let place = function.isEmpty ? "" : " in \(function)"
        return detail.isEmpty ? "\(library): \(reason)\(place)" : "\(library): \(reason)\(place) (\(detail))"
    }
}
