/// Holds a source against the schema: every key that is there is known and of its type, every required one is there.
struct ConfigurationCheck {
    private let source: ConfigurationSource
    private(set) var values = ConfigurationValues()
    private(set) var errors: [ConfigurationError] = []
    private(set) var warnings: [ConfigurationError] = []
    /// The environment variables that were asked for by some key.
    private var usedVariables: Set<String> = []

    init(_ source: ConfigurationSource) {
        self.source = source
        checkGroup("", at: .root, node: source.root)
        warnOfUnusedVariables()
    }

    private mutating func checkGroup(_ pattern: String, at path: ConfigurationPath, node: ConfigurationNode?) {
        values.setPresent(path)
        if let node { reportUnknownKeys(pattern, at: path, node: node) }
        for key in ConfigurationSchema.children(of: pattern) {
            check(key, at: path[key.name], node: node?.member(key.name))
        }
    }

    private mutating func check(_ key: ConfigurationKey, at path: ConfigurationPath, node: ConfigurationNode?) {
        switch key.type {
        case .group: checkGroupMember(key, at: path, node: node)
        case .groups(let count): checkList(key, count, at: path, node: node)
        default: checkValue(key, at: path, node: node)
        }
    }
}

extension ConfigurationCheck {
    /// A required group that is absent is looked into as an empty one, so that each key it lacks is named.
    private mutating func checkGroupMember(
        _ key: ConfigurationKey, at path: ConfigurationPath, node: ConfigurationNode?
    ) {
        let isPresent = node != nil || source.hasVariable(inside: path)
        guard isPresent || key.presence == .required else { return }
        guard let node else { return checkGroup(key.pattern, at: path, node: nil) }
        guard case .group = node.content else {
            return report(node.line, path, found: node.found, mend: "write its keys, indented, on the lines below")
        }
        checkGroup(key.pattern, at: path, node: node)
    }

    /// Variables may replace keys of an element that the file has, and add elements at its end.
    private mutating func checkList(
        _ key: ConfigurationKey, _ count: ClosedRange<Int>, at path: ConfigurationPath, node: ConfigurationNode?
    ) {
        let elements = node?.elements ?? []
        var length = elements.count
        while length < count.upperBound, source.hasVariable(inside: path[length]) { length += 1 }
        if length == 0, node == nil, key.presence == .optional { return values.setCount(0, at: path) }
        if length == 0 || node.map({ !$0.isList }) == true {
            return reportMissingList(key, count, at: path, node: node)
        }
        guard length <= count.upperBound else {
            return report(
                node?.line, path, found: "the list has \(length) elements",
                mend: "give at most \(count.upperBound)")
        }
        values.setCount(length, at: path)
        for index in 0..<length {
            let element = index < elements.count ? elements[index] : nil
            if let element, !element.isGroup {
                report(element.line, path[index], found: element.found, mend: "write a group of keys after the dash")
            } else {
                checkGroup(key.pattern, at: path[index], node: element)
            }
        }
    }

    private mutating func reportMissingList(
        _ key: ConfigurationKey, _ count: ClosedRange<Int>, at path: ConfigurationPath, node: ConfigurationNode?
    ) {
        if let node, node.isList {
            report(node.line, path, found: "the list is empty", mend: "give \(ConfigurationType.words(count)) elements")
        } else if let node {
            report(node.line, path, found: node.found, mend: "write a list: each element begins with a dash")
        } else if key.presence == .required, !isInherited(key, at: path) {
            report(nil, path, found: "the list is missing", mend: "give \(ConfigurationType.words(count)) elements")
        }
    }

    private mutating func checkValue(_ key: ConfigurationKey, at path: ConfigurationPath, node: ConfigurationNode?) {
        usedVariables.insert(source.variableName(path))
        if let variable = source.variable(path) {
            let texts = key.type.listCount == nil ? nil : variable.value.split(separator: ",").map { $0.trimmed }
            return read(key, at: path, from: .environment(variable.name), text: variable.value, texts: texts)
        }
        guard let node else { return reportIfRequired(key, at: path) }
        let origin = ConfigurationSource.Origin.file(line: node.line)
        switch node.content {
        case .text(let text): read(key, at: path, from: origin, text: text, texts: nil)
        case .nothing: report(node.line, path, found: "it has no value", mend: "give one, or remove the key")
        case .list(let elements): readList(key, at: path, from: origin, elements: elements)
        case .group:
            report(node.line, path, found: "found a group of keys", mend: "write \(key.type.expected)")
        }
    }

    private mutating func readList(
        _ key: ConfigurationKey, at path: ConfigurationPath, from origin: ConfigurationSource.Origin,
        elements: [ConfigurationNode]
    ) {
        let texts = elements.compactMap { if case .text(let text) = $0.content { text } else { nil } }
        guard texts.count == elements.count else {
            let wrong = elements.first { if case .text = $0.content { false } else { true } }
            return report(wrong?.line, path, found: "an element is no text", mend: "write \(key.type.expected)")
        }
        read(key, at: path, from: origin, text: nil, texts: texts)
    }

    private mutating func read(
        _ key: ConfigurationKey, at path: ConfigurationPath, from origin: ConfigurationSource.Origin, text: String?,
        texts: [String]?
    ) {
        do throws(Complaint) {
            let value = if let texts { try key.type.read(texts) } else { try key.type.read(text ?? "") }
            values.set(value, at: path, from: origin)
            warnIfInline(value, at: path, from: origin)
        } catch {
            report(origin, path, found: error.found, mend: error.mend)
        }
    }
}

extension ConfigurationCheck {
    private mutating func reportUnknownKeys(_ pattern: String, at path: ConfigurationPath, node: ConfigurationNode) {
        let known = ConfigurationSchema.children(of: pattern).map(\.name)
        for member in node.members where !known.contains(member.name) {
            let mend: String
            if let nearest = NearestName.of(member.name, among: known) {
                mend = "the nearest known key is \(path[nearest])"
            } else if let elsewhere = ConfigurationSchema.keys.first(where: { $0.name == member.name }) {
                mend = "it belongs to \(elsewhere.pattern)"
            } else {
                mend = "known here are \(known.joined(separator: ", "))"
            }
            report(member.line, path[member.shownName], found: "unknown key", mend: mend)
        }
    }

    private mutating func reportIfRequired(_ key: ConfigurationKey, at path: ConfigurationPath) {
        guard key.presence == .required, !isInherited(key, at: path) else { return }
        report(nil, path, found: "it is missing", mend: "add it, or set \(source.variableName(path))")
    }

    private func isInherited(_ key: ConfigurationKey, at path: ConfigurationPath) -> Bool {
        key.isInherited && path.inFirstProfile != nil
    }

    /// Only a warning: an orchestrator may set variables that begin so for a service that is called slipway.
    private mutating func warnOfUnusedVariables() {
        for name in source.unusedVariables(except: usedVariables) {
            let nearest = NearestName.of(name, among: usedVariables.sorted())
            warnings.append(
                ConfigurationError(
                    place: name, found: "no key has this environment variable, so it is not used",
                    mend: nearest.map { "the nearest known one is \($0)" } ?? "see docs/configuration.md"))
        }
    }

    private mutating func warnIfInline(
        _ value: ConfigurationValue, at path: ConfigurationPath, from origin: ConfigurationSource.Origin
    ) {
        let references: [SecretReference] =
            switch value {
            case .secret(let reference): [reference]
            case .secrets(let references): references
            case .text, .integer, .flag, .demands, .texts: []
            }
        guard case .file = origin,
            references.contains(where: { if case .inline = $0 { true } else { false } })
        else { return }
        warnings.append(
            ConfigurationError(
                place: source.place(origin), key: path.description, found: "a secret stands in the file",
                mend: "move it out and write file:/path, env:NAME or aws-secretsmanager:name"))
    }

    private mutating func report(_ line: Int?, _ path: ConfigurationPath, found: String, mend: String) {
        errors.append(
            ConfigurationError(
                place: line.map { source.place(.file(line: $0)) } ?? source.fileName, key: path.description,
                found: found, mend: mend))
    }

    private mutating func report(
        _ origin: ConfigurationSource.Origin, _ path: ConfigurationPath, found: String, mend: String
    ) {
        errors.append(
            ConfigurationError(place: source.place(origin), key: path.description, found: found, mend: mend))
    }
}

extension ConfigurationNode {
    fileprivate var isList: Bool { if case .list = content { true } else { false } }
    fileprivate var isGroup: Bool { if case .group = content { true } else { false } }
}

extension ConfigurationType {
    /// The type after "write".
    fileprivate var expected: String { listCount == nil ? "one value: \(summary)" : "a \(summary)" }
}

extension StringProtocol {
    fileprivate var trimmed: String {
        let start = drop { $0.isWhitespace }
        return String(start.reversed().drop { $0.isWhitespace }.reversed())
    }
}
