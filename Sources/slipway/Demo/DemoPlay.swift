internal import ArgumentParser

/// What happens in a demo.
enum DemoPlay: String, CaseIterable, ExpressibleByArgument {
    /// Jobs wait, and Slipway starts their agents.
    case jobs
    /// Pipelines ask for their agents by the extension's server task.
    case withExtension = "extension"
}
