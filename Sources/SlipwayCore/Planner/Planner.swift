/// Decides what a pool needs. No I/O, no clock, no randomness: the same input gives the same decisions.
///
/// Supply is counted, not believed: an agent may take another job of its class than the one it was launched for. Per
/// profile the deficit is the job requests that wait, less the launches that can still take one.
public func plan(_ input: PlanningInput, at now: Timestamp) -> [Decision] {
    var planning = Planning(input, now)
    planning.sortIntoProfiles()
    planning.settleBookings()
    planning.decide()
    return planning.decisions
}

/// A plan in the making.
struct Planning {
    let input: PlanningInput
    let now: Timestamp
    var decisions: [Decision] = []
    var waitingByProfile: [String: [JobRequest]] = [:]
    /// Bookings that want a launch, with their profile.
    var wantedBookings: [ProjectQueue.Item] = []
    var wantedBookingIDs: Set<BookingID> = []
    /// Where the launch of each bound agent is; of two of one name the first.
    var boundPlaces: [BoundAgentName: Int] = [:]
    /// The booking that speaks for each agent.
    let speakers: [BoundAgentName: Booking]
    var openByProfile: [String: Int] = [:]
    var openInPool: Int
    /// Launches that a job or a booking wants and that the pool's maximum alone forbids.
    var heldForPool = 0
    /// Launches that a booking wants and that its profile's maximum forbids. A job would take an agent that idles.
    var heldForProfile: [String: Int] = [:]
    /// Profiles whose job requests are held: an agent more would not be for them.
    var heldProfiles: Set<String> = []
    /// Of these, the ones whose job requests are held since their project is to have no more agents. They would take whichever
    /// agent comes.
    var limitedProfiles: Set<String> = []
    var openByProject: [String?: Int] = [:]
    /// Launches that the organization's parallel jobs leave room for; nil: as many as one likes.
    var parallelRoom: Int?
    /// The same before this plan; below zero where more agents are there than may have jobs.
    var measuredParallelRoom: Int?

    init(_ input: PlanningInput, _ now: Timestamp) {
        self.input = input
        self.now = now
        openInPool = input.launches.count(where: \.hasAgentTask)
        speakers = Self.speakers(input.bookings)
        for (place, launch) in input.launches.enumerated() {
            if let name = launch.binding?.agentName, boundPlaces[name] == nil { boundPlaces[name] = place }
            // One whose agent task is gone waits for the pool to let go of its registration, for a quarter of an hour where the
            // agent was killed: it takes nobody's place meanwhile.
            guard launch.hasAgentTask else { continue }
            openByProfile[launch.profile, default: 0] += 1
            openByProject[launch.projectID, default: 0] += 1
        }
    }

    /// Which profile each waiting job request is for; those that none serves are refused.
    mutating func sortIntoProfiles() {
        // What one of our launches is known to run no longer waits, whatever an older answer of the pool says.
        let taken = Set(input.launches.lazy.filter(\.hasItsJob).compactMap(\.ran))
        var bound: [(JobRequest, String)] = []
        for request in input.requests where request.isWaiting && !taken.contains(request.id) {
            if let name = request.boundAgentName {
                bound.append((request, name))
            } else if let profile = input.policy.profile(serving: request.demands) {
                waitingByProfile[profile.name, default: []].append(request)
            } else {
                refuse(request, unserved(request))
            }
        }
        for (request, name) in bound { settle(request, boundTo: name) }
    }

    private mutating func measureParallelRoom(_ supplyByProfile: [String: [Launch]]) {
        guard let parallelJobs = input.parallelJobs, parallelJobs.isBelieved(at: now) else { return }
        var here = input.launches.count(where: parallelJobs.counts)
        // Of those that are kept warm, the ones that are about to be given the jobs that wait.
        for (profile, waiting) in waitingByProfile {
            let supply = supplyByProfile[profile] ?? []
            let warm = supply.count { $0.isWarm == true }
            here += min(warm, max(0, waiting.count { $0.origin.isPublic != true } - (supply.count - warm)))
        }
        parallelRoom = parallelJobs.limit - parallelJobs.used - here - input.launchesElsewhere
        measuredParallelRoom = parallelRoom
    }

    /// All profiles in one order, so that under a limit of the pool none of them starves another.
    mutating func decide() {
        var deficits: [String: Int] = [:]
        let supply = input.launches.filter(\.isSupply)
        let supplyByProfile = Dictionary(grouping: supply, by: \.profile)
        measureParallelRoom(supplyByProfile)
        for (profile, waiting) in waitingByProfile {
            deficits[profile] = max(0, waiting.count - (supplyByProfile[profile]?.count ?? 0))
        }
        let answered = Set(supply.compactMap(\.request))
        let waiting = waitingByProfile.flatMap { name, requests in
            requests.map { ProjectQueue.Item(profile: name, want: .request($0)) }
        }
        var queue = ProjectQueue(waiting + wantedBookings)
        while let item = queue.next(openByProject) {
            let name = item.profile
            guard let profile = input.policy.profile(named: name) else { continue }
            guard case .request(let request) = item.want else {
                _ = launchIfAllowed(item.want, profile)
                continue
            }
            if answered.contains(request.id) {
                serve(request, "an agent is on its way")
            } else if deficits[name, default: 0] == 0 {
                serve(request, "an agent of its class is free or on its way")
                if isLimited(request.origin.projectID) {
                    heldProfiles.insert(name)
                    limitedProfiles.insert(name)
                }
            } else if launchIfAllowed(item.want, profile) {
                deficits[name, default: 0] -= 1
            } else {
                heldProfiles.insert(name)
            }
        }
        keepWarm(supplyByProfile)
    }

    /// Plans a launch, unless a limit or the request's history speaks against it. Answers whether it did.
    mutating func launchIfAllowed(_ want: Want, _ profile: Profile) -> Bool {
        let history = history(of: want)
        let failures = max(0, history.failuresThatCount - forgiven(want))
        if failures > profile.maximumReplacements {
            let last = history.lastFailure ?? "no reason known"
            refuse(
                want,
                "\(failures) launches for it failed, so no more are made; mend the cause and queue the job again; the last: \(last)",
                isGivenUp: true)
            return false
        }
        if let why = input.holds[profile.name] {
            hold(want, .onHold, why)
            return false
        }
        let setbacks = failures + history.passedOver + history.postponements
        if let failedAt = history.lastFailedAt, setbacks > 0 {
            let pause = backoff(setbacks, first: 5, limit: 300)
            // A failure in the future was before the clock was set back.
            if failedAt <= now, now < failedAt.adding(seconds: pause) {
                hold(
                    want, .failure,
                    "its last launch failed (\(history.lastFailure ?? "no reason known")); the next comes \(pause) s after it"
                )
                return false
            }
        }
        if let project = want.origin.projectID, let why = input.heldProjects[project.lowercased()] {
            if want.booking == nil { limitedProfiles.insert(profile.name) }
            hold(want, .budget, why)
            return false
        }
        if openByProfile[profile.name, default: 0] >= profile.maximumAgents {
            if want.booking != nil { heldForProfile[profile.name, default: 0] += 1 }
            hold(want, .profileMaximum, "profile \(profile.name) has its maximum of \(profile.maximumAgents) agents")
            return false
        }
        if let limit = input.policy.maximumAgentsPerProject, let project = want.origin.projectID,
            openByProject[project, default: 0] >= limit
        {
            if want.booking == nil { limitedProfiles.insert(profile.name) }
            hold(want, .projectMaximum, "its project has its maximum of \(limit) agents in pool \(input.policy.name)")
            return false
        }
        if want.origin.isPublic != true, let room = parallelRoom, let limit = input.parallelJobs?.limit {
            guard room > 0 else {
                hold(want, .parallelJobs, ParallelJobs.reason(limit: limit))
                return false
            }
        }
        // The last of all: agents that idle make room only for what nothing else forbids.
        if openInPool >= input.policy.maximumAgents {
            heldForPool += 1
            // It has its place under the other limits: those behind it are held by them.
            takePlace(want, profile)
            hold(
                want, .poolMaximum, "pool \(input.policy.name) has its maximum of \(input.policy.maximumAgents) agents")
            return false
        }
        takePlace(want, profile)
        openInPool += 1
        switch want {
        case .request(let request): launch(request, profile, history)
        case .booking(let booking, let agent, let request):
            launch(booking, agent, request, profile, ordinal: history.lastOrdinal + 1)
        }
        return true
    }

    private mutating func takePlace(_ want: Want, _ profile: Profile) {
        if want.origin.isPublic != true, let room = parallelRoom { parallelRoom = room - 1 }
        openByProfile[profile.name, default: 0] += 1
        openByProject[want.origin.projectID, default: 0] += 1
    }

    /// Whether a project is to have no more agents.
    private func isLimited(_ project: String?) -> Bool {
        guard let project else { return false }
        if input.heldProjects[project.lowercased()] != nil { return true }
        return input.policy.maximumAgentsPerProject.map { openByProject[project, default: 0] >= $0 } ?? false
    }

    private func forgiven(_ want: Want) -> Int { want.request.flatMap { input.forgiven[$0.id] } ?? 0 }

    private func history(of want: Want) -> RequestHistory {
        switch want {
        case .request(let request): input.history[request.id] ?? RequestHistory()
        case .booking(let booking, _, _): input.bookingHistory[booking.id] ?? RequestHistory()
        }
    }

    private mutating func launch(_ request: JobRequest, _ profile: Profile, _ history: RequestHistory) {
        let ordinal = history.lastOrdinal + 1
        let hasLostJob = request.origin.runID.map(input.interruptedRuns.contains) ?? false
        let avoidsSpot = hasLostJob || history.interruptions >= Self.maximumInterruptions
        let why =
            hasLostJob
            ? "its run has lost a job to an interruption" : "\(history.interruptions) agents for it were interrupted"
        let reason =
            "job request \(request.id) waits and profile \(profile.name) has no free agent"
            + (avoidsSpot ? "; not on Spot, since \(why)" : "")
        let id = LaunchID(
            organization: input.policy.organization, pool: input.policy.id, request: request.id, ordinal: ordinal)
        var launch = Launch(
            id: id, pool: input.policy.id, profile: profile.name, request: request.id, ordinal: ordinal,
            origin: request.origin, reason: reason, createdAt: now, avoidsSpot: avoidsSpot)
        if parallelRoom != nil { launch.isWithinKnownLimit = true }
        decisions.append(Decision(action: .launch(launch), request: request.id, reason: reason))
    }

    /// Agents for one job request whose Spot capacity was taken back before it began.
    private static let maximumInterruptions = 2

    private func unserved(_ request: JobRequest) -> String {
        let closest =
            input.policy.profiles.map { $0.unmet(request.demands) }.min { $0.count < $1.count } ?? request.demands
        let names = closest.map(\.description).joined(separator: ", ")
        return "no profile of pool \(input.policy.name) satisfies the demand \(names); add it to a profile's demands"
    }

    mutating func serve(_ request: JobRequest, _ reason: String) {
        decisions.append(Decision(action: .served, request: request.id, reason: reason))
    }

    mutating func hold(_ want: Want, _ cause: HoldCause, _ reason: String) {
        decisions.append(
            Decision(action: .hold(cause), request: want.request?.id, booking: want.booking, reason: reason))
    }

    mutating func refuse(_ want: Want, _ reason: String, isGivenUp: Bool = false) {
        decisions.append(
            Decision(
                action: .refuse, request: want.request?.id, booking: want.booking, reason: reason,
                isGivenUp: isGivenUp))
    }

    mutating func refuse(_ request: JobRequest, _ reason: String) { refuse(.request(request), reason) }
}

extension Launch {
    /// Its agent task is there, or may be, or is to come.
    var hasAgentTask: Bool {
        if case .cleaning(let cleaning) = state { !cleaning.isAgentTaskGone } else { true }
    }

    /// Its agent holds its job, or has done it. One that was lost under its job has not: the job may wait again.
    fileprivate var hasItsJob: Bool {
        switch state {
        case .busy, .finished: true
        case .cleaning(let cleaning): cleaning.cause == .jobFinished
        case .planned, .starting, .pending, .online, .closed: false
        }
    }
}
