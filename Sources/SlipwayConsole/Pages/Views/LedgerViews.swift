internal import SlipwayCore

/// A delivery in a list.
struct DeliveryRowView: Sendable {
    var number: Int64
    var at: ShownTime
    var disposition: String
    /// What it told of, in words.
    var hint: String
    var detail: String
    var source: String
    var recordHref: String

    init(_ delivery: RecordedDelivery, at now: Timestamp) {
        let resource = DeliveryResource(delivery)
        func text(_ name: String) -> String? { resource.facts[name]?.shown }
        number = delivery.number
        at = ShownTime(delivery.receivedAt, at: now)
        disposition = delivery.disposition.rawValue
        let told = [text("scope"), text("state"), text("run").map { "run \($0)" }].compactMap { $0 }
        hint = told.isEmpty ? text("eventType") ?? "" : told.joined(separator: " ")
        let again = delivery.duplicateOf.map { "the same as delivery \($0)" }
        detail = [text("reason"), again, text("unreadable")].compactMap { $0 }.joined(separator: "; ")
        source = text("source") ?? ""
        recordHref = PageLink.to("/ledger", [("subject", "delivery-\(delivery.number)")])
    }
}

/// Deliveries, page by page.
struct DeliveryListView: PageView {
    let frame: PageFrame
    let deliveries: [DeliveryRowView]
    let hasRows: Bool
    let isFiltered: Bool
    let dispositions: [LaunchListView.Choice]
    let olderHref: String?
    let firstHref: String?

    /// - Parameter found: one more than the limit, where there are more.
    init(_ found: [RecordedDelivery], limit: Int, _ query: QueryParameters, at now: Timestamp) {
        let isFirst = query["cursor"] == nil
        frame = PageFrame("Deliveries", at: "/deliveries", live: isFirst ? "changes" : nil)
        let shown = found.prefix(limit)
        deliveries = shown.map { DeliveryRowView($0, at: now) }
        hasRows = !deliveries.isEmpty
        let chosen = query["disposition"] ?? ""
        isFiltered = !chosen.isEmpty
        dispositions = ([("", "all")] + Delivery.Disposition.allCases.map { ($0.rawValue, $0.rawValue) }).map {
            LaunchListView.Choice(value: $0.0, name: $0.1, isChosen: $0.0 == chosen)
        }
        let filter = [("disposition", query["disposition"])]
        olderHref =
            found.count > limit
            ? shown.last.map { PageLink.to("/deliveries", filter + [("cursor", OpaqueCursor.text($0.number))]) } : nil
        firstHref = isFirst ? nil : PageLink.to("/deliveries", filter)
    }
}

/// The records of the ledger, page by page.
struct LedgerView: PageView {
    struct Row: Sendable {
        var sequence: Int64
        /// Nil of one that can't be read, as its subject and its hash.
        var at: ShownTime?
        var kind: String
        var style: String?
        var subject: String
        var subjectHref: String?
        var facts: [ShownFact]
        var hash: String?
    }

    let frame: PageFrame
    let rows: [Row]
    let hasRows: Bool
    let subject: String
    let isFiltered: Bool
    let olderHref: String?
    let firstHref: String?

    /// - Parameter found: one more than the limit, where there are more.
    init(_ found: [RecordReading], limit: Int, _ query: QueryParameters, at now: Timestamp) {
        let isFirst = query["cursor"] == nil
        frame = PageFrame("Ledger", at: "/ledger", live: isFirst ? "changes" : nil, takesText: true)
        let shown = found.prefix(limit)
        rows = shown.map { Row($0, now) }
        hasRows = !rows.isEmpty
        subject = query["subject"] ?? ""
        isFiltered = !subject.isEmpty
        let filter = [("subject", query["subject"])]
        olderHref =
            found.count > limit
            ? shown.last.map { PageLink.to("/ledger", filter + [("cursor", OpaqueCursor.text($0.sequence))]) } : nil
        firstHref = isFirst ? nil : PageLink.to("/ledger", filter)
    }
}

extension LedgerView.Row {
    fileprivate init(_ reading: RecordReading, _ now: Timestamp) {
        let resource = RecordResource(reading)
        sequence = reading.sequence
        at = reading.record.map { ShownTime($0.at, at: now) }
        kind = resource.kind
        style = reading.record == nil ? "bad" : nil
        subject = resource.subject
        // Of what a launch's records are about, its page tells more.
        subjectHref = reading.record.map { record in
            record.kind.hasPrefix("launch.")
                ? "/launches/" + PageLink.encode(record.subject)
                : PageLink.to("/ledger", [("subject", record.subject)])
        }
        facts = ShownFact.of(resource.facts)
        hash = resource.hash.map { String($0.prefix(12)) }
    }
}
