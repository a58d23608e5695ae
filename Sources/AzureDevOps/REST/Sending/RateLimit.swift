public import Foundation
import NIOHTTP1

/// What an answer of Azure DevOps says about the caller's consumption.
///
/// Source: "Rate and usage limits" of Azure DevOps. `Retry-After` may come with a successful answer too, and is to be
/// obeyed then as well.
public struct RateLimit: Sendable, Equatable {
    /// The kind of consumption that is limited.
    public var resource: String?
    /// How long the answered request was held back.
    public var delay: Duration?
    /// Throughput units in the window, in total and left.
    public var limit: Int?
    public var remaining: Int?
    /// When the consumption is back at zero if nothing more is sent.
    public var reset: Date?
    /// How long to send nothing.
    public var retryAfter: Duration?
    public var observed: Date

    public init(
        resource: String? = nil,
        delay: Duration? = nil,
        limit: Int? = nil,
        remaining: Int? = nil,
        reset: Date? = nil,
        retryAfter: Duration? = nil,
        observed: Date
    ) {
        self.resource = resource
        self.delay = delay
        self.limit = limit
        self.remaining = remaining
        self.reset = reset
        self.retryAfter = retryAfter
        self.observed = observed
    }

    /// The time before which nothing should be sent; nil if the service asks for no pause.
    ///
    /// `Retry-After` decides. Without it, an exhausted allowance means the reset. The time is never later than
    /// ``longestPauseSeconds`` after the answer, so that no header can silence us for good.
    public var notBefore: Date? {
        let wanted: Date?
        if let retryAfter {
            wanted = retryAfter > .zero ? observed.addingTimeInterval(retryAfter.seconds) : nil
        } else if remaining == 0 {
            wanted = reset
        } else {
            wanted = nil
        }
        guard let wanted, wanted > observed else { return nil }
        return min(wanted, observed.addingTimeInterval(Self.longestPauseSeconds))
    }

    /// The service's window is five minutes; three of them are more than it can ask for.
    public static let longestPauseSeconds = 900.0
}

extension RateLimit {
    /// Nil if the headers say nothing about limits.
    init?(_ headers: HTTPHeaders, now: Date) {
        resource = headers.first(name: "X-RateLimit-Resource")?.operatorText
        delay = Self.seconds(headers.first(name: "X-RateLimit-Delay")).map(Duration.init(seconds:))
        limit = headers.first(name: "X-RateLimit-Limit").flatMap { Int($0) }
        remaining = headers.first(name: "X-RateLimit-Remaining").flatMap { Int($0) }
        reset = Self.seconds(headers.first(name: "X-RateLimit-Reset")).map { Date(timeIntervalSince1970: $0) }
        retryAfter = Self.retryAfter(headers.first(name: "Retry-After"), now: now)
        observed = now
        if resource == nil, delay == nil, limit == nil, remaining == nil, reset == nil, retryAfter == nil { return nil }
    }

    /// Seconds, or a date of RFC 9110, which a proxy may send.
    private static func retryAfter(_ text: String?, now: Date) -> Duration? {
        if let seconds = seconds(text) { return Duration(seconds: seconds) }
        guard let text, let date = HTTPDate(text)?.date else { return nil }
        return Duration(seconds: max(0, date.timeIntervalSince(now)))
    }

    private static func seconds(_ text: String?) -> Double? {
        guard let text, let seconds = Double(text), seconds >= 0, seconds < 1e11 else { return nil }
        return seconds
    }
}

/// A date as in HTTP headers: `Sun, 06 Nov 1994 08:49:37 GMT`.
struct HTTPDate {
    let date: Date

    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    init?(_ text: String) {
        let parts = text.split(separator: " ")
        guard parts.count == 6, parts[0].hasSuffix(","), parts[5] == "GMT",
            let month = Self.months.firstIndex(of: String(parts[2]))
        else { return nil }
        let monthDigits = month < 9 ? "0\(month + 1)" : "\(month + 1)"
        guard case .date(let date) = Timestamp("\(parts[3])-\(monthDigits)-\(parts[1])T\(parts[4])Z") else {
            return nil
        }
        self.date = date
    }
}
