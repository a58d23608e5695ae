internal import Logging
internal import SlipwayCore

/// Makes committed changes of what the cluster says of agent tasks, whichever way it came.
struct AgentTaskRecorder: Sendable {
    /// What the cluster says of a launch's agent task.
    struct Sighting: Sendable {
        /// As it was known when the cluster said so.
        var launch: Launch
        var status: AgentTaskStatus
        var facts: AgentTaskFacts?
    }

    let parts: EngineParts
    /// Job requests that are read at once.
    private static let maximumReads = 8
    /// Of one launch, after its agent task has stopped.
    private static let maximumQuestions = 3
    /// Of one launch. A pool that doesn't answer holds up what the cluster tells of every other.
    private static let lastWordMilliseconds: Int64 = 20_000
    /// Of all that stopped at once, after which no further one is asked for.
    private static let lastWordsMilliseconds: Int64 = 120_000

    /// Applies sightings, in order for each launch. What they change is on disk when it returns. Answers the launches
    /// that changed.
    @discardableResult
    func record(_ all: [Sighting]) async throws(StoreError) -> [Launch] {
        let sightings = all.filter { $0.launch.isNews($0.status) }
        let heard = await lastWords(sightings)
        var events: [PoolReading.Event] = []
        for (sighting, word) in zip(sightings, heard) {
            if let word { events += await read(word, of: sighting) }
            events.append(.init(launch: sighting.launch.id, event: .agentTaskObserved(sighting.status, sighting.facts)))
        }
        let changed = try await parts.book.apply(events)
        for launch in changed { parts.effects.enqueue(launch.id) }
        // That an agent task came up, or was stopped for want of room, says something of its rung.
        let rungs = RungReports(book: parts.book, directory: parts.directory, logger: parts.logger)
        let ids = Set(changed.map(\.id))
        for sighting in sightings where ids.contains(sighting.launch.id) && sighting.isFirstOfItsKind {
            await rungs.take(.agentTaskObserved(sighting.status), of: sighting.launch)
        }
        return changed
    }

    /// What a word says of the launch as it is now: it may have been seen to be given the job while the word was asked for. An
    /// agent that has stopped receives nothing any more, so the word is none the older for that.
    private func read(_ word: LastWord.Heard, of sighting: Sighting) async -> [PoolReading.Event] {
        guard case .stopped(let stop) = sighting.status else { return [] }
        let launch = await parts.book.launch(sighting.launch.id) ?? sighting.launch
        return SlipwayCore.read(lastWord: word.id, as: word.request, of: launch, after: stop)
    }

    private func lastWords(_ sightings: [Sighting]) async -> [LastWord.Heard?] {
        var words: [LastWord.Heard?] = Array(repeating: nil, count: sightings.count)
        await withTaskGroup(of: (Int, LastWord).self) { group in
            let beganAt = parts.time.now()
            var running = 0
            var out: Set<PoolID> = []
            for (index, sighting) in sightings.enumerated() {
                guard case .stopped = sighting.status else { continue }
                if running == Self.maximumReads, let (index, word) = await group.next() {
                    words[index] = word.heard
                    if word.isServiceOut { out.insert(sightings[index].launch.pool) }
                    running -= 1
                }
                // A crowd that stops while the service is out would be asked about for half an hour, one try after the other,
                // and the cluster forgets within an hour why each of them stopped.
                if parts.time.now().millisecondsSince(beganAt) >= Self.lastWordsMilliseconds { break }
                if out.contains(sighting.launch.pool) { continue }
                group.addTask { (index, await lastWordInTime(on: sighting.launch)) }
                running += 1
            }
            for await (index, word) in group { words[index] = word.heard }
        }
        return words
    }

    private struct LastWord {
        struct Heard {
            var id: JobRequestID
            /// nil: the service doesn't know it.
            var request: JobRequest?
        }
        var heard: Heard?
        var isServiceOut = false
    }

    private func lastWordInTime(on launch: Launch) async -> LastWord {
        await withTaskGroup(of: LastWord?.self) { group in
            group.addTask { await lastWord(on: launch) }
            group.addTask {
                try? await parts.time.sleep(milliseconds: Self.lastWordMilliseconds)
                return nil
            }
            var isInTime = true
            while let first = await group.next() {
                group.cancelAll()
                if var word = first {
                    // What was heard before the time was up counts.
                    word.isServiceOut = word.isServiceOut || !isInTime
                    return word
                }
                isInTime = false
            }
            return LastWord(isServiceOut: true)
        }
    }

    /// Before an end is taken for a failure: the job may have come, run and gone between two looks. Asked anew where the
    /// agent was seen to be given a job meanwhile.
    private func lastWord(on known: Launch) async -> LastWord {
        var launch = await parts.book.launch(known.id) ?? known
        var words = LastWord()
        var asked: JobRequestID?
        for _ in 0..<Self.maximumQuestions {
            guard let id = launch.lastWordRequest, id != asked, let port = parts.directory[launch.pool]?.port else {
                return words
            }
            asked = id
            do {
                words.heard = LastWord.Heard(id: id, request: try await port.jobRequest(id))
            } catch {
                // The end is taken as the cluster tells it; what the job's end adds is still learnt while cleaning.
                parts.logger.warning(
                    "The job of a stopped agent task could not be read",
                    metadata: ["launch.id": "\(launch.id)", "error": "\(error)"])
                words.isServiceOut = error.code == .unavailable || error.code == .throttled
                return words
            }
            launch = await parts.book.launch(known.id) ?? launch
        }
        return words
    }
}

extension AgentTaskRecorder.Sighting {
    /// What it tells was not known of the launch: one agent task says one thing of its rung.
    fileprivate var isFirstOfItsKind: Bool {
        switch status {
        case .running: launch.runningAt == nil
        case .stopped: launch.agentTaskStop == nil
        case .pending, .stopping, .missing: false
        }
    }
}
