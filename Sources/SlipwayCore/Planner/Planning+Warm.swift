/// Agents that are kept online for jobs to come.
extension Planning {
    /// Planned last: jobs go first.
    mutating func keepWarm(_ supplyByProfile: [String: [Launch]]) {
        var jobsWithoutRoom = heldForPool - input.launches.count(where: \.isLeaving)
        for profile in input.policy.profiles {
            let supply = supplyByProfile[profile.name] ?? []
            let waiting = waitingByProfile[profile.name]?.count ?? 0
            var wanted = input.holds[profile.name] == nil ? profile.warmAgents(at: now) : 0
            // Where the pool is full, an agent that idles makes room for one that a job waits for.
            let given = max(0, min(jobsWithoutRoom, wanted, supply.count - waiting))
            wanted -= given
            jobsWithoutRoom -= given
            let worn = supply.filter { isWorn($0, profile) }
            let fresh = supply.filter { !isWorn($0, profile) }
            let waitingForFresh = max(0, waiting - worn.count)
            makeWarm(wanted - max(0, fresh.count - waitingForFresh), of: wanted, profile)
            stopSurplus(fresh, keeping: waitingForFresh + wanted, profile)
            if waiting == 0, fresh.count(where: { $0.state == .online }) >= wanted {
                for launch in worn {
                    stop(
                        launch,
                        "it was kept warm for \(profile.deadlines.warmSeconds) s, and is replaced by a fresh one")
                }
            }
        }
    }

    private mutating func makeWarm(_ missing: Int, of wanted: Int, _ profile: Profile) {
        guard missing > 0 else { return }
        let history = input.warmHistory[profile.name] ?? WarmHistory()
        if let failedAt = history.lastFailedAt {
            let pause = backoff(history.failures, first: 10, limit: 900)
            // A failure in the future was before the clock was set back.
            if failedAt <= now, now < failedAt.adding(seconds: pause) {
                return hold(
                    profile,
                    "the last launch to be kept warm failed (\(history.lastFailure ?? "no reason known")); the next comes \(pause) s after it"
                )
            }
        }
        for number in 1...missing {
            if openByProfile[profile.name, default: 0] >= profile.maximumAgents {
                return hold(profile, "profile \(profile.name) has its maximum of \(profile.maximumAgents) agents")
            }
            if openInPool >= input.policy.maximumAgents {
                return hold(
                    profile, "pool \(input.policy.name) has its maximum of \(input.policy.maximumAgents) agents")
            }
            openByProfile[profile.name, default: 0] += 1
            openInPool += 1
            let reason = "profile \(profile.name) keeps agents warm at this time, \(wanted) of them"
            let id = LaunchID(
                organization: input.policy.organization, pool: input.policy.id, warmOf: profile.name, at: now,
                number: number)
            let launch = Launch(
                id: id, pool: input.policy.id, profile: profile.name, request: nil, ordinal: 1, origin: JobOrigin(),
                reason: reason, createdAt: now, isWarm: true)
            decisions.append(Decision(action: .launch(launch), request: nil, profile: profile.name, reason: reason))
        }
    }

    private mutating func hold(_ profile: Profile, _ why: String) {
        decisions.append(
            Decision(
                action: .hold, request: nil, profile: profile.name,
                reason: "fewer agents are kept warm than are wanted: \(why)"))
    }

    private func isWorn(_ launch: Launch, _ profile: Profile) -> Bool {
        guard launch.isWarm == true, launch.state == .online else { return false }
        return now >= launch.stateSince.adding(seconds: profile.deadlines.warmSeconds)
    }

    /// Surplus is first reused, then stopped: launches whose own job request has been gone for a while, and those that were
    /// kept warm; those that cost least to stop first.
    private mutating func stopSurplus(_ supply: [Launch], keeping wanted: Int, _ profile: Profile) {
        let surplus = supply.count - wanted
        guard surplus > 0 else { return }
        let candidates = supply.filter { launch in
            if launch.isWarm == true { return true }
            guard let orphanedAt = launch.orphanedAt else { return false }
            return launch.state == .planned || now >= orphanedAt.adding(seconds: profile.deadlines.surplusSeconds)
        }
        for launch in candidates.sorted(by: isStoppedBefore).prefix(surplus) {
            stop(
                launch,
                launch.isWarm == true
                    ? "fewer agents are to be kept warm now" : "its job request is gone and no other needs it")
        }
    }

    private mutating func stop(_ launch: Launch, _ reason: String) {
        decisions.append(
            Decision(
                action: .stop(launch.id), request: launch.request,
                profile: launch.isWarm == true ? launch.profile : nil, reason: reason))
    }

    private func isStoppedBefore(_ left: Launch, _ right: Launch) -> Bool {
        let leftStage = stage(left)
        let rightStage = stage(right)
        return leftStage == rightStage ? left.id < right.id : leftStage < rightStage
    }

    private func stage(_ launch: Launch) -> Int {
        switch launch.state {
        case .planned: 0
        case .starting: 1
        case .pending: 2
        case .online: 3
        case .busy, .finished, .cleaning, .closed: 4
        }
    }
}

extension Launch {
    /// It makes room soon.
    fileprivate var isLeaving: Bool {
        switch state {
        case .finished, .cleaning: true
        case .planned, .starting, .pending, .online, .busy, .closed: false
        }
    }
}
