internal import Logging
internal import SlipwayCore
internal import Synchronization

/// Holds what projects have cost this month against their budgets, once a minute: one sum over the month's launches, and the
/// open ones from memory. Tells each threshold once a month, and says which projects get no launches.
///
/// While the store or the service can't be read, what was known last counts; at the start, nothing is held.
final class BudgetWatch: Sendable {
    private let policy: BudgetPolicy?
    private let store: any LedgerStore
    private let time: any TimeSource
    private let logger: Logger
    private let held = Mutex<[String: String]>([:])
    private let seen = Mutex<BudgetReading?>(nil)

    static let pauseMilliseconds: Int64 = 60_000

    init(policy: BudgetPolicy?, store: any LedgerStore, time: any TimeSource, logger: Logger) {
        self.policy = policy
        self.store = store
        self.time = time
        self.logger = logger
    }

    /// Why no launches are made for a project, by its id.
    var heldProjects: [String: String] { held.withLock { $0 } }

    /// Nil: there are none, or they were not looked at yet.
    var reading: BudgetReading? { seen.withLock { $0 } }

    func run(_ book: LaunchBook) async {
        guard let policy, !policy.budgets.isEmpty else { return }
        var ids: [String: String] = [:]
        var told: Set<String> = []
        var changes = FailureChange()
        while !Task.isCancelled {
            do {
                await resolve(policy, &ids, &changes)
                try await look(policy, ids, &told, book)
                _ = changes.succeeded("budgets")
            } catch {
                if changes.failed("budgets", error) {
                    logger.error("The costs of this month can't be read", metadata: ["error": "\(error)"])
                }
            }
            try? await time.sleep(milliseconds: Self.pauseMilliseconds)
        }
    }

    /// The ids of projects that budgets name.
    private func resolve(
        _ policy: BudgetPolicy, _ ids: inout [String: String], _ changes: inout FailureChange
    ) async {
        for budget in policy.budgets where ids[budget.project] == nil {
            do {
                if let id = try await policy.projects.projectID(of: budget.project) {
                    ids[budget.project] = id.lowercased()
                } else if changes.failed(budget.project, PortError(code: .invalid, message: "")) {
                    logger.error(
                        "There is no such project, so its budget has no effect: check costs.budgets",
                        metadata: ["project": "\(budget.project)"])
                }
            } catch {
                guard changes.failed(budget.project, error) else { continue }
                logger.warning(
                    "A budget has no effect yet: its project can't be looked up",
                    metadata: ["project": "\(budget.project)", "error": "\(error)"])
            }
        }
    }

    private func look(
        _ policy: BudgetPolicy, _ ids: [String: String], _ told: inout Set<String>, _ book: LaunchBook
    ) async throws(StoreError) {
        let now = time.now()
        let month = Month(now)
        let spent = try await spending(policy, month, book, now)
        let uses = policy.budgets.map { budget in
            let id = ids[budget.project]
            return BudgetUse(budget: budget, project: id, id.flatMap { spent[$0] } ?? CostSum())
        }
        seen.withLock { $0 = BudgetReading(month: month, uses: uses) }
        var reasons: [String: String] = [:]
        for budget in policy.budgets {
            guard let id = ids[budget.project] else { continue }
            let amount = spent[id]?.cost ?? .zero
            let reached = budget.reached(by: amount)
            if budget.when == .hold, reached.contains(100) {
                reasons[id] = budget.reason(currency: policy.prices.currency, in: month)
            }
            for threshold in reached {
                try await tell(budget, threshold, amount, policy.prices.currency, month, now, &told)
            }
        }
        held.withLock { [reasons] in $0 = reasons }
    }

    /// By project, of the launches made this month.
    private func spending(
        _ policy: BudgetPolicy, _ month: Month, _ book: LaunchBook, _ now: Timestamp
    ) async throws(StoreError) -> [String: CostSum] {
        var spent: [String: CostSum] = [:]
        let table = try await policy.usage.costs(
            by: .project, from: month.start, to: month.end, prices: policy.prices)
        for row in table.rows {
            if let project = row.key { spent[project.lowercased(), default: CostSum()] += row.sum }
        }
        // Asked for after the store: one that is closed in between then counts a minute late, not twice.
        for launch in await book.all() where launch.createdAt >= month.start {
            guard let project = launch.jobOrigin.projectID else { continue }
            switch policy.prices.cost(of: launch, at: now) {
            case .soFar(let amount?), .known(let amount):
                spent[project.lowercased(), default: CostSum()].cost += amount
            // Counted, not guessed: a budget that knows nothing of it must say so.
            case .unknown(let gap): spent[project.lowercased(), default: CostSum()].gaps[gap, default: 0] += 1
            case .soFar(nil): break
            }
        }
        return spent
    }

    private func tell(
        _ budget: Budget, _ threshold: Int64, _ amount: Money, _ currency: String, _ month: Month, _ now: Timestamp,
        _ told: inout Set<String>
    ) async throws(StoreError) {
        let subject = budget.subject(in: month)
        let key = "\(subject)-\(threshold)"
        guard !told.contains(key) else { return }
        let known = try await store.newestRecords(about: subject, limit: Budget.thresholds.count * 4)
        if !known.contains(where: { $0.factsByName?["percent"] == .integer(threshold) }) {
            logger.warning(
                "A project has spent \(threshold) % of its budget of this month",
                metadata: [
                    "project": "\(budget.project)", "spent": "\(amount.brief) \(currency)",
                    "budget": "\(budget.monthly.brief) \(currency)", "month": "\(month)",
                    "held": "\(budget.when == .hold && threshold >= 100)",
                ])
            let entry = budget.entry(threshold, spent: amount, currency: currency, in: month, at: now)
            try await store.commit(LaunchBatch(entries: [entry]))
        }
        told.insert(key)
    }
}
