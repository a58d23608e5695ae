internal import Foundation
internal import SlipwayCore

extension Answer {
    /// A refusal, for the pipeline's author.
    static func serverTask(
        _ status: Status, _ code: String, _ message: String, challenge: String? = nil
    ) -> Answer {
        struct Body: Encodable {
            struct Refusal: Encodable {
                var code: String
                var message: String
            }
            var error: Refusal
        }
        var answer = Answer(
            status, json(Body(error: .init(code: code, message: message))), format: .json, challenge: challenge)
        if status == .serviceUnavailable { answer.retryAfterSeconds = 5 }
        return answer
    }

    static func serverTask(_ refusal: BookingRefusal) -> Answer {
        let status: Status =
            switch refusal {
            case .organizationForeign, .planRefused, .tokenRefused: .forbidden
            case .planOver, .callChanged, .callCancelled: .conflict
            case .planUnreachable, .storeUnavailable, .stopping: .serviceUnavailable
            }
        return serverTask(status, refusal.rawValue, refusal.message)
    }

    static func json(_ value: some Encodable) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Texts, flags and numbers alone: it can't fail.
        return (try? encoder.encode(value)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    }
}
