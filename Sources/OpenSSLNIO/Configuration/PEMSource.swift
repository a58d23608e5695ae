/// Where PEM text comes from. Its description never shows the text.
public struct PEMSource: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    enum Kind: Hashable {
        case file(String)
        case bytes([UInt8])
    }

    let kind: Kind

    /// A file, read when a context is built and again at every reload.
    public static func file(_ path: String) -> PEMSource {
        PEMSource(kind: .file(path))
    }

    /// PEM text in memory. A reload uses the same bytes again.
    public static func bytes(_ bytes: [UInt8]) -> PEMSource {
        PEMSource(kind: .bytes(bytes))
    }

    /// The path, when this is a file.
    public var path: String? {
        switch kind {
        case .file(let path): path
        case .bytes: nil
        }
    }

    public var description: String {
        path ?? "PEM text in memory"
    }

    public var debugDescription: String {
        description
    }

    // `dump` and string interpolation of a containing value reflect; a private key must not come out that way.
    public var customMirror: Mirror {
        Mirror(self, children: ["source": description])
    }
}
