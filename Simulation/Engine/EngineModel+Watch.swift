internal import SlipwayCore

/// `AgentTaskWatch` and `Timekeeper`.
extension EngineModel {
    func look() {
        let launches = book.filter(\.isAgentTaskWatched)
        guard !launches.isEmpty else { return lookLater(launches) }
        call(.describeTasks) { [world] in
            launches.map { $0.agentTask.map(world.status) ?? .missing }
        } then: {
            [self] statuses in
            guard let statuses else { return lookLater(launches) }
            tell(Array(zip(launches, statuses))[...], launches)
        }
    }

    private func tell(_ rest: ArraySlice<(Launch, AgentTaskStatus)>, _ launches: [Launch]) {
        guard let (launch, status) = rest.first else { return lookLater(launches) }
        guard launch.isNews(status) else { return tell(rest.dropFirst(), launches) }
        let observed = PoolReading.Event(launch: launch.id, event: .agentTaskObserved(status))
        guard case .stopped(let stop) = status else {
            try? apply([observed])
            note(observed.event, of: launch)
            return tell(rest.dropFirst(), launches)
        }
        hearLastWord(on: launch.id, heard: nil) { [self] heard in
            var words: [PoolReading.Event] = []
            if let heard, let now = self.launch(launch.id) {
                words = read(lastWord: heard.id, as: heard.request, of: now, after: stop)
            }
            try? apply(words + [observed])
            note(observed.event, of: launch)
            tell(rest.dropFirst(), launches)
        }
    }

    private typealias Heard = (id: JobRequestID, request: JobRequest?)

    private func hearLastWord(on id: LaunchID, heard: Heard?, then: @escaping (Heard?) -> Void) {
        guard let launch = launch(id), let request = launch.lastWordRequest, request != heard?.id else {
            return then(heard)
        }
        call(.readJobRequest) { [world] in
            world.jobRequest(request)
        } then: { [self] answer in
            guard let answer else {
                world.unheard.insert(id)
                return then(heard)
            }
            hearLastWord(on: id, heard: (request, answer), then: then)
        }
    }

    private func lookLater(_ launches: [Launch]) {
        let isActive = launches.contains(where: \.isMoving) || book.contains(where: \.isMoving)
        lookAt(world.now + (isActive ? Self.activeMilliseconds : Self.sweepMilliseconds))
    }

    private func lookAt(_ time: Int64) {
        lookIsDueAt = time
        after(time - world.now) { [self] in
            guard lookIsDueAt == time else { return }
            lookIsDueAt = nil
            look()
        }
    }

    /// `MoveSignal`: a launch that begins to move makes the next look come soon.
    func startedToMove() {
        guard let due = lookIsDueAt, due > world.now + Self.activeMilliseconds else { return }
        lookAt(world.now + 1)
    }

    func tick() {
        let now = world.clock
        for launch in book {
            if launch.isDue(at: now, recoveredAt: recoveredAt, sight: sight, rules: rules(for: launch)) {
                if (try? apply(.timePassed, to: launch.id)) ?? nil != nil { enqueue(launch.id) }
            } else if launch.effect(at: now) != nil {
                enqueue(launch.id)
            }
        }
        permitStarts()
        after(1_000) { [self] in tick() }
    }

    private func permitStarts() {
        let planned = book.filter { $0.state == .planned }
        for launch in planned.sorted(by: { ($0.createdAt, $0.id) < ($1.createdAt, $1.id) }) {
            guard bucket.take(at: world.clock) == nil else { return }
            permits.insert(launch.id)
            if (try? apply(.startPermitted, to: launch.id)) ?? nil != nil { enqueue(launch.id) }
        }
    }
}
