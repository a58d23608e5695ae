import SlipwayCore
import Synchronization

/// Azure DevOps and a cluster in one value: jobs wait, containers start, register, take a job, deregister and stop, as
/// time passes. Port calls can be made to fail by their number.
final class World: Sendable {
    struct Container {
        var launch: LaunchID
        var agentName: String
        var startedBy: String
        var token: String
        var startedAt: Timestamp
        var stoppedAt: Timestamp?
        var exitCode = 0
        var isInterrupted = false
        var comesOnline = true
        /// What it claims its registration with; nil: it registers by itself.
        var claimCode: String?
        var hasClaimed = false
        var deregisters = true
        var job: JobRequestID?
        var jobSince: Timestamp?
    }

    struct Job {
        var request: JobRequest
        var seconds: Int
        var startedAt: Timestamp?
        var isCancelled = false
    }

    struct State {
        var containers: [String: Container] = [:]
        var agents: [String: PoolAgent] = [:]
        var jobs: [JobRequestID: Job] = [:]
        var calls = 0
        var runTaskCalls = 0
        var tokens: [String: String] = [:]
        /// Agent tasks that were stopped while their agent held a job. Must stay empty.
        var interrupted: [String] = []
        var startAnswers: [StartAnswer] = []
        var placementsWithoutRoom: Set<String> = []
        var deafCallsOfRunTask: Set<Int> = []
        var poolError: PortError?
        var readings: [Timestamp] = []
        /// When agent tasks were stopped.
        var stops: [Timestamp] = []
        /// When the cluster was asked for agent tasks.
        var looks: [Timestamp] = []
        var largestLook = 0
        /// Looks at fewer agent tasks than this fail.
        var smallestLook = 0
        /// Looks at more agent tasks than this fail.
        var largestAnsweredLook = Int.max
        /// How ListTasks answers; nil: as usual.
        var listError: PortError?
        var listCalls = 0
        /// Agents that are being quiesced, and how long that takes.
        var quiescing: [String] = []
        var quiesceMilliseconds: Int64 = 0
        var losesTrackOfRegistrations = false
        /// What the pool was asked to register, how long that takes, and what it answers instead.
        var registrations: [KeyedRegistration] = []
        var replacements = 0
        /// The launch that each registration was made for before its container ran.
        var madeFor: [String: LaunchID] = [:]
        /// Pipeline runs, and what the tasks of their jobs were told.
        var planRuns: [Int: PlanRun] = [:]
        var planWords: [PlanWord] = []
        /// How a plan receives what it is told; nil: it takes it.
        var planReception: PlanReception?
        /// The same of some words.
        var receive: @Sendable (PlanWord) -> PlanReception? = { _ in nil }
        /// It takes the server's own credential too.
        var takesServersWord = false
        var poolNumber = 12
        /// Job tokens that the service doesn't accept.
        var refusedTokens: Set<String> = []
        var planError: PortError?
        var registerMilliseconds: Int64 = 0
        var registerError: PortError?
        /// A registration takes effect, and its answer is lost.
        var losesRegisterAnswers = false
        var neverOnline = 0
        /// To StopTask an agent task is unknown until its agent has a job.
        var stopsKnowBusyOnly = false
        /// The pool's name can't be resolved before then.
        var poolKnownAt: Timestamp?
        /// What was done to pipeline runs.
        var toldRuns: [String] = []
        var failingCancels = 0
        var timelines: [Int: [RunTimeline.Record]] = [:]
        var timelineErrors: [Int: PortError] = [:]
        /// How every call that changes a run is answered; nil: as usual.
        var runError: PortError?
        /// A call that changes a run takes effect, and its answer is lost.
        var losesRunAnswers = false
        var runCalls = 0
        var runFacts: RunFacts?
        var factCalls = 0
        var factError: PortError?
        /// What the cluster tells of each agent task; nil: nothing.
        var agentTaskFacts: AgentTaskFacts?
        var definition: AgentTaskDefinition?
        var onRunCall: (@Sendable () -> Void)?
        var failingJobRequests: Set<JobRequestID> = []
        /// Job requests that are answered for only after so long.
        var slowJobRequests: [JobRequestID: Int64] = [:]
        var jobRequestsAsked: Set<JobRequestID> = []
        /// Jobs of private projects that run at once; those beyond wait for it, whatever agents there are.
        var parallelJobs: Int?
        var parallelJobsError: PortError?
        /// When the parallel jobs were asked for.
        var parallelJobsReadings: [Timestamp] = []
        var parallelJobsUsed: Int {
            jobs.values.count { job in
                job.request.receivedAt != nil && !job.request.isFinished && job.request.origin.isPublic != true
            }
        }
    }

    let time: ManualTime
    private let state = Mutex(State())
    private let onCall: @Sendable (Int) throws -> Void

    init(time: ManualTime, onCall: @escaping @Sendable (Int) throws -> Void = { _ in }) {
        self.time = time
        self.onCall = onCall
    }

    func with<Value>(_ body: (inout sending State) -> sending Value) -> Value {
        state.withLock { state in
            step(&state, time.now())
            return body(&state)
        }
    }

    func queue(_ id: Int64, seconds: Int = 5, demands: [String] = [], runID: Int = 7, isPublic: Bool = false) {
        let now = time.now()
        with { state in
            let request = JobRequest(
                id: JobRequestID(rawValue: id), queuedAt: now, demands: demands.map { Demand(parsing: $0) },
                origin: JobOrigin(projectID: "p", runID: runID, jobID: "j-\(id)", isPublic: isPublic))
            state.jobs[request.id] = Job(request: request, seconds: seconds)
        }
    }

    func cancel(_ id: Int64) {
        with { state in
            state.jobs[JobRequestID(rawValue: id)]?.request.result = "canceled"
            state.jobs[JobRequestID(rawValue: id)]?.isCancelled = true
        }
    }

    /// Spot capacity is taken back under a job: its agent cancels it, and ends well.
    func interrupt(_ id: Int64, result: String? = "canceled") {
        let now = time.now()
        let id = JobRequestID(rawValue: id)
        with { state in
            guard let arn = state.containers.first(where: { $0.value.job == id })?.key else { return }
            state.containers[arn]?.stoppedAt = now
            state.containers[arn]?.isInterrupted = true
            state.jobs[id]?.request.result = result
            state.jobs[id]?.request.finishedAt = result == nil ? nil : now
            if let name = state.containers[arn]?.agentName { state.agents[name] = nil }
        }
    }

    var allJobsAreOver: Bool { with { $0.jobs.values.allSatisfy(\.request.isFinished) } }
    var ranAll: Bool { with { state in state.jobs.values.allSatisfy { $0.startedAt != nil && $0.request.isFinished } } }
    var isEmpty: Bool {
        with { state in state.agents.isEmpty && state.containers.values.allSatisfy { $0.stoppedAt != nil } }
    }
    var runningContainers: Int { with { state in state.containers.values.filter { $0.stoppedAt == nil }.count } }

    fileprivate func call() throws(PortError) {
        let number = with { state in
            state.calls += 1
            return state.calls
        }
        do { try onCall(number) } catch { throw PortError(code: .unavailable, message: "\(error)") }
    }

    /// Three seconds to run, two more to register, then any waiting job whose demands it meets (here: none).
    private func step(_ state: inout State, _ now: Timestamp) {
        for (arn, container) in state.containers.sorted(by: { $0.key < $1.key }) where container.stoppedAt == nil {
            let name = container.agentName
            if let job = container.job, let since = container.jobSince {
                let seconds = state.jobs[job]?.seconds ?? 0
                guard now >= since.adding(seconds: seconds) else { continue }
                if state.jobs[job]?.isCancelled == false { state.jobs[job]?.request.result = "succeeded" }
                state.jobs[job]?.request.finishedAt = now
                if container.deregisters {
                    state.agents[name] = nil
                } else {
                    state.agents[name]?.assignedRequest = nil
                    state.agents[name]?.isOnline = false
                }
                state.containers[arn]?.stoppedAt = now
            } else if container.comesOnline, container.claimCode == nil || container.hasClaimed,
                now >= container.startedAt.adding(seconds: 5)
            {
                if state.agents[name] == nil {
                    state.agents[name] = PoolAgent(
                        id: AgentID(rawValue: state.containers.count + 100), name: name, isOnline: true)
                }
                state.agents[name]?.isOnline = true
                takeJob(arn, name, &state, now)
            }
        }
    }

    private func takeJob(_ arn: String, _ name: String, _ state: inout State, _ now: Timestamp) {
        guard state.agents[name]?.isEnabled == true else { return }
        let isFull = state.parallelJobs.map { state.parallelJobsUsed >= $0 } ?? false
        let next = state.jobs.values
            .filter { $0.request.boundAgentName.map { $0.lowercased() == name } ?? true }
            .filter { $0.request.isWaiting && (!isFull || $0.request.origin.isPublic == true) }
            .min { $0.request.id < $1.request.id }
        guard let next else { return }
        state.jobs[next.request.id]?.startedAt = now
        state.jobs[next.request.id]?.request.assignedAt = now
        state.jobs[next.request.id]?.request.receivedAt = now
        state.jobs[next.request.id]?.request.reservation = .init(agentName: name, isOnline: true)
        state.agents[name]?.assignedRequest = next.request.id
        state.containers[arn]?.job = next.request.id
        state.containers[arn]?.jobSince = now
    }
}

// MARK: The cluster

extension World: AgentTaskPort {
    func start(_ order: AgentTaskOrder) async -> StartAnswer {
        do { try call() } catch { return .unanswered(error.message) }
        return with { state in
            state.runTaskCalls += 1
            if state.placementsWithoutRoom.contains(order.placement.name) {
                return .refused(StartRefusal(kind: .capacity, message: "no room"))
            }
            if !state.startAnswers.isEmpty { return state.startAnswers.removeFirst() }
            let arn: String
            if let known = state.tokens[order.clientToken] {
                arn = known
            } else {
                arn = "arn:task/\(state.tokens.count + 1)"
                state.tokens[order.clientToken] = arn
                var container = Container(
                    launch: order.launch,
                    agentName: order.environment.first { $0.name == "AZP_AGENT_NAME" }?.value ?? "",
                    startedBy: order.startedBy, token: order.clientToken, startedAt: time.now())
                container.claimCode = order.environment.first { $0.name == "SLIPWAY_CLAIM_CODE" }?.value
                container.deregisters = !state.losesTrackOfRegistrations && container.claimCode == nil
                if state.neverOnline > 0 {
                    state.neverOnline -= 1
                    container.comesOnline = false
                }
                state.containers[arn] = container
            }
            if state.deafCallsOfRunTask.contains(state.runTaskCalls) { return .unanswered("the answer was lost") }
            return .accepted(AgentTaskID(rawValue: arn))
        }
    }

    func sights(of ids: [AgentTaskID]) async throws(PortError) -> [AgentTaskID: AgentTaskSight] {
        let facts = with { $0.agentTaskFacts }
        return try await status(of: ids).mapValues { AgentTaskSight(status: $0, facts: facts) }
    }

    func definition(_ id: String, container: String) async throws(PortError) -> AgentTaskDefinition? {
        with { $0.definition }
    }

    func status(of ids: [AgentTaskID]) async throws(PortError) -> [AgentTaskID: AgentTaskStatus] {
        let now = time.now()
        let isTooSmall = with { state in
            state.looks.append(now)
            state.largestLook = max(state.largestLook, ids.count)
            return ids.count < state.smallestLook || ids.count > state.largestAnsweredLook
        }
        if isTooSmall { throw PortError(code: .unavailable, message: "no answer") }
        try call()
        return with { state in
            var statuses: [AgentTaskID: AgentTaskStatus] = [:]
            for id in ids {
                guard let container = state.containers[id.rawValue] else {
                    statuses[id] = .missing
                    continue
                }
                if container.stoppedAt != nil {
                    statuses[id] = .stopped(
                        AgentTaskStop(
                            reason: "Essential container in task exited", exitCode: container.exitCode,
                            isInterruption: container.isInterrupted))
                } else {
                    statuses[id] = time.now() >= container.startedAt.adding(seconds: 3) ? .running : .pending
                }
            }
            return statuses
        }
    }

    func stop(_ id: AgentTaskID, reason: String) async throws(PortError) {
        try call()
        let now = time.now()
        guard !with({ $0.stopsKnowBusyOnly && $0.containers[id.rawValue]?.job == nil }) else {
            throw PortError(code: .unknown, message: "the cluster doesn't know the agent task")
        }
        with { state in
            state.stops.append(now)
            guard let container = state.containers[id.rawValue], container.stoppedAt == nil else { return }
            if container.job != nil { state.interrupted.append(id.rawValue) }
            state.containers[id.rawValue]?.stoppedAt = now
            state.containers[id.rawValue]?.exitCode = 143
            let name = container.agentName
            if container.deregisters { state.agents[name] = nil } else { state.agents[name]?.isOnline = false }
        }
    }

    func agentTasks(besides known: Set<AgentTaskID>) async throws(PortError) -> [AgentTaskSighting] {
        try call()
        return with { state in
            state.containers.filter { $0.value.stoppedAt == nil }
                .compactMap {
                    AgentTaskSighting(id: AgentTaskID(rawValue: $0.key), startedBy: $0.value.startedBy)
                }
                .filter { !known.contains($0.id) }
        }
    }

    func agentTasks(startedBy: String) async throws(PortError) -> [AgentTaskID] {
        try call()
        let error = with { state in
            state.listCalls += 1
            return state.listError
        }
        if let error { throw error }
        return with { state in
            state.containers.filter { $0.value.startedBy == startedBy && $0.value.stoppedAt == nil }.keys.map(
                AgentTaskID.init)
        }
    }
}

// MARK: The runs

extension World: RunPort {
    func addTag(_ tag: String, run: Int, project: String) async throws(PortError) {
        try runCall()
        with { $0.toldRuns.append("\(project)/\(run) \(tag)") }
        try loseRunAnswer()
    }

    func timeline(run: Int, project: String) async throws(PortError) -> RunTimeline? {
        try call()
        if let error = with({ $0.timelineErrors[run] }) { throw error }
        return with { $0.timelines[run].map(RunTimeline.init) }
    }

    func retryStage(_ stage: String, run: Int, project: String) async throws(PortError) {
        try runCall()
        with { state in
            state.toldRuns.append("\(project)/\(run) \(stage) again")
            // As the service does: the next attempt's records have other names.
            for index in state.timelines[run]?.indices ?? 0..<0 {
                guard let id = state.timelines[run]?[index].id else { continue }
                state.timelines[run]?[index].attempt = 2
                state.timelines[run]?[index].isCompleted = false
                guard state.timelines[run]?[index].kind == .job else { continue }
                state.timelines[run]?[index].previousIDs.append(id)
                state.timelines[run]?[index].id = id + ".2"
            }
        }
        try loseRunAnswer()
    }

    func facts(run: Int, project: String) async throws(PortError) -> RunFacts? {
        let (facts, error) = with { state in
            state.factCalls += 1
            return (state.runFacts, state.factError)
        }
        if let error { throw error }
        return facts
    }

    private func runCall() throws(PortError) {
        try call()
        let (error, onCall) = with { state in
            state.runCalls += 1
            return (state.runError, state.onRunCall)
        }
        onCall?()
        if let error { throw error }
    }

    private func loseRunAnswer() throws(PortError) {
        if with({ $0.losesRunAnswers }) { throw PortError(code: .unavailable, message: "no answer") }
    }

    func cancel(run: Int, project: String) async throws(PortError) {
        try runCall()
        let fails = with { state in
            defer { state.failingCancels = max(0, state.failingCancels - 1) }
            return state.failingCancels > 0
        }
        guard !fails else { throw PortError(code: .unavailable, message: "503") }
        with { state in
            state.toldRuns.append("\(project)/\(run) cancelled")
            for id in state.jobs.keys where state.jobs[id]?.request.origin.runID == run {
                state.jobs[id]?.request.result = "canceled"
                state.jobs[id]?.isCancelled = true
            }
        }
        try loseRunAnswer()
    }
}

// MARK: The parallel jobs

extension World: ParallelJobsPort {
    func use() async throws(PortError) -> ParallelJobsUse {
        try call()
        let now = time.now()
        let (use, error) = with { state in
            state.parallelJobsReadings.append(now)
            return (
                ParallelJobsUse(limit: state.parallelJobs, used: state.parallelJobsUsed), state.parallelJobsError
            )
        }
        if let error { throw error }
        return use
    }
}

// MARK: The pool

extension World: AgentPoolPort {
    private func poolCall() throws(PortError) {
        try call()
        if let error = with({ $0.poolError }) { throw error }
    }

    func poolID() async throws(PortError) -> PoolID {
        try poolCall()
        if let knownAt = with({ $0.poolKnownAt }), time.now() < knownAt {
            throw PortError(code: .unavailable, message: "not yet")
        }
        return PoolID(rawValue: with { $0.poolNumber })
    }

    func unfinishedJobRequests() async throws(PortError) -> [JobRequest] {
        let now = time.now()
        with { $0.readings.append(now) }
        try poolCall()
        return with { state in
            state.jobs.values.map(\.request).filter { !$0.isFinished }.sorted { $0.id < $1.id }
        }
    }

    func jobRequest(_ id: JobRequestID) async throws(PortError) -> JobRequest? {
        try poolCall()
        with { _ = $0.jobRequestsAsked.insert(id) }
        if let slow = with({ $0.slowJobRequests[id] }) { try? await time.sleep(milliseconds: slow) }
        if with({ $0.failingJobRequests.contains(id) }) { throw PortError(code: .forbidden, message: "403") }
        return with { $0.jobs[id]?.request }
    }

    func agents(namedWithPrefix prefix: String) async throws(PortError) -> [PoolAgent] {
        try poolCall()
        return with { state in state.agents.values.filter { $0.name.hasPrefix(prefix) } }
    }

    func register(_ registration: KeyedRegistration) async throws(PortError) -> KeyedRegistrationAnswer {
        if let taken = try await registering(registration, { $0.agents[registration.name]?.id }) {
            return .nameTaken(taken)
        }
        return .registered(try keyed(registration, AgentID(rawValue: with { $0.registrations.count } + 500)))
    }

    func replace(
        _ id: AgentID, with registration: KeyedRegistration
    ) async throws(PortError) -> AgentCredentials {
        _ = try await registering(registration) { $0.replacements += 1 }
        return try keyed(registration, id)
    }

    private func registering<Value: Sendable>(
        _ registration: KeyedRegistration, _ effect: (inout State) -> Value
    ) async throws(PortError) -> Value {
        try poolCall()
        let (pause, error) = with { state in
            state.registrations.append(registration)
            return (state.registerMilliseconds, state.registerError)
        }
        if pause > 0 { try? await time.sleep(milliseconds: pause) }
        if let error { throw error }
        return state.withLock { effect(&$0) }
    }

    private func keyed(_ registration: KeyedRegistration, _ id: AgentID) throws(PortError) -> AgentCredentials {
        let isLost = with { state in
            state.agents[registration.name] = PoolAgent(id: id, name: registration.name, isOnline: false)
            if state.losesRegisterAnswers { return true }
            for (arn, container) in state.containers where container.agentName == registration.name {
                state.containers[arn]?.hasClaimed = true
            }
            return false
        }
        if isLost { throw PortError(code: .unavailable, message: "the answer was lost") }
        return AgentCredentials(
            agent: id, agentName: registration.name, pool: PoolID(rawValue: 12), poolName: "ecs-linux",
            serverURL: "https://dev.azure.com/fabrikam/", clientID: "client-\(id)",
            authorizationURL: "https://dev.azure.com/fabrikam/_apis/oauth2/token")
    }

    func register(_ registration: BoundRegistration) async throws(PortError) -> BoundRegistrationAnswer {
        try poolCall()
        let (error, isLost) = with { state in (state.registerError, state.losesRegisterAnswers) }
        if let error { throw error }
        let answer: BoundRegistrationAnswer = with { state in
            if let known = state.agents[registration.name] {
                return state.madeFor[registration.name] == registration.launch ? .registered(known.id) : .nameTaken
            }
            let id = AgentID(rawValue: state.madeFor.count + 700)
            state.agents[registration.name] = PoolAgent(id: id, name: registration.name, isOnline: false)
            state.madeFor[registration.name] = registration.launch
            return .registered(id)
        }
        if isLost { throw PortError(code: .unavailable, message: "the answer was lost") }
        return answer
    }

    func deregister(agentNamed name: String, madeFor launch: LaunchID) async throws(PortError) {
        guard with({ $0.madeFor[name] == launch }) else { return }
        try await deregister(agentNamed: name)
    }

    func disable(agentNamed name: String, id: AgentID?) async throws(PortError) {
        try poolCall()
        with { $0.agents[name]?.isEnabled = false }
    }

    func quiesce(agentNamed name: String) async throws(PortError) -> QuiesceAnswer {
        try poolCall()
        let pause = with { state in
            state.quiescing.append(name)
            return state.quiesceMilliseconds
        }
        if pause > 0 { try? await time.sleep(milliseconds: pause) }
        return with { state in
            guard state.agents[name] != nil else { return .quiesced }
            state.agents[name]?.isEnabled = false
            if let request = state.agents[name]?.assignedRequest { return .busy(request) }
            return .quiesced
        }
    }

    func deregister(agentNamed name: String) async throws(PortError) {
        try poolCall()
        let isBusy = with { state in
            guard state.agents[name]?.assignedRequest == nil else { return true }
            state.agents[name] = nil
            return false
        }
        if isBusy { throw PortError(code: .agentBusy, message: "the agent runs a job") }
    }
}

// MARK: The plans

extension World: PlanPort {
    func run(_ run: Int, project: String) async throws(PortError) -> PlanRun? {
        try call()
        if let error = with({ $0.planError }) { throw error }
        return with { state in state.planRuns[run].flatMap { $0.project == project ? $0 : nil } }
    }

    func opens(_ task: PlanTask, _ token: JobToken) async throws(PortError) -> Bool {
        try call()
        if let error = with({ $0.planError }) { throw error }
        return with { !$0.refusedTokens.contains(token.revealed) }
    }

    func tell(_ word: PlanWord, to task: PlanTask, as credential: PlanCredential) async -> PlanReception {
        do { try call() } catch { return .unheard(error.message, retryAfterSeconds: nil) }
        return with { state in
            if case .server = credential, !state.takesServersWord { return .refused("401") }
            if case .job(let token) = credential, state.refusedTokens.contains(token.revealed) {
                return .refused("401")
            }
            if let reception = state.planReception ?? state.receive(word) { return reception }
            state.planWords.append(word)
            return .taken
        }
    }
}
