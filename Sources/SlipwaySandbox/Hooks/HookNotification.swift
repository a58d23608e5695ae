import Foundation
import NIOCore

/// One event on its way to one subscription.
struct HookNotification: Sendable {
    /// As spelled on the wire.
    enum Status: String, Sendable {
        case queued, requestInProgress, completed
    }

    enum Result: String, Sendable {
        case pending, succeeded, failed, filtered
    }

    let id: Int
    let subscriptionID: String
    let event: PublishedEvent
    let payload: ByteBuffer
    let createdAt: Date
    var modifiedAt: Date
    var status = Status.queued
    var result = Result.pending
    /// Requests sent to the receiver.
    var attempts = 0
    /// Quick resends since the last long wait.
    var quickRetries = 0
    var lastOutcome: HookOutcome?
}

/// What came of posting a hook.
enum HookOutcome: Sendable, Equatable {
    case status(Int)
    /// No answer: refused, reset, timed out, or the certificate is not trusted.
    case unreachable(String)

    enum Kind: Sendable, Equatable {
        case success
        /// Sent again within seconds.
        case transient
        /// Puts the subscription on probation.
        case enduring
        /// Disables the subscription at once.
        case terminal
    }

    /// Microsoft's "Troubleshoot service hooks". What has no status is not on that page; the worse is assumed.
    var kind: Kind {
        switch self {
        case .status(200..<300): .success
        case .status(408), .status(502), .status(503), .status(504): .transient
        case .status(410): .terminal
        case .status, .unreachable: .enduring
        }
    }
}

/// A request to post, for whoever does it.
struct HookPost: Sendable {
    let subscriptionID: String
    let notificationID: Int
    let isFirstAttempt: Bool
    let subject: String
    let url: String
    let headers: [(name: String, value: String)]
    let acceptsAnyCertificate: Bool
    let body: ByteBuffer
}
