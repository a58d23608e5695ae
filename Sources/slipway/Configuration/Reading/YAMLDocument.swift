internal import Yams

/// Reads YAML within bounds: size, depth, number of nodes, and no aliases, which can make a small file a huge one.
enum YAMLDocument {
    static let maximumBytes = 1_048_576
    static let maximumDepth = 16
    static let maximumNodes = 50_000

    /// The tree of the one document in `bytes`. `file` is how errors name it. An empty file is an empty group.
    static func read(_ bytes: [UInt8], file: String) throws(ConfigurationError) -> ConfigurationNode {
        guard bytes.count <= maximumBytes else {
            throw ConfigurationError(
                place: file, found: "it is larger than \(maximumBytes) bytes", mend: "check that it is the right file")
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw ConfigurationError(place: file, found: "it is not UTF-8", mend: "save it as UTF-8 text")
        }
        guard !mayHoldAlias(text) else {
            throw ConfigurationError(
                place: file, found: "it uses anchors and aliases (&name, *name)", mend: "write the values out")
        }
        guard let root = try compose(text, file: file) else { return ConfigurationNode(content: .group([]), line: 1) }
        var budget = maximumNodes
        return try convert(root, file: file, depth: 0, budget: &budget)
    }

    /// Whether some name stands after an `&` and after a `*`. Asked before the parser sees the text: the parser hashes
    /// keys, so a key made of nested aliases would keep it busy for ever. Names in quotes and comments count as well:
    /// that is rare, and the cure is said.
    private static func mayHoldAlias(_ text: String) -> Bool {
        let anchors = names(in: text, after: UInt8(ascii: "&"))
        return !anchors.isEmpty && !anchors.isDisjoint(with: names(in: text, after: UInt8(ascii: "*")))
    }

    private static func names(in text: String, after mark: UInt8) -> Set<[UInt8]> {
        var names: Set<[UInt8]> = []
        let bytes = Array(text.utf8)
        for (index, byte) in bytes.enumerated() where byte == mark {
            names.insert(Array(bytes[(index + 1)...].prefix(64).prefix { isAnchorByte($0) }))
        }
        return names
    }

    private static func isAnchorByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }

    private static func compose(_ text: String, file: String) throws(ConfigurationError) -> Node? {
        do {
            return try Yams.compose(yaml: text)
        } catch let error as YamlError {
            throw translated(error, file: file)
        } catch {
            throw ConfigurationError(place: file, found: "it can't be read as YAML", mend: "check its form")
        }
    }

    /// Never the error's own text: that quotes the file, which may hold a secret.
    private static func translated(_ error: YamlError, file: String) -> ConfigurationError {
        let mend = "check the indentation, colons and quotes there"
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            return ConfigurationError(place: "\(file):\(mark.line)", found: "no valid YAML: \(problem)", mend: mend)
        case .duplicatedKeysInMapping(let duplicates, let context):
            let name = duplicates.first.map { KeyText.shown("\($0)") } ?? ""
            return ConfigurationError(
                place: "\(file):\(context.mark.line)", key: name, found: "the key stands twice in one group",
                mend: "keep one of them")
        case .reader(let problem, _, _, _):
            return ConfigurationError(place: file, found: "no valid YAML: \(problem)", mend: "save it as plain text")
        case .no, .memory, .writer, .emitter, .representer, .dataCouldNotBeDecoded:
            return ConfigurationError(place: file, found: "it can't be read as YAML", mend: "check its form")
        }
    }

    private static func convert(
        _ node: Node, file: String, depth: Int, budget: inout Int
    ) throws(ConfigurationError) -> ConfigurationNode {
        let line = node.mark?.line ?? 1
        budget -= 1
        guard depth <= maximumDepth, budget > 0 else {
            throw ConfigurationError(
                place: "\(file):\(line)", found: "it is nested too deeply or holds too many values",
                mend: "compare it with docs/configuration.md")
        }
        switch node {
        case .scalar(let scalar):
            return ConfigurationNode(content: content(of: scalar), line: line)
        case .sequence(let sequence):
            var elements: [ConfigurationNode] = []
            for element in sequence {
                elements.append(try convert(element, file: file, depth: depth + 1, budget: &budget))
            }
            return ConfigurationNode(content: .list(elements), line: line)
        case .mapping(let mapping):
            var members: [ConfigurationNode.Member] = []
            for (key, value) in mapping {
                let member = try convert(value, file: file, depth: depth + 1, budget: &budget)
                members.append(try Self.member(key, member, file: file))
            }
            return ConfigurationNode(content: .group(members), line: line)
        case .alias(let alias):
            throw ConfigurationError(
                place: "\(file):\(alias.mark?.line ?? line)", found: "it uses an alias", mend: "write the values out")
        }
    }

    private static func content(of scalar: Node.Scalar) -> ConfigurationNode.Content {
        let isPlain = scalar.style == .plain || scalar.style == .any
        return isPlain && ["", "~", "null", "Null", "NULL"].contains(scalar.string) ? .nothing : .text(scalar.string)
    }

    private static func member(
        _ key: Node, _ node: ConfigurationNode, file: String
    ) throws(ConfigurationError) -> ConfigurationNode.Member {
        let line = key.mark?.line ?? node.line
        guard case .scalar(let scalar) = key else {
            throw ConfigurationError(
                place: "\(file):\(line)", found: "a key is a list or a group", mend: "write a name before the colon")
        }
        return ConfigurationNode.Member(name: scalar.string, line: line, node: node)
    }
}
