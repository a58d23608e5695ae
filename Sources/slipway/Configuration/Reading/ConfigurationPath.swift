/// The place of a value: `pools[0].profiles[1].cpu`.
struct ConfigurationPath: Hashable, Sendable, CustomStringConvertible {
    enum Component: Hashable, Sendable {
        case name(String)
        case index(Int)
    }

    private(set) var components: [Component] = []

    static let root = ConfigurationPath()

    subscript(name: String) -> ConfigurationPath { appending(.name(name)) }
    subscript(index: Int) -> ConfigurationPath { appending(.index(index)) }

    /// As a person writes it. A key from a file may hold anything: it is cut here, and made harmless where it is shown.
    var description: String {
        components.reduce(into: "") { text, component in
            switch component {
            case .name(let name): text += (text.isEmpty ? "" : ".") + String(name.prefix(64))
            case .index(let index): text += "[\(index)]"
            }
        }
    }

    /// For the lookup of an environment variable. Lower case throughout, so that no word boundary inside a name becomes
    /// an underscore: `pools[0].sweepSeconds` is `SLIPWAY_POOLS_0_SWEEPSECONDS`.
    var environmentComponents: [String] {
        ["slipway"]
            + components.map { component in
                switch component {
                case .name(let name): name.lowercased()
                case .index(let index): String(index)
                }
            }
    }

    private func appending(_ component: Component) -> ConfigurationPath {
        var path = self
        path.components.append(component)
        return path
    }
}
