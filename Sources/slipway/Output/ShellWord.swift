internal import Foundation

/// Words of a command line that is printed to be copied into a shell.
enum ShellWord {
    /// The text as one word.
    static func quoted(_ text: String) -> String {
        guard text.isEmpty || !text.utf8.allSatisfy(isPlain) else { return text }
        return "'" + text.replacing("'", with: #"'\''"#) + "'"
    }

    /// This program as it was called: by its name if it was found through PATH, else by its whole path, so that the
    /// command works in another folder.
    static func command(_ argument: String?) -> String {
        guard let argument, !argument.isEmpty else { return "slipway" }
        guard argument.contains("/") else { return quoted(argument) }
        return quoted(URL(filePath: argument).standardizedFileURL.path(percentEncoded: false))
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "_@%+=:,./-".utf8.contains(byte)
        }
    }
}
