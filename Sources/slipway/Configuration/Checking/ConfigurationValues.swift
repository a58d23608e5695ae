internal import SlipwayCore

/// The values of a configuration by their place, each checked against its key. What is absent is answered by the pool's
/// first profile where the key is inherited, then by the key's default.
struct ConfigurationValues: Sendable {
    private var values: [ConfigurationPath: ConfigurationValue] = [:]
    private var origins: [ConfigurationPath: ConfigurationSource.Origin] = [:]
    /// Lengths of the lists of groups.
    private var counts: [ConfigurationPath: Int] = [:]
    private var groups: Set<ConfigurationPath> = []

    mutating func set(_ value: ConfigurationValue, at path: ConfigurationPath, from origin: ConfigurationSource.Origin)
    {
        values[path] = value
        origins[path] = origin
    }

    mutating func setCount(_ count: Int, at path: ConfigurationPath) { counts[path] = count }
    mutating func setPresent(_ path: ConfigurationPath) { groups.insert(path) }

    func count(_ path: ConfigurationPath) -> Int { counts[path] ?? 0 }
    func isPresent(_ path: ConfigurationPath) -> Bool { groups.contains(path) }
    func origin(_ path: ConfigurationPath) -> ConfigurationSource.Origin? { origins[path] }

    func text(_ path: ConfigurationPath) -> String? {
        if case .text(let text)? = value(path) { text } else { nil }
    }

    func integer(_ path: ConfigurationPath) -> Int? {
        if case .integer(let number)? = value(path) { number } else { nil }
    }

    func flag(_ path: ConfigurationPath) -> Bool? {
        if case .flag(let flag)? = value(path) { flag } else { nil }
    }

    func texts(_ path: ConfigurationPath) -> [String] {
        if case .texts(let texts)? = value(path) { texts } else { [] }
    }

    func demands(_ path: ConfigurationPath) -> [Demand] {
        if case .demands(let demands)? = value(path) { demands } else { [] }
    }

    func secret(_ path: ConfigurationPath) -> SecretReference? {
        if case .secret(let reference)? = value(path) { reference } else { nil }
    }

    func secrets(_ path: ConfigurationPath) -> [SecretReference] {
        if case .secrets(let references)? = value(path) { references } else { [] }
    }

    /// Every secret with its place, in the order of the schema's table.
    var secretPaths: [ConfigurationPath] {
        values.filter { $0.value.isSecret }.map(\.key).sorted { $0.description < $1.description }
    }

    private func value(_ path: ConfigurationPath) -> ConfigurationValue? {
        if let value = values[path] { return value }
        guard let key = ConfigurationSchema.key(path.pattern) else { return nil }
        if key.isInherited, let first = path.inFirstProfile, let value = values[first] { return value }
        guard case .defaulted(let text) = key.presence else { return nil }
        return try? key.type.read(text)
    }
}

extension ConfigurationValue {
    fileprivate var isSecret: Bool {
        switch self {
        case .secret, .secrets: true
        case .text, .integer, .flag, .demands, .texts: false
        }
    }
}

extension ConfigurationPath {
    /// The key's pattern in the schema: `pools[].profiles[].cpu`.
    var pattern: String {
        components.reduce(into: "") { text, component in
            switch component {
            case .name(let name): text += (text.isEmpty ? "" : ".") + name
            case .index: text += "[]"
            }
        }
    }

    /// The same key in the pool's first profile; nil in that one itself, and outside of profiles.
    var inFirstProfile: ConfigurationPath? {
        guard components.count > 4, components[2] == .name("profiles"), components[3] != .index(0) else { return nil }
        var path = ConfigurationPath.root
        for (index, component) in components.enumerated() {
            switch component {
            case .name(let name): path = path[name]
            case .index(let number): path = path[index == 3 ? 0 : number]
            }
        }
        return path
    }
}
