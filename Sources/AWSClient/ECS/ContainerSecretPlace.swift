/// Where ECS reads what it puts into a container's environment: what `valueFrom` refers to.
///
/// Source: ECS, "Pass sensitive data to an Amazon ECS container", and the API's `Secret`.
public enum ContainerSecretPlace: Sendable, Hashable {
    /// A secret of Secrets Manager by its ARN, without what picks a key, a stage or a version of it.
    case secret(arn: String)
    /// A parameter of Parameter Store by its name. The ARN of `azp` and of `/azp` is the same: then it may be either.
    case parameter(name: String, arn: String?)

    /// Nil: ECS knows no such reference.
    public init?(_ valueFrom: String) {
        let parts = valueFrom.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 6, parts[0] == "arn" else {
            guard !valueFrom.isEmpty, !valueFrom.contains(":") else { return nil }
            self = .parameter(name: valueFrom, arn: nil)
            return
        }
        switch parts[2] {
        case "secretsmanager":
            // secret:NAME[:json-key:version-stage:version-id]
            let names = parts[5].split(separator: ":", omittingEmptySubsequences: false)
            guard names.count >= 2, names[0] == "secret", !names[1].isEmpty else { return nil }
            self = .secret(arn: (parts[..<5] + ["secret", String(names[1])]).joined(separator: ":"))
        case "ssm":
            let prefix = "parameter/"
            guard parts[5].hasPrefix(prefix), parts[5] != prefix else { return nil }
            let name = String(parts[5].dropFirst(prefix.count))
            // A name that is a path begins with its slash, which an ARN has once.
            self = .parameter(name: name.contains("/") ? "/" + name : name, arn: valueFrom)
        default: return nil
        }
    }

    /// As written in the ARN; nil: that of the task.
    public var region: String? {
        switch self {
        case .secret(let arn), .parameter(_, .some(let arn)):
            let parts = arn.split(separator: ":", omittingEmptySubsequences: false)
            return parts.count > 3 ? String(parts[3]) : nil
        case .parameter(_, nil): return nil
        }
    }
}
