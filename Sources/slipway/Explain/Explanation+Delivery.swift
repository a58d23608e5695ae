internal import SlipwayCore
internal import SlipwaySQLite

extension Explanation {
    init(_ delivery: StoredDelivery, _ records: [LedgerRecord], _ launches: [Launch], now: Timestamp) {
        self.init(
            kind: "delivery", subject: "delivery-\(delivery.number)", summary: Self.summary(delivery, launches))
        self.launches = launches.map(\.id.rawValue)
        say(Self.reception(delivery), at: delivery.receivedAt)
        if let first = delivery.duplicateOf { say("It repeats delivery-\(first), so it told nothing new.") }
        if let hint = delivery.hint { say(Self.effect(of: hint)) }
        for record in records where record.kind == "delivery.replayed" {
            say("An operator handed its hint in again.", at: record.at)
        }
        for launch in launches { say(LaunchWords.summary(launch, now: now), at: launch.createdAt) }
    }

    private static func summary(_ delivery: StoredDelivery, _ launches: [Launch]) -> String {
        let name = "delivery-\(delivery.number)"
        switch delivery.disposition {
        case .rejected: return "\(name) could not be read: \(delivery.text("reason") ?? "no reason is recorded")."
        case .ignored: return "\(name) was of no use: \(delivery.text("reason") ?? "no reason is recorded")."
        case .accepted:
            guard let hint = delivery.hint else { return "\(name) was accepted, and hints at nothing." }
            let what = "\(name) said that a \(hint.scope.rawValue) is \(hint.state.rawValue)"
            if launches.isEmpty {
                return "\(what); no launch was made for it, so another pool's agent may have served it."
            }
            return "\(what); \(launches.count) \(launches.count == 1 ? "launch was" : "launches were") made for it."
        }
    }

    private static func reception(_ delivery: StoredDelivery) -> String {
        let event = delivery.text("eventType").map { ", event \($0)" } ?? ""
        let source = delivery.text("source").map { " from \($0)" } ?? ""
        return "It was received\(source)\(event), and was on disk before it was answered."
    }

    private static func effect(of hint: JobHint) -> String {
        let place = [hint.runID.map { "run \($0)" }, hint.jobID.map { "job \($0)" }].compactMap { $0 }
            .joined(separator: ", ")
        let effect =
            hint.state == .running
            ? "It woke nobody: that a job runs is seen soon enough."
            : "It woke the reconciler of every pool, which read its job requests."
        return "It is about \(place.isEmpty ? "no run that it names" : place). \(effect)"
    }
}
