internal import SlipwayCore
internal import SlipwaySQLite

/// Gathers from the store what an explanation needs.
struct Explainer {
    let reader: StoreReader
    let prices: PriceBook
    let now: Timestamp

    private static let maximumRecords = 1_000

    /// Throws `CommandFailure` (`notSo`), with what to try, for what the store doesn't know.
    ///
    /// - Parameters:
    ///   - pool: of a job request; nil: whichever has it, if it is one.
    ///   - run: of a job; nil: whichever had it, if it is one. Jobs of a pipeline have the same id in each of its runs.
    func explain(_ target: ExplainTarget, pool: PoolID?, run: Int?) async throws -> Explanation {
        switch target {
        case .delivery(let number):
            let delivery = try await DeliveryNumber.find("delivery-\(number)", in: reader)
            return Explanation(
                delivery, try await records(about: "delivery-\(number)"),
                try await DeliveriesShowCommand.launches(of: delivery, reader), now: now)
        case .launch(let text):
            let launch = try LaunchesShowCommand.only(try await reader.launch(matching: text), text)
            return try await explain(launch)
        case .bookedAgent(let name):
            // Made anew for another attempt: the last is asked about.
            let all = try await reader.launches(forJob: nil, run: name.run).filter { $0.binding?.agentName == name }
            let launches = all.filter { (pool ?? $0.pool) == $0.pool }
            try requireOnePool(of: launches, "an agent \(name)")
            guard let launch = launches.last else {
                if let pool { try refuse(pool, for: "an agent \(name)", of: all.map(\.pool)) }
                throw CommandFailure(
                    .notSo,
                    "no launch's agent was named \(name): look with slipway launches list, or at the log of the task that "
                        + "asked for it")
            }
            return try await explain(launch)
        case .jobRequest(let request):
            return try await explain(request, try await reader.launches(forRequest: request, pool: pool), pool)
        case .job(let id):
            let launches = try await reader.launches(forJob: id, run: run)
            try requireOneRun(of: launches, id)
            guard let last = launches.last else { return try await explainUnserved(id, run) }
            // A job that is run once more has a new job request: the last is asked about.
            // One that was kept warm is for no job request; the one that its agent took is meant.
            guard let request = last.request ?? (last.isWarm == true ? last.ran : nil) else {
                return try await explain(last)
            }
            return try await explain(request, launches.filter { $0.request == request && $0.pool == last.pool }, pool)
        }
    }

    private func explain(_ launch: Launch) async throws -> Explanation {
        var booking: [LedgerRecord] = []
        if let binding = launch.binding { booking = try await records(about: binding.booking.ledgerSubject) }
        return Explanation(launch, try await records(about: launch.id.rawValue), booking: booking, prices, now: now)
    }

    private func requireOnePool(of launches: [Launch], _ what: String) throws {
        let pools = Set(launches.map(\.pool.rawValue)).sorted()
        guard pools.count > 1 else { return }
        throw CommandFailure(
            .notSo, "pools \(pools.map(String.init).joined(separator: ", ")) have \(what); give --pool")
    }

    /// Throws where another pool has what was asked for of this one.
    private func refuse(_ pool: PoolID, for what: String, of pools: [PoolID]) throws {
        let others = Set(pools.map(\.rawValue)).sorted().map(String.init)
        guard !others.isEmpty else { return }
        throw CommandFailure(
            .notSo,
            "pool \(pool) does not have \(what), but \(others.count == 1 ? "pool" : "pools") "
                + "\(others.joined(separator: ", ")) \(others.count == 1 ? "has" : "have"); give --pool \(others[0])")
    }

    private func requireOneRun(of launches: [Launch], _ job: String) throws {
        let runs = Set(launches.compactMap { $0.origin.runID ?? $0.jobOrigin.runID }).sorted(by: >)
        guard runs.count > 1 else { return }
        let named = runs.prefix(10).map(String.init).joined(separator: ", ")
        let others = runs.count > 10 ? " and \(runs.count - 10) others" : ""
        throw CommandFailure(.notSo, "runs \(named)\(others) have a job \(job); give --run")
    }

    private func explain(
        _ request: JobRequestID, _ launches: [Launch], _ pool: PoolID?
    ) async throws -> Explanation {
        try requireOnePool(of: launches, "a job request \(request)")
        let about = try await records(about: request.ledgerSubject)
        let decisions = about.filter { record in
            guard let pool, let number = record.factsByName.map(FactWords.init)?.integer("pool") else { return true }
            return number == Int64(pool.rawValue)
        }
        let served = try await reader.launches(whoseAgentRan: request).filter { launch in
            (launches.first?.pool ?? pool).map { $0 == launch.pool } ?? true
        }
        guard !launches.isEmpty || !decisions.isEmpty || !served.isEmpty else {
            if let pool {
                let made = try await reader.launches(forRequest: request).map(\.pool)
                let ran = try await reader.launches(whoseAgentRan: request).map(\.pool)
                let decided = about.compactMap { record in
                    record.factsByName.map(FactWords.init)?.integer("pool").map { PoolID(rawValue: Int(clamping: $0)) }
                }
                try refuse(pool, for: "a job request \(request)", of: made + ran + decided)
            }
            throw CommandFailure(
                .notSo,
                "the store knows no job request \(request): it may be another pool's, served by another agent, or older than "
                    + "the ledger; look with slipway launches list, or explain the id of its job")
        }
        var stories: [(launch: Launch, records: [LedgerRecord])] = []
        for launch in launches { stories.append((launch, try await records(about: launch.id.rawValue))) }
        return Explanation(
            JobStory(
                request: request, origin: launches.first?.origin ?? served.first?.jobOrigin, launches: stories,
                decisions: decisions,
                deliveries: try await deliveries(launches.first?.origin ?? served.first?.jobOrigin),
                ranBy: served.filter { other in !launches.contains { $0.id == other.id } }), prices, now: now)
    }

    /// A job of which only deliveries tell.
    private func explainUnserved(_ job: String, _ run: Int?) async throws -> Explanation {
        var query = DeliveryQuery()
        (query.job, query.run) = (job, run)
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
