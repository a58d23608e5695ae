/// Agents that are kept online for jobs to come.
extension Planning {
    /// Planned last: jobs go first.
    mutating func keepWarm(_ supplyByProfile: [String: [Launch]]) {
        var wantedInPool = heldForPool - input.launches.count(where: \.isLeaving)
        for profile in input.policy.profiles {
            let supply = supplyByProfile[profile.name] ?? []
            let waiting = waitingByProfile[profile.name]?.count ?? 0
            var wanted = input.holds[profile.name] == nil ? profile.warmAgents(at: now) : 0
            // Where there is no room, an agent that idles makes some for what somebody waits for.
            let idle = min(wanted, max(0, supply.count - waiting))
            let givenToPool = min(idle, max(0, wantedInPool))
            wantedInPool -= givenToPool
            let given = min(idle, givenToPool + max(0, wantedInProfile(profile)))
            if given > 0 { wanted = idle - given }
            let worn = supply.filter { isWorn($0, profile) }
            let fresh = worn.isEmpty ? supply : supply.filter { !isWorn($0, profile) }
            // What is held takes none: then all there are are there for what comes.
            let taken = heldProfiles.contains(profile.name) ? 0 : max(0, waiting - worn.count - overcommitted)
            let made = makeWarm(wanted - max(0, fresh.count - taken), of: wanted, fresh, profile)
            stopSurplus(fresh, keeping: max(0, waiting - worn.count) + wanted, profile)
            guard waiting == 0, !worn.isEmpty else { continue }
            if given > 0 {
                stopWorn(worn, max(0, worn.count + fresh.count - wanted), profile)
            } else if fresh.count(where: { $0.state == .online }) >= wanted {
                stopWorn(worn, worn.count, profile)
            } else if made == .noRoom, leaving(profile) == 0, fresh.allSatisfy({ $0.state == .online }) {
                // Where a maximum leaves no room for successors, one by one.
                stopWorn(worn, 1, profile)
            }
        }
        for (name, supply) in supplyByProfile where input.policy.profile(named: name) == nil {
            for launch in supply.sorted(by: { $0.id < $1.id }) where launch.isWarm == true {
                stop(launch, "profile \(name) is not configured any more")
            }
        }
    }

    /// Agents on their way or about to have a job, beyond what the organization's parallel jobs let run: as many jobs get none.
    private var overcommitted: Int { max(0, -(measuredParallelRoom ?? 0)) }

    /// Launches that bookings want, less those of the profile that make room soon.
    private func wantedInProfile(_ profile: Profile) -> Int {
        guard let held = heldForProfile[profile.name] else { return 0 }
        return held - leaving(profile)
    }

    private func leaving(_ profile: Profile) -> Int {
        input.launches.count { $0.profile == profile.name && $0.isLeaving }
    }

    private mutating func stopWorn(_ worn: [Launch], _ count: Int, _ profile: Profile) {
        for launch in worn.sorted(by: { ($0.stateSince, $0.id) < ($1.stateSince, $1.id) }).prefix(count) {
            stop(launch, "it was kept warm for \(profile.deadlines.warmSeconds) s, and is replaced by a fresh one")
        }
    }

    private enum Made {
        /// As many as are missing and may be made now.
        case enough
        /// None, since a maximum leaves no room.
        case noRoom
    }

    private mutating func makeWarm(_ missing: Int, of wanted: Int, _ fresh: [Launch], _ profile: Profile) -> Made {
        guard missing > 0 else { return .enough }
        if limitedProfiles.contains(profile.name) {
            hold(profile, .projectMaximum, "jobs of a project that is to have no more agents would take them")
            return .enough
        }
        let history = input.warmHistory[profile.name] ?? WarmHistory()
        var missing = missing
        if let failedAt = history.lastFailedAt {
            let pause = backoff(history.failures, first: 10, limit: 900)
            // A failure in the future was before the clock was set back.
            if failedAt <= now, now < failedAt.adding(seconds: pause) {
                hold(
                    profile, .failure,
                    "the last launch to be kept warm failed (\(history.lastFailure ?? "no reason known")); the next comes \(pause) s after it"
                )
                return .enough
            }
            // One by one until one has come: as many as are wanted would fail together, again and again.
            guard fresh.allSatisfy({ $0.isWarm != true || $0.state == .online }) else { return .enough }
            missing = 1
        }
        for number in 1...missing {
            if openByProfile[profile.name, default: 0] >= profile.maximumAgents {
                hold(
                    profile, .profileMaximum,
                    "profile \(profile.name) has its maximum of \(profile.maximumAgents) agents")
                return number == 1 ? .noRoom : .enough
            }
            if openInPool >= input.policy.maximumAgents {
                hold(
                    profile, .poolMaximum,
                    "pool \(input.policy.name) has its maximum of \(input.policy.maximumAgents) agents")
                return number == 1 ? .noRoom : .enough
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
        return .enough
    }

    private mutating func hold(_ profile: Profile, _ cause: HoldCause, _ why: String) {
        decisions.append(
            Decision(
                action: .hold(cause), request: nil, profile: profile.name,
                reason: "fewer agents are kept warm than are wanted: \(why)"))
    }

    private func isWorn(_ launch: Launch, _ profile: Profile) -> Bool { launch.isWorn(profile.deadlines, at: now) }

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
    /// It was kept warm for so long that a fresh one is to take its place.
    public func isWorn(_ limits: Deadlines, at now: Timestamp) -> Bool {
        guard isWarm == true, state == .online else { return false }
        return now >= stateSince.adding(seconds: limits.warmSeconds)
    }

    /// It makes room soon.
    fileprivate var isLeaving: Bool {
        switch state {
        case .finished: true
        // One whose agent task is gone holds no place already.
        case .cleaning: hasAgentTask
        case .planned, .starting, .pending, .online, .busy, .closed: false
        }
    }
}
