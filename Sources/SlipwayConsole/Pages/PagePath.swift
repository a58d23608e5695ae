internal import SlipwayCore

/// Paths of the console's own that a page may lead to.
enum PagePath {
    /// Where an order's form may lead back to; else the first page.
    static func back(_ path: String?) -> String {
        guard let path, let id = path.wholeMatch(of: /\/launches\/([A-Za-z0-9-]+)/)?.output.1,
            let launch = LaunchID(rawValue: String(id))
        else { return "/" }
        return "/launches/\(launch)"
    }

    /// What was asked for, for a link in a page; nil: nothing that surely stays here. A browser takes `//host` and `/\host`
    /// for another host's.
    static func wanted(_ target: String) -> String? {
        let isPlain = target.utf8.allSatisfy { byte in
            (0x21...0x7E).contains(byte) && ![UInt8(ascii: "\""), UInt8(ascii: "<"), UInt8(ascii: ">")].contains(byte)
                && ![UInt8(ascii: "\\"), UInt8(ascii: "'"), UInt8(ascii: "`")].contains(byte)
        }
        guard target.hasPrefix("/"), !target.hasPrefix("//"), isPlain, target.utf8.count <= 400 else { return nil }
        return target
    }
}
