internal import Foundation

/// Reads and checks a configuration. Secrets stay references: nothing but the file is read.
struct ConfigurationLoader: Sendable {
    /// A configuration without errors.
    struct Loaded: Sendable {
        var configuration: SlipwayConfiguration
        /// What is accepted, and still should be changed.
        var warnings: [ConfigurationError]
        /// Kept to say where a secret's reference stands.
        var values: ConfigurationValues
        var source: ConfigurationSource
    }

    /// The environment that is laid over the file.
    var environment: [String: String]

    init(environment: [String: String] = ProcessInfo.processInfo.environment) {
        self.environment = environment
    }

    /// Throws every error that the file and the environment have.
    func load(path: String) throws(ConfigurationErrors) -> Loaded {
        let bytes: [UInt8]
        do {
            bytes = try BoundedFile.read(path, maximumBytes: YAMLDocument.maximumBytes)
        } catch {
            throw ConfigurationErrors(ConfigurationError(place: path, found: error.description, mend: error.mend))
        }
        return try load(bytes, file: path)
    }

    /// - Parameter file: how errors name what the bytes are from.
    func load(_ bytes: [UInt8], file: String) throws(ConfigurationErrors) -> Loaded {
        let root: ConfigurationNode
        do {
            root = try YAMLDocument.read(bytes, file: file)
        } catch {
            throw ConfigurationErrors(error)
        }
        guard case .group = root.content else {
            throw ConfigurationErrors(
                ConfigurationError(place: file, found: root.found, mend: "write keys, as docs/configuration.md shows"))
        }
        return try check(ConfigurationSource(fileName: file, root: root, environment: environment))
    }

    private func check(_ source: ConfigurationSource) throws(ConfigurationErrors) -> Loaded {
        let check = ConfigurationCheck(source)
        guard check.errors.isEmpty else { throw ConfigurationErrors(check.errors) }
        let configuration = SlipwayConfiguration(check.values)
        let rules = ConfigurationRules(check.values, configuration, source)
        guard rules.errors.isEmpty else { throw ConfigurationErrors(rules.errors) }
        return Loaded(
            configuration: configuration, warnings: check.warnings + rules.warnings, values: check.values,
            source: source)
    }
}
