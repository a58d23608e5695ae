internal import Foundation
internal import NIOHTTP1

/// Makes an `AWSError` of an answer that is not a success. Pure.
///
/// The status always survives: whatever the body is, be it AWS's JSON, AWS's XML, a proxy's HTML, or nothing, it can
/// add to the error but never replace it by an error about parsing.
struct ErrorParser: Sendable, SecretHolder {
    var service: AWSService
    var operation: String
    /// Parts of the request that must not come back in a message: AWS quotes signed headers, session token included,
    /// when a signature doesn't match.
    var secrets: [String]

    /// Differences up to this are within what AWS accepts, so a refusal has another reason. AWS's SDKs use the same.
    static let clockDifferenceToleratedSeconds = 240.0

    /// - Parameters:
    ///   - localTime: this machine's time when the answer came.
    ///   - signedAt: the time the request was signed with.
    func error(
        status: Int, headers: HTTPHeaders, body: Data, localTime: Date, signedAt: Date
    ) -> AWSError {
        let parsed = Body(body, headers: headers)
        let code = parsed.code ?? Self.normalizedCode(headers.first(name: "x-amzn-errortype")) ?? "HTTP\(status)"
        let message = cleaned(parsed.message ?? Self.describe(body: body, headers: headers, status: status))
        var classification = ErrorClassifier.classify(
            code: code, status: status, message: message, service: self.service
        )
        let offset = clockOffset(code: code, headers: headers, localTime: localTime, signedAt: signedAt)
        if offset != nil { classification = .clockSkew }

        var error = AWSError(
            AWSError.Code(rawValue: code), classification, message: message, service: self.service.name,
            operation: self.operation
        )
        error.advice = ErrorAdvice.advice(code: error.code, classification: classification, message: message)
        error.httpStatus = status
        error.requestID = Self.requestID(headers) ?? parsed.requestID
        error.resourceIDs = parsed.resourceIDs
        error.retryAfter = Self.retryAfter(headers)
        error.isOutcomeUnknown = status >= 500 || status == 408
        error.clockOffsetSeconds = offset
        return error
    }

    static func requestID(_ headers: HTTPHeaders) -> String? {
        let id = headers.first(name: "x-amzn-requestid") ?? headers.first(name: "x-amz-request-id")
        return id.map { AWSError.cleaned($0, charactersMaximum: 100) }
    }

    /// `ns#Name`, `Name:http://…` and `Name` all become `Name`. Nil when nothing that looks like a name is left.
    static func normalizedCode(_ raw: String?) -> String? {
        guard let raw else { return nil }
        let beforeColon = raw.prefix { $0 != ":" }
        let name = beforeColon.split(separator: "#").last.map(String.init) ?? ""
        let isName = name.utf8.allSatisfy { byte in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || [UInt8(ascii: "."), UInt8(ascii: "_")]
                    .contains(byte)
        }
        return isName && (1...128).contains(name.utf8.count) ? name : nil
    }

    private func clockOffset(code: String, headers: HTTPHeaders, localTime: Date, signedAt: Date) -> Double? {
        guard ErrorClassifier.mayComeFromClockSkew(code),
            let serverTime = headers.first(name: "date").flatMap(Timestamps.parseHTTPDate),
            abs(serverTime.timeIntervalSince(signedAt)) > Self.clockDifferenceToleratedSeconds
        else { return nil }
        return serverTime.timeIntervalSince(localTime)
    }

    private static func retryAfter(_ headers: HTTPHeaders) -> Duration? {
        guard let text = headers.first(name: "x-amz-retry-after"), let milliseconds = Int(text), milliseconds >= 0
        else {
            return nil
        }
        return .milliseconds(min(milliseconds, 60_000))
    }

    /// Cuts the canonical request that AWS quotes, and whatever secret is left.
    private func cleaned(_ message: String) -> String {
        var kept = message
        if let quotation = kept.range(of: "The Canonical String for this request should have been") {
            kept = String(kept[..<quotation.lowerBound])
        }
        for secret in self.secrets where !secret.isEmpty {
            kept = kept.replacingOccurrences(of: secret, with: "[redacted]")
        }
        return AWSError.cleaned(kept)
    }

    /// For a body that says nothing we understand: what it is, not what it holds, since a proxy's page may echo
    /// headers.
    private static func describe(body: Data, headers: HTTPHeaders, status: Int) -> String {
        if (300..<400).contains(status) {
            return "The endpoint answered with a redirect, which AWS never does: check the endpoint."
        }
        guard !body.isEmpty else { return "The answer had no body." }
        let type = headers.first(name: "content-type").map { AWSError.cleaned($0, charactersMaximum: 60) } ?? "no type"
        return "The answer was not in AWS's form (\(body.count) bytes, \(type)): "
            + "a proxy, a gateway or a load balancer may have given it."
    }
}

extension ErrorParser {
    /// What could be read from a body, in either of AWS's forms.
    private struct Body {
        var code: String?
        var message: String?
        var requestID: String?
        var resourceIDs: [String] = []

        init(_ data: Data, headers: HTTPHeaders) {
            if let json = try? JSONDecoder().decode(JSONForm.self, from: data) {
                self.code = ErrorParser.normalizedCode(json.code)
                self.message = json.message
                self.resourceIDs = json.resourceIDs
            } else if let fields = XMLFields(data) {
                self.code = ErrorParser.normalizedCode(fields.first(named: "Code"))
                self.message = fields.first(named: "Message")
                self.requestID = (fields.first(named: "RequestId") ?? fields.first(named: "RequestID"))
                    .map { AWSError.cleaned($0, charactersMaximum: 100) }
            }
        }
    }

    /// Every member is optional and of the wrong type at worst: then it counts as absent.
    private struct JSONForm: Decodable {
        var code: String?
        var message: String?
        var resourceIDs: [String]

        enum CodingKeys: String, CodingKey {
            case type = "__type"
            case code, message
            case capitalMessage = "Message"
            case resourceIDs = "resourceIds"
        }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            self.code =
                (try? container.decodeIfPresent(String.self, forKey: .type))
                ?? (try? container.decodeIfPresent(String.self, forKey: .code))
            self.message =
                (try? container.decodeIfPresent(String.self, forKey: .message))
                ?? (try? container.decodeIfPresent(String.self, forKey: .capitalMessage))
            self.resourceIDs = (try? container.decodeIfPresent([String].self, forKey: .resourceIDs)) ?? []
        }
    }
}
