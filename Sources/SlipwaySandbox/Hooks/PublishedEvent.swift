import Foundation

/// An event as the service publishes it, before it meets the subscriptions.
struct PublishedEvent: Sendable {
    struct Message: Sendable {
        var text: String
        var html: String
        var markdown: String

        var json: JSONValue { ["text": .string(text), "html": .string(html), "markdown": .string(markdown)] }
    }

    let id: String
    let eventType: String
    let publisherID: String
    let resourceVersion: String
    let project: SandboxConfiguration.Project
    /// For each filter of the event's kind, the values that it lets pass, lower case.
    let filters: [String: Set<String>]
    let message: Message
    let resource: JSONValue
    let createdAt: Date
    /// The state that the event tells about.
    let state: String

    /// What scripted faults match against.
    var subject: String { "\(eventType) \(state)" }
}
