internal import SlipwayAzurePipelines
internal import SlipwayCore

/// What is done so that one project has each subscription it needs, once and enabled. Pure.
struct HookPlan: Hashable, Sendable {
    enum Step: Hashable, Sendable {
        case leave(HookSubject, id: String)
        case create(HookSubject)
        /// Creates it, then deletes the old ones: the service doesn't revive one that it has disabled.
        case replace(HookSubject, old: [String], because: String)
        /// Another one is in order and for the same events.
        case removeDouble(HookSubject, id: String)
    }

    var project: HookProject
    /// In the order of what is needed.
    private(set) var steps: [Step] = []

    /// - Parameters:
    ///   - surveyed: of any project; those of other projects are left alone.
    ///   - renews: whether one that looks right is replaced all the same, to store the configured secret in it.
    init(_ project: HookProject, _ surveyed: [SurveyedSubscription], renews: Bool = false) {
        self.project = project
        let bySubject = Dictionary(grouping: surveyed.filter { $0.elsewhere == nil }, by: \.subscription.subject.folded)
        for subject in HookSubject.needed(inProject: project.id) {
            steps += Self.steps(subject, bySubject[subject.folded] ?? [], renews)
        }
    }

    private static func steps(
        _ subject: HookSubject, _ present: [SurveyedSubscription], _ renews: Bool
    ) -> [Step] {
        guard let nearest = present.first(where: { complaint($0) == nil }) ?? present.first else {
            return [.create(subject)]
        }
        if let reason = complaint(nearest) ?? (renews ? "it gets the configured secret" : nil) {
            return [.replace(subject, old: present.map(\.subscription.id), because: reason)]
        }
        let kept = nearest.subscription.id
        let doubles = present.map(\.subscription.id).filter { $0 != kept }
        return [.leave(subject, id: kept)] + doubles.map { .removeDouble(subject, id: $0) }
    }

    private static func complaint(_ surveyed: SurveyedSubscription) -> String? {
        if let complaint = HookEventText.complaint(surveyed.subscription.status) { return complaint }
        guard !surveyed.differences.isEmpty else { return nil }
        return "other than Slipway makes it: \(surveyed.differences.joined(separator: ", "))"
    }
}
