/// The profiles of the shared files, merged: what `~/.aws/credentials` says wins over `~/.aws/config`, key by key.
struct ProfileSet: Sendable, Hashable, SecretHolder {
    typealias Profile = [String: String]

    private var profiles: [String: Profile] = [:]
    /// `services` sections: name of the section, service, key.
    private var services: [String: [String: Profile]] = [:]

    init() {}

    init(credentials: ProfileFile, config: ProfileFile) {
        for section in config.sections {
            let words = section.name.split(separator: " ", maxSplits: 1).map(String.init)
            if section.name == "default" || (words.count == 2 && words[0] == "profile") {
                let name = (words.count == 2 ? words[1] : words[0])
                self.profiles[unquoted(name), default: [:]].merge(section.values) { _, new in new }
            } else if words.count == 2, words[0] == "services" {
                self.services[unquoted(words[1]), default: [:]].merge(section.nested) { _, new in new }
            }
        }
        for section in credentials.sections {
            self.profiles[section.name, default: [:]].merge(section.values) { _, new in new }
        }
    }

    func profile(named name: String) -> Profile? { self.profiles[name] }

    var names: [String] { self.profiles.keys.sorted() }

    func service(_ service: String, inSection section: String) -> Profile? {
        self.services[section]?[service]
    }
}

private func unquoted(_ name: String) -> String {
    let trimmed = name.trimmingPrefix { $0.isWhitespace }
    guard trimmed.count >= 2, let quote = trimmed.first, quote == "\"" || quote == "'", trimmed.last == quote else {
        return String(trimmed)
    }
    return String(trimmed.dropFirst().dropLast())
}
