/// A configuration file as read: text, lists and groups, each with its line.
struct ConfigurationNode: Sendable {
    enum Content: Sendable {
        case text(String)
        /// A key without a value, `null` or `~`.
        case nothing
        case list([ConfigurationNode])
        case group([Member])
    }

    struct Member: Sendable {
        var name: String
        var line: Int
        var node: ConfigurationNode

        /// The name as errors show it.
        var shownName: String { KeyText.shown(name) }
    }

    var content: Content
    /// From 1.
    var line: Int

    var members: [Member] { if case .group(let members) = content { members } else { [] } }
    var elements: [ConfigurationNode] { if case .list(let elements) = content { elements } else { [] } }

    func member(_ name: String) -> ConfigurationNode? { members.first { $0.name == name }?.node }

    /// For an error: what it is. Not the text itself: where none belongs it may be a secret, or a file that is no
    /// configuration at all.
    var found: String {
        switch content {
        case .text: "found a text"
        case .nothing: "it has no value"
        case .list: "found a list"
        case .group: "found a group of keys"
        }
    }
}

// A text may be a secret that stands in the file: no description shows what was read.
extension ConfigurationNode: CustomStringConvertible, CustomReflectable {
    var description: String { "what was read from line \(line)" }
    var customMirror: Mirror { Mirror(self, children: []) }
}
