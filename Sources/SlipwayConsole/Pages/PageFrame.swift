internal import SlipwayCore

/// What the layout needs of every page. The templates find the properties by their names.
struct PageFrame: Sendable {
    struct Link: Sendable {
        var href: String
        var name: String
        var isCurrent: Bool
    }

    var title: String
    var navigation: [Link]
    let style = AssetRoutes.style.path
    let script = AssetRoutes.script.path
    /// How the page follows what happens: `changes`, `ticking` (also while nothing is recorded), or not.
    var live: String?
    /// Stored: the templates find no computed properties.
    var isLive: Bool
    /// Seconds after which a browser without the script loads the page again; nil: never by itself.
    var refreshSeconds: Int?

    /// - Parameter takesText: it has fields to write in, whose text would be lost if the page were loaded again.
    init(_ title: String, at path: String? = nil, live: String? = nil, takesText: Bool = false) {
        self.title = title
        self.live = live
        isLive = live != nil
        refreshSeconds = live == nil || takesText ? nil : 15
        navigation = Self.pages.map { Link(href: $0.path, name: $0.name, isCurrent: $0.path == path) }
    }

    private static let pages = [
        (path: "/", name: "Overview"), (path: "/launches", name: "Launches"), (path: "/deliveries", name: "Deliveries"),
        (path: "/ledger", name: "Ledger"), (path: "/costs", name: "Costs"),
    ]
}

protocol PageView: Sendable {
    var frame: PageFrame { get }
}

/// Forms that operate: shown to who may.
struct OrderForms: Sendable {
    /// Of this start of the server.
    var token: String
    /// Where to go when it is done: a path of ours.
    var back: String

    init?(_ caller: Caller, _ operateGuard: OperateGuard, canOperate: Bool, back: String) {
        guard canOperate, caller.mayOperate else { return nil }
        token = operateGuard.formToken
        self.back = back
    }
}

/// A link with a query. Percent-encoded by itself, so that it is fit for an attribute as it is, however long.
enum PageLink {
    static func to(_ path: String, _ query: [(String, String?)] = []) -> String {
        let items = query.compactMap { name, value in value.map { "\(name)=\(encode($0))" } }
        return items.isEmpty ? path : path + "?" + items.joined(separator: "&amp;")
    }

    static func encode(_ text: String) -> String {
        var encoded = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."),
                UInt8(ascii: "~"):
                encoded.unicodeScalars.append(Unicode.Scalar(byte))
            default: encoded += "%" + String(256 + Int(byte), radix: 16).dropFirst().uppercased()
            }
        }
        return encoded
    }
}
