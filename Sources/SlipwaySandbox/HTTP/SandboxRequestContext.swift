import Hummingbird
import NIOCore

/// The context of a request, with its connection: a fault may close it.
struct SandboxRequestContext: RequestContext, Sendable {
    var coreContext: CoreRequestContextStorage
    let channel: any Channel

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        channel = source.channel
    }
}
