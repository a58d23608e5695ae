internal import ArgumentParser

/// What happens in a demo.
enum DemoPlay: String, CaseIterable, ExpressibleByArgument {
    /// Jobs wait, and Slipway starts their agents.
    case jobs
    /// Pipelines ask for their agents by the extension's server task.
    case withExtension = "extension"
    /// Agents wait for jobs, and are stopped when Slipway is drained.
    case warm
}
