internal import Configuration

/// A configuration file, with the environment laid over it.
///
/// Every key is also an environment variable: `SLIPWAY_`, then the names in upper case joined with underscores, with
/// the index for an element of a list. A list of values is one variable, its elements separated by commas.
struct ConfigurationSource: Sendable {
    /// Where a value came from, for errors.
    enum Origin: Hashable, Sendable {
        case file(line: Int)
        case environment(String)
    }

    let fileName: String
    let root: ConfigurationNode
    private let environment: EnvironmentVariablesProvider
    /// The variables that begin with `SLIPWAY_`, in upper case.
    private let variableNames: Set<String>

    /// - Parameter environment: variables with an empty value count as unset, as shells and orchestrators leave them.
    init(fileName: String, root: ConfigurationNode, environment variables: [String: String]) {
        self.fileName = fileName
        self.root = root
        let own = variables.filter { $0.key.uppercased().hasPrefix(Self.prefix) && !$0.value.isEmpty }
        environment = EnvironmentVariablesProvider(environmentVariables: own, secretsSpecifier: .all)
        variableNames = Set(own.keys.map { $0.uppercased() })
    }

    static let prefix = "SLIPWAY_"

    func variable(_ path: ConfigurationPath) -> (name: String, value: String)? {
        guard let result = look(path), case .string(let text) = result.value?.content else { return nil }
        return (result.encodedKey, text)
    }

    func variableName(_ path: ConfigurationPath) -> String { look(path)?.encodedKey ?? "" }

    /// Whether some variable gives a value to a key inside of this group or element.
    func hasVariable(inside path: ConfigurationPath) -> Bool {
        let start = variableName(path) + "_"
        return variableNames.contains { $0.hasPrefix(start) }
    }

    /// The variables that begin like ours and that no key has asked for, sorted.
    func unusedVariables(except used: Set<String>) -> [String] {
        variableNames.subtracting(used).sorted()
    }

    func place(_ origin: Origin) -> String {
        switch origin {
        case .file(let line): "\(fileName):\(line)"
        case .environment(let name): name
        }
    }

    /// The provider fails only where a value can't be read as the type asked for, and any value is a string.
    private func look(_ path: ConfigurationPath) -> LookupResult? {
        try? environment.value(forKey: AbsoluteConfigKey(path.environmentComponents), type: .string)
    }
}
