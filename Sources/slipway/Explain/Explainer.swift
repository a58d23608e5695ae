internal import SlipwayCore
internal import SlipwaySQLite

/// Gathers from the store what an explanation needs.
struct Explainer {
    let reader: StoreReader
    let prices: PriceBook
    let now: Timestamp

    private static let maximumRecords = 1_000

    /// Throws `CommandFailure` (`notSo`), with what to try, for what the store doesn't know.
    func explain(_ target: ExplainTarget, pool: PoolID?) async throws -> Explanation {
        switch target {
        case .delivery(let number):
            let delivery = try await DeliveryNumber.find("delivery-\(number)", in: reader)
            return Explanation(
                delivery, try await records(about: "delivery-\(number)"),
                try await DeliveriesShowCommand.launches(of: delivery, reader), now: now)
        case .launch(let text):
            let launch = try LaunchesShowCommand.only(try await reader.launch(matching: text), text)
            return Explanation(launch, try await records(about: launch.id.rawValue), prices, now: now)
        case .jobRequest(let request):
            return try await explain(request, try await reader.launches(forRequest: request, pool: pool), pool)
        case .job(let id):
            let launches = try await reader.launches(forJob: id, run: nil)
            guard let request = launches.first?.request else { return try await explainUnserved(id) }
            return try await explain(request, launches.filter { $0.request == request }, pool)
        }
    }

    private func explain(
        _ request: JobRequestID, _ launches: [Launch], _ pool: PoolID?
    ) async throws -> Explanation {
        let pools = Set(launches.map(\.pool.rawValue))
        guard pools.count < 2 else {
            throw CommandFailure(
                .notSo,
                "pools \(pools.sorted().map(String.init).joined(separator: ", ")) have a job request \(request); give --pool"
            )
        }
        let about = try await records(about: "request-\(request)")
        let decisions = about.filter { record in
            guard let pool, let number = record.factsByName.map(FactWords.init)?.integer("pool") else { return true }
            return number == Int64(pool.rawValue)
        }
        guard !launches.isEmpty || !decisions.isEmpty else {
            throw CommandFailure(
                .notSo,
                "the store knows no job request \(request): it may be another pool's, served by another agent, or older than "
                    + "the ledger; look with slipway launches list, or explain the id of its job")
        }
        var stories: [(launch: Launch, records: [LedgerRecord])] = []
        for launch in launches { stories.append((launch, try await records(about: launch.id.rawValue))) }
        return Explanation(
            JobStory(
                request: request, launches: stories, decisions: decisions,
                deliveries: try await deliveries(launches.first?.origin),
                ranBy: try await reader.launches(whoseAgentRan: request).map(\.id)
                    .filter { id in !launches.contains { $0.id == id } }), prices, now: now)
    }

    /// A job of which only deliveries tell.
    private func explainUnserved(_ job: String) async throws -> Explanation {
        var query = DeliveryQuery()
        query.job = job
        let deliveries = try await reader.deliveries(query, limit: 100).deliveries.reversed()
        guard let first = deliveries.first else {
            throw CommandFailure(
                .notSo,
                "the store knows no job \(job): check the id, which is that of the job in its run's timeline, or explain its "
                    + "job request's number")
        }
        var explanation = Explanation(
            kind: "job", subject: job,
            summary: "Job \(job): no launch was made for it, so another pool's agent may have served it.")
        explanation.say("It was first announced by delivery-\(first.number).", at: first.receivedAt)
        for delivery in deliveries.dropFirst() {
            let state = delivery.hint?.state.rawValue ?? "?"
            explanation.say("delivery-\(delivery.number) said: \(state).", at: delivery.receivedAt)
        }
        return explanation
    }

    private func deliveries(_ origin: JobOrigin?) async throws -> [StoredDelivery] {
        guard let job = origin?.jobID, let run = origin?.runID else { return [] }
        var query = DeliveryQuery()
        (query.job, query.run) = (job, run)
        return try await reader.deliveries(query, limit: 100).deliveries.reversed()
    }

    private func records(about subject: String) async throws -> [LedgerRecord] {
        try await reader.records(about: subject, limit: Self.maximumRecords)
    }
}
