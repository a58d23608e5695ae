internal import Foundation

/// Reading of members whose type differs between ECS, its simulators and its events.
extension KeyedDecodingContainer {
    /// A string, or a number written out: `cpu` is a string in the model, a number in some answers.
    func lenientString(_ key: Key) throws -> String? {
        guard try self.contains(key) && !self.decodeNil(forKey: key) else { return nil }
        if let text = try? self.decode(String.self, forKey: key) { return text }
        if let number = try? self.decode(Int.self, forKey: key) { return String(number) }
        return String(try self.decode(Double.self, forKey: key))
    }

    /// An integer, or a string that holds one.
    func lenientInt(_ key: Key) throws -> Int? {
        guard try self.contains(key) && !self.decodeNil(forKey: key) else { return nil }
        if let number = try? self.decode(Int.self, forKey: key) { return number }
        if let text = try? self.decode(String.self, forKey: key), let number = Int(text) { return number }
        throw DecodingError.dataCorruptedError(forKey: key, in: self, debugDescription: "no integer")
    }

    /// Seconds since 1970 as the API sends, or an ISO 8601 string as events do.
    func lenientDate(_ key: Key) throws -> Date? {
        guard try self.contains(key) && !self.decodeNil(forKey: key) else { return nil }
        if let seconds = try? self.decode(Double.self, forKey: key) { return Date(timeIntervalSince1970: seconds) }
        if let text = try? self.decode(String.self, forKey: key), let date = Timestamps.parseISO8601(text) {
            return date
        }
        throw DecodingError.dataCorruptedError(forKey: key, in: self, debugDescription: "no timestamp")
    }

    /// An array; absent and null are empty.
    func list<Element: Decodable>(_ key: Key) throws -> [Element] {
        try self.decodeIfPresent([Element].self, forKey: key) ?? []
    }
}
