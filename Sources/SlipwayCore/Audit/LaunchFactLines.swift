/// What is known of a launch besides its course: what ran, where, and from what.
public enum LaunchFactLines {
    /// By their names, in the order in which to show them.
    public static func of(_ launch: Launch) -> [(String, String)] {
        var lines: [(String, String)] = []
        if let facts = launch.agentTaskFacts {
            add("size", size(facts), to: &lines)
            add("image", [facts.image, facts.imageDigest].compactMap { $0 }.joined(separator: " "), to: &lines)
            add(
                "network",
                [facts.subnet, facts.networkInterface, facts.privateAddress].compactMap { $0 }.joined(separator: ", "),
                to: &lines)
        }
        if let definition = launch.definition {
            add("definition", definition.id, to: &lines)
            add("task role", definition.taskRole ?? "none", to: &lines)
            add("execution role", definition.executionRole ?? "none", to: &lines)
            add("security groups", definition.securityGroups?.joined(separator: ", ") ?? "", to: &lines)
            add("secrets", definition.secrets.isEmpty ? "none" : definition.secrets.joined(separator: ", "), to: &lines)
        }
        return lines
    }

    /// Who queued a run, and of what.
    public static func of(_ run: RunFacts?) -> [(String, String)] {
        guard let run else { return [] }
        var lines: [(String, String)] = []
        add("queued by", run.requestedFor ?? run.requestedBy ?? "", to: &lines)
        add("source", source(run), to: &lines)
        return lines
    }

    public static func source(_ run: RunFacts) -> String {
        let place = [run.repository, run.branch].compactMap { $0 }.joined(separator: " ")
        return [place, run.commit.map { "at \($0)" } ?? "", run.cause.map { "(\($0))" } ?? ""]
            .filter { !$0.isEmpty }.joined(separator: " ")
    }

    public static func size(_ facts: AgentTaskFacts) -> String {
        var parts: [String] = []
        if let cpu = facts.cpu { parts.append("\(cpu) CPU units") }
        if let memory = facts.memory { parts.append("\(memory) MiB") }
        if let storage = facts.ephemeralStorageGiB { parts.append("\(storage) GiB of storage") }
        let platform = [facts.platformFamily, facts.architecture].compactMap { $0 }.joined(separator: " ")
        if !platform.isEmpty { parts.append(platform) }
        return parts.joined(separator: ", ")
    }

    private static func add(_ name: String, _ text: String, to lines: inout [(String, String)]) {
        if !text.isEmpty { lines.append((name, text)) }
    }
}
