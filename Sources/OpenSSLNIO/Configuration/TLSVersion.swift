/// A version of TLS, by its number on the wire. Ordered by age.
public struct TLSVersion: RawRepresentable, Hashable, Comparable, Sendable, CustomStringConvertible {
    public let rawValue: UInt16

    public init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    public static let tlsv12 = TLSVersion(rawValue: 0x0303)
    public static let tlsv13 = TLSVersion(rawValue: 0x0304)

    public static func < (left: TLSVersion, right: TLSVersion) -> Bool {
        left.rawValue < right.rawValue
    }

    public var description: String {
        switch self {
        case .tlsv12: "TLSv1.2"
        case .tlsv13: "TLSv1.3"
        default: "TLS version \(rawValue)"
        }
    }
}
