internal import SlipwayAzurePipelines
internal import SlipwayCore

/// The subscriptions to the receiver's host, for a person and as JSON.
struct HookList: Sendable {
    struct Row: Sendable {
        var surveyed: SurveyedSubscription
        var project: String?
        /// nil: there is none, or it could not be read.
        var notice: HookNotice?
    }

    var receiverURL: String
    /// In the order of projects and events.
    private(set) var rows: [Row] = []
    /// What a project that has some of them lacks.
    private(set) var missing: [(project: String, subject: HookSubject)] = []
    /// Why the histories could not be read, or not all of them.
    private(set) var unread: String?

    /// Histories that are asked for: one call each.
    static let maximumNotices = 200

    /// - Parameter projects: those that are asked about; nil: all.
    static func read(_ services: HookServices, projects: [HookProject]?) async throws -> HookList {
        let ids = projects.map { Set($0.map(\.id)) }
        let surveyed = try await services.survey().filter { surveyed in
            guard let ids else { return true }
            return surveyed.subscription.subject.projectID.map { ids.contains($0.lowercased()) } ?? false
        }
        var names = Dictionary((projects ?? []).map { ($0.id, $0.name) }) { first, _ in first }
        if projects == nil { names = await HookProjects(services: services, output: .standard).names() }
        var list = HookList(receiverURL: services.receiverURL)
        list.rows = surveyed.map { surveyed in
            let id = surveyed.subscription.subject.projectID
            return Row(surveyed: surveyed, project: id.map { names[$0.lowercased()] ?? $0 })
        }.sorted { $0.order < $1.order }
        list.findMissing(among: surveyed, projects: projects, names: names)
        await list.readNotices(services)
        return list
    }

    private mutating func findMissing(
        among surveyed: [SurveyedSubscription], projects: [HookProject]?, names: [String: String]
    ) {
        let ours = surveyed.filter { $0.elsewhere == nil }.map(\.subscription.subject)
        let present = Set(ours.map(\.folded))
        let ids = projects.map { $0.map(\.id) } ?? Set(ours.compactMap { $0.projectID?.lowercased() }).sorted()
        for id in ids {
            for subject in HookSubject.needed(inProject: id) where !present.contains(subject.folded) {
                missing.append((names[id] ?? id, subject))
            }
        }
    }

    private mutating func readNotices(_ services: HookServices) async {
        let ours = rows.indices.filter { rows[$0].surveyed.elsewhere == nil }
        for index in ours.prefix(Self.maximumNotices) {
            do {
                rows[index].notice = try await services.lastNotice(rows[index].surveyed.subscription.id)
            } catch {
                unread = "the last notifications can't be read: \(FailureReport(error).text)"
                return
            }
        }
        guard ours.count > Self.maximumNotices else { return }
        unread = "the last notification is told for the first \(Self.maximumNotices) alone: give --project for others"
    }
}

extension HookList.Row {
    fileprivate var order: String {
        let subscription = surveyed.subscription
        return [
            surveyed.elsewhere == nil ? "0" : "1", project ?? "", subscription.subject.eventType,
            subscription.subject.filterText, subscription.id,
        ].joined(separator: "\u{1}")
    }

    /// What stands beside it; nil: it is one that Slipway needs, as Slipway makes it.
    fileprivate var note: String? {
        if let elsewhere = surveyed.elsewhere { return "not Slipway's, it sends to \(elsewhere)" }
        var notes: [String] = []
        let subject = surveyed.subscription.subject
        let isNeeded = subject.projectID.map { id in
            HookSubject.needed(inProject: id).contains { $0.folded == subject.folded }
        }
        if isNeeded != true { notes.append("none that Slipway needs") }
        if !surveyed.differences.isEmpty {
            notes.append("other than Slipway makes it: \(surveyed.differences.joined(separator: ", "))")
        }
        return notes.isEmpty ? nil : notes.joined(separator: "; ")
    }
}

// MARK: For a person

extension HookList {
    func text(now: Timestamp) -> String {
        guard !rows.isEmpty else {
            return "No subscription sends to \(harmless(receiverURL)). Create them: slipway hooks install\n"
        }
        var table = Table(["PROJECT", "EVENT", "STATUS", "LAST NOTIFICATION", "SUBSCRIPTION", "NOTE"])
        for row in rows {
            let subscription = row.surveyed.subscription
            table.add([
                row.project ?? "", HookEventText.of(subscription.subject), HookEventText.word(subscription.status),
                Self.text(row, now), subscription.id, row.note ?? "",
            ])
        }
        return table.text
    }

    /// What is to be said beside the list: none of it is a result.
    var remarks: [String] {
        let lacking = missing.map {
            "\(harmless($0.project)) lacks \(HookEventText.of($0.subject)): slipway hooks install"
        }
        let shown = lacking.prefix(20) + (lacking.count > 20 ? ["and \(lacking.count - 20) more are missing"] : [])
        return shown + [unread].compactMap { $0 }
    }

    private static func text(_ row: Row, _ now: Timestamp) -> String {
        guard row.surveyed.elsewhere == nil else { return "" }
        guard let notice = row.notice else { return "none known" }
        let age = notice.at.map { " \(DurationText.from($0, to: now)) ago" } ?? ""
        return (notice.result ?? "unknown") + age
    }
}

// MARK: For a program

extension HookList {
    struct Resource: Encodable {
        struct Subscription: Encodable {
            var id: String
            var project: String?
            var projectID: String?
            var event: String
            /// The filter's inputs but for the project.
            var filter: [String: String]
            var status: String
            var lastNotificationAt: String?
            var lastResult: String?
            /// The settings that are not as Slipway makes them.
            var differences: [String]
            /// Where it sends to, if not to the receiver: then it is none of Slipway's.
            var elsewhere: String?
        }

        struct Missing: Encodable {
            var project: String
            var event: String
            var filter: [String: String]
        }

        var receiverURL: String
        var subscriptions: [Subscription]
        var missing: [Missing]
    }

    var resource: Resource {
        Resource(
            receiverURL: receiverURL,
            subscriptions: rows.map { row in
                let subscription = row.surveyed.subscription
                return .init(
                    id: subscription.id, project: row.project, projectID: subscription.subject.projectID,
                    event: subscription.subject.eventType, filter: subscription.subject.ownFilter,
                    status: HookEventText.word(subscription.status),
                    lastNotificationAt: row.notice?.at?.description, lastResult: row.notice?.result,
                    differences: row.surveyed.differences, elsewhere: row.surveyed.elsewhere)
            },
            missing: missing.map {
                .init(project: $0.project, event: $0.subject.eventType, filter: $0.subject.ownFilter)
            })
    }
}

extension HookSubject {
    /// The filter but for the project.
    var ownFilter: [String: String] { filter.filter { $0.key != "projectId" } }
}
