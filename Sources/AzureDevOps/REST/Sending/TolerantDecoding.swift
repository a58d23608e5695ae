import Foundation

/// Reading of fields that may be absent, null or of another type than documented.
///
/// Two strengths. *Tolerant*: a field that serves display reads as nil when it is odd. *Strict*: a field that decides
/// whether a job waits or an agent is busy fails the whole answer when it is odd, since a wrong nil would be acted on.
extension KeyedDecodingContainer {
    func tolerant<Value: Decodable>(_ type: Value.Type, _ key: Key) -> Value? {
        (try? decodeIfPresent(type, forKey: key)) ?? nil
    }

    /// A GUID in lower case, so that equal ones compare equal.
    func tolerantGUID(_ key: Key) -> String? {
        tolerant(String.self, key)?.lowercased()
    }

    func tolerantDate(_ key: Key) -> Date? {
        (try? strictDate(key)) ?? nil
    }

    /// - Throws: if the field is there, and neither null nor a date.
    func strictDate(_ key: Key) throws -> Date? {
        guard let text = try decodeIfPresent(String.self, forKey: key) else { return nil }
        switch Timestamp(text) {
        case .date(let date): return date
        case .unset: return nil
        case .unreadable:
            throw DecodingError.dataCorruptedError(forKey: key, in: self, debugDescription: "not a date")
        }
    }
}

/// `{"count": n, "value": […]}`. A count that differs from the values means that something was lost on the way.
struct ListEnvelope<Element: Decodable>: Decodable {
    let value: [Element]

    enum CodingKeys: CodingKey { case count, value }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        value = try container.decode([Element].self, forKey: .value)
        if let count = try container.decodeIfPresent(Int.self, forKey: .count), count != value.count {
            throw DecodingError.dataCorruptedError(
                forKey: .count,
                in: container,
                debugDescription: "\(count) announced, \(value.count) there"
            )
        }
    }
}
