public import SlipwayCore

/// Something that ends at a known instant: a certificate, a credential.
public struct Expiry: Hashable, Sendable {
    public var name: String
    public var at: Timestamp

    public init(name: String, at: Timestamp) {
        self.name = name
        self.at = at
    }
}
