/// A service connection of the extension's type: a server's URL and the token that it knows.
public struct ServiceConnection: Sendable {
    public var name: String
    /// Put in the place of `$(endpoint.url)` as it is.
    public var url: String
    public var token: String
    /// Whether calls carry the bare token, as the connection scheme does where its header isn't replaced.
    public var sendsBareToken: Bool

    public init(name: String = "slipway", url: String, token: String, sendsBareToken: Bool = false) {
        self.name = name
        self.url = url
        self.token = token
        self.sendsBareToken = sendsBareToken
    }

    var authorization: String { sendsBareToken ? token : "Bearer \(token)" }
}
