internal import SlipwayReceiver

extension HookCredentials {
    /// What the receiver asks for: both proofs where both are configured. The one place that makes it, so that the doctor
    /// finds what the server would refuse.
    init(_ hooks: SlipwayConfiguration.Hooks, _ secrets: SlipwaySecrets) throws {
        let basic =
            try secrets.hookPasswords.isEmpty
            ? nil
            : HookCredentials.basic(userName: hooks.username, passwords: secrets.hookPasswords.map(\.revealed))
        let header = try hooks.header.map {
            try HookCredentials.header(name: $0.name, values: secrets.hookHeaderValues.map(\.revealed))
        }
        switch (basic, header) {
        case (let basic?, let header?): self = basic.and(header)
        case (let one?, nil), (nil, let one?): self = one
        case (nil, nil): throw CommandFailure(.usage, "hooks: give passwords or a header, or nobody can be let in")
        }
    }
}
