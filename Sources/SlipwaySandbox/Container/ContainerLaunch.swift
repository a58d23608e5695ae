/// What a container is started with.
struct ContainerLaunch: Sendable, CustomStringConvertible {
    let taskARN: String
    let hostName: String
    /// Secrets included: never to be printed.
    let environment: [String: String]
    let behaviour: ContainerBehaviour
    let seed: UInt64

    var description: String { "ContainerLaunch(\(taskARN), \(behaviour), environment redacted)" }
}
