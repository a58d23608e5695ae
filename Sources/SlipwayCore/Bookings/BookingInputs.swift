/// The inputs of a pipeline's server task as they came: texts, white space at both ends cut; nil: not given.
public struct BookingInputs: Hashable, Codable, Sendable {
    public var pool: String?
    public var profile: String?
    public var key: String?
    public var cpu: String?
    public var memory: String?
    public var ephemeralStorage: String?
    public var image: String?
    public var wait: String?
    public var timeoutMinutes: String?

    public init(
        pool: String? = nil, profile: String? = nil, key: String? = nil, cpu: String? = nil, memory: String? = nil,
        ephemeralStorage: String? = nil, image: String? = nil, wait: String? = nil, timeoutMinutes: String? = nil
    ) {
        self.pool = pool
        self.profile = profile
        self.key = key
        self.cpu = cpu
        self.memory = memory
        self.ephemeralStorage = ephemeralStorage
        self.image = image
        self.wait = wait
        self.timeoutMinutes = timeoutMinutes
    }

    /// By name, as they are in the body.
    public init(_ texts: [String: String]) {
        func given(_ name: String) -> String? {
            guard let text = texts[name] else { return nil }
            let trimmed = text.trimmedOfWhitespace
            // Azure DevOps leaves the macro of an input that it has no value for.
            return trimmed.isEmpty || trimmed == "$(\(name))" ? nil : trimmed
        }
        self.init(
            pool: given("pool"), profile: given("profile"), key: given("key"), cpu: given("cpu"),
            memory: given("memory"), ephemeralStorage: given("ephemeralStorage"), image: given("image"),
            wait: given("wait"), timeoutMinutes: given("timeoutMinutes"))
    }

    public static let names = [
        "pool", "profile", "key", "cpu", "memory", "ephemeralStorage", "image", "wait", "timeoutMinutes",
    ]
}

extension String {
    fileprivate var trimmedOfWhitespace: String {
        var text = self[...]
        while let first = text.first, first.isWhitespace { text.removeFirst() }
        while let last = text.last, last.isWhitespace { text.removeLast() }
        return String(text)
    }
}
