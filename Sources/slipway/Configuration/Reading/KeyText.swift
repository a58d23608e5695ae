/// How errors show a key that nobody knows.
enum KeyText {
    /// The key, if it could be one. Of a file that is no configuration it may be a line with a secret in it, which must
    /// not come into a terminal or a log.
    static func shown(_ name: String) -> String {
        let isKey = !name.isEmpty && name.utf8.count <= maximumBytes && name.utf8.allSatisfy(isKeyByte)
        return isKey ? name : "(a key of \(name.count) characters)"
    }

    private static let maximumBytes = 32

    private static func isKeyByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."):
            true
        default: false
        }
    }
}
