internal import Hummingbird

/// What a request is handled with: besides the framework's own, who asks.
struct ConsoleContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// Set by `AccessMiddleware` before any handler.
    var caller = Caller.nobody

    init(source: Source) { coreContext = .init(source: source) }
}

/// Who asks, and what that allows.
struct Caller: Hashable, Sendable {
    /// A token's name, or `loopback`.
    var name: String
    var scope: AccessScope?

    static let nobody = Caller(name: "nobody", scope: nil)
    static let loopback = "loopback"

    var mayOperate: Bool { scope == .operate }
}
