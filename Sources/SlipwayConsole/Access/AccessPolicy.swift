/// Who may do what.
///
/// Without any token, whoever is on this machine may do everything, as with the store's file itself. With tokens alone that
/// allow to operate, on an address of this machine, reading stays open to it. Everything else needs a token.
struct AccessPolicy: Sendable {
    private struct Named: Sendable {
        var name: String
        var scope: AccessScope
        var token: AccessToken
    }

    private let tokens: [Named]
    private let isLoopback: Bool

    /// - Throws: `tokenNeeded`, `invalidToken`.
    init(_ configuration: ConsoleConfiguration) throws(ConsoleError) {
        var tokens: [Named] = []
        if let text = configuration.token {
            tokens.append(Named(name: "token", scope: .read, token: try AccessToken(text, key: "console.token")))
        }
        for token in configuration.tokens {
            let key = "the token of \(token.name) in console.tokens"
            tokens.append(Named(name: token.name, scope: token.scope, token: try AccessToken(token.token, key: key)))
        }
        self.tokens = tokens
        isLoopback = LoopbackHost.isLoopback(configuration.host)
        if tokens.isEmpty, !isLoopback {
            throw ConsoleError(
                .tokenNeeded,
                "the console would be open to everybody who reaches \(configuration.host): set console.token or "
                    + "console.tokens, or console.host to 127.0.0.1")
        }
    }

    /// What this machine may do without showing a token; nil: nothing.
    private var openScope: AccessScope? {
        guard isLoopback else { return nil }
        if tokens.isEmpty { return .operate }
        return tokens.allSatisfy { $0.scope == .operate } ? .read : nil
    }

    /// - Throws: `unauthorized`, `foreignHost`.
    func caller(authorization: String?, authority: String) throws(Problem) -> Caller {
        if let authorization, !tokens.isEmpty {
            // All of them are looked at, so that the time tells nothing of which it was.
            var shown: Named?
            for token in tokens where token.token.isShown(by: authorization) {
                if shown == nil || token.scope == .operate { shown = token }
            }
            guard let shown else { throw .wrongToken }
            return Caller(name: shown.name, scope: shown.scope)
        }
        guard let openScope else { throw .unauthorized }
        guard LoopbackHost.isLoopback(authority: authority) else { throw .foreignHost }
        return Caller(name: Caller.loopback, scope: openScope)
    }
}
