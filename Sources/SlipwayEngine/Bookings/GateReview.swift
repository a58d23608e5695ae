internal import SlipwayCore

/// Whether an agent of a profile can be had now, from what is known at this moment. It promises nothing.
struct GateReview {
    let review: BookingReview
    /// Of each pool, by name.
    let sweepSeconds: [String: Int]
    let parts: EngineParts

    func answer(_ inputs: BookingInputs, project: String) async -> GateAnswer {
        let asked: (pool: BookingReview.Pool, profile: Profile)
        do throws(BookingReview.Objection) {
            asked = try review.profile(inputs)
        } catch {
            return GateAnswer(
                isAvailable: false, reason: error.message.text, pool: inputs.pool ?? "", profile: inputs.profile ?? "")
        }
        let reason = await obstacle(asked.pool.name, asked.profile, project: project)
        return GateAnswer(
            isAvailable: reason == nil,
            reason: reason ?? "an agent of profile \(asked.profile.name) can be started now", pool: asked.pool.name,
            profile: asked.profile.name)
    }

    /// The first thing that speaks against it.
    private func obstacle(_ poolName: String, _ profile: Profile, project: String) async -> String? {
        let now = parts.time.now()
        let believedSeconds = max(Self.believedSeconds, 2 * (sweepSeconds[poolName] ?? 0))
        guard let pool = parts.directory.known.first(where: { $0.policy.name == poolName })?.policy,
            let readAt = parts.directory.jobRequestsReadAt(of: pool.id),
            now < readAt.adding(seconds: believedSeconds)
        else {
            return parts.directory.problem(of: poolName)
                ?? "pool \(poolName) has not been read for \(believedSeconds) s"
        }
        if let why = await parts.desk.holds.reasons(pool: pool)[profile.name] { return why }
        if let why = parts.budgets.heldProjects[project.lowercased()] { return why }
        // An agent that idles, since it is kept warm, makes room for whoever asks.
        let launches = await parts.book.launches(of: pool.id).filter { $0.isWarm != true || !$0.canTakeJob }
        if launches.count(where: { $0.profile == profile.name }) >= profile.maximumAgents {
            return "profile \(profile.name) has its maximum of \(profile.maximumAgents) agents"
        }
        if launches.count >= pool.maximumAgents {
            return "pool \(pool.name) has its maximum of \(pool.maximumAgents) agents"
        }
        if let limit = pool.maximumAgentsPerProject,
            launches.count(where: { $0.jobOrigin.projectID?.lowercased() == project.lowercased() }) >= limit
        {
            return "its project has its maximum of \(limit) agents in pool \(pool.name)"
        }
        if let jobs = parts.parallelJobs.reading, jobs.isBelieved(at: now) {
            let here = launches.count(where: jobs.counts)
            let elsewhere = await parts.book.count(besides: pool.id, where: jobs.counts)
            if jobs.limit - jobs.used - here - elsewhere <= 0 { return jobs.reason }
        }
        let left = parts.directory.breakers.openRungs(of: profile.placements)
        if left.count >= profile.placements.count {
            let names = profile.placements.map(\.name).joined(separator: ", ")
            return "every placement of profile \(profile.name) (\(names)) has kept refusing and is left out for a while"
        }
        return nil
    }

    /// Or two sweeps, of a pool that is read seldom.
    private static let believedSeconds = 120
}
