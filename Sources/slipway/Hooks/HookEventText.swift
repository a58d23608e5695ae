internal import SlipwayCore

/// Events and states of subscriptions in a person's words.
enum HookEventText {
    /// `job-state-changed jobStateId=Waiting`
    static func of(_ subject: HookSubject) -> String {
        var event = subject.eventType
        if event.hasPrefix(prefix) { event = String(event.dropFirst(prefix.count)).replacingSuffix("-event", with: "") }
        return harmless([event, subject.filterText].filter { !$0.isEmpty }.joined(separator: " "))
    }

    /// As the service spells it.
    static func word(_ status: ListedSubscription.Status) -> String {
        switch status {
        case .enabled: "enabled"
        case .onProbation: "onProbation"
        case .disabledByUser: "disabledByUser"
        case .disabledBySystem: "disabledBySystem"
        case .disabledByInactiveIdentity: "disabledByInactiveIdentity"
        case .other(let word): harmless(word)
        }
    }

    /// What is wrong with one that isn't enabled; nil for one that is.
    static func complaint(_ status: ListedSubscription.Status) -> String? {
        switch status {
        case .enabled: nil
        case .onProbation: "it is on probation, and new events are lost"
        case .disabledByUser: "somebody disabled it"
        case .disabledBySystem: "it was disabled, since too many deliveries failed"
        case .disabledByInactiveIdentity: "it was disabled, since its creator's account is no longer active"
        case .other(let word): "it is \(harmless(word))"
        }
    }

    private static let prefix = "ms.vss-pipelines."
}
