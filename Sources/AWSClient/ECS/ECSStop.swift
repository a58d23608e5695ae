/// Why a task stopped, read from `stopCode`, `stoppedReason` and its containers. Pure.
public struct ECSStop: Sendable, Hashable {
    public enum Cause: String, Sendable, Hashable, CaseIterable {
        /// The container ended by itself; `exitCode` tells how.
        case exited
        /// Killed for using more memory than it may.
        case outOfMemory
        /// Fargate Spot took the capacity back.
        case spotInterruption
        /// Somebody, we included, called StopTask.
        case stoppedByUser
        /// A service's scheduler stopped it.
        case stoppedByService
        /// The image could not be pulled.
        case imagePull
        /// The network interface could not be made or connected.
        case network
        /// Secrets, registry credentials, log group or storage could not be set up.
        case resourceInitialization
        /// No capacity was found after the call had succeeded.
        case capacity
        /// The container runtime could not start it.
        case containerStart
        case unknown
    }

    /// Whether starting the same again can help.
    public enum Remedy: String, Sendable, Hashable, CaseIterable {
        /// A passing trouble: again, with a new client token.
        case relaunch
        /// It would fail again until somebody changes something.
        case changeConfiguration
        /// Nothing failed, or that can't be told from here.
        case none
    }

    public var cause: Cause
    public var remedy: Remedy
    /// True only when ECS says that the task failed to start and it has no start time: then nothing of it ran, and
    /// launching again can't do work twice.
    public var neverRan: Bool
    /// Of the container asked about; nil when it never started.
    public var exitCode: Int?
    /// For a person.
    public var sentence: String
}

extension ECSTask {
    /// Why it stopped or is stopping; nil while it is neither.
    ///
    /// - Parameter container: whose exit counts; nil, or a name that is not there, takes the first container that has
    ///   an exit code or a reason.
    public func stop(container name: String? = nil) -> ECSStop? {
        guard self.isStopped || self.stopCode != nil || self.desiredStatus == .stopped else { return nil }
        let container =
            self.containers.first { $0.name == name }
            ?? self.containers.first { $0.exitCode != nil || $0.reason != nil }
        let texts = [self.stoppedReason, container?.reason].compactMap { $0 }
        let (cause, remedy) = classifyStop(text: texts.joined(separator: " "), container: container)
        return ECSStop(
            cause: cause, remedy: remedy, neverRan: self.stopCode == .taskFailedToStart && self.startedAt == nil,
            exitCode: container?.exitCode,
            sentence: stopSentence(cause: cause, exitCode: container?.exitCode, texts: texts)
        )
    }

    /// The texts tell more than the code, but for Spot: a process that obeys SIGTERM exits with 0 there too.
    private func classifyStop(text: String, container: ECSContainer?) -> (ECSStop.Cause, ECSStop.Remedy) {
        let isSpot = self.stopCode == .spotInterruption || self.stopCode == .terminationNotice
        if isSpot || text.contains("Spot Task was interrupted") { return (.spotInterruption, .relaunch) }
        if self.stopCode == .userInitiated { return (.stoppedByUser, .none) }
        if self.stopCode == .serviceSchedulerInitiated { return (.stoppedByService, .none) }
        if let known = StopText.all.first(where: { $0.matches(text) }) { return (known.cause, known.remedy) }
        if container?.exitCode != nil { return (.exited, .none) }
        return (.unknown, self.stopCode == .taskFailedToStart ? .relaunch : .none)
    }

    private func stopSentence(cause: ECSStop.Cause, exitCode: Int?, texts: [String]) -> String {
        let meaning: String
        switch cause {
        case .exited: meaning = exitMeaning(exitCode)
        case .outOfMemory: meaning = "The container was killed because it used more memory than it may"
        case .spotInterruption: meaning = "Fargate Spot took the capacity back"
        case .stoppedByUser: meaning = "The agent task was stopped by a StopTask call"
        case .stoppedByService: meaning = "The agent task was stopped by an ECS service"
        case .imagePull: meaning = "The image could not be pulled"
        case .network: meaning = "The network interface could not be set up"
        case .resourceInitialization: meaning = "Secrets, registry access, logs or storage could not be set up"
        case .capacity: meaning = "ECS found no capacity for the agent task"
        case .containerStart: meaning = "The container could not be started"
        case .unknown: meaning = self.isStopped ? "The agent task stopped" : "The agent task is being stopped"
        }
        let words = AWSError.cleaned(texts.joined(separator: "; "), charactersMaximum: 400)
        return words.isEmpty ? "\(meaning)." : "\(meaning) (\(words))."
    }

    private func exitMeaning(_ exitCode: Int?) -> String {
        switch exitCode {
        case 0?: return "The container ended normally"
        case 137?: return "The container was killed (exit code 137)"
        case 143?: return "The container ended after SIGTERM (exit code 143)"
        case let code?: return "The container ended with exit code \(code)"
        case nil: return "The container ended"
        }
    }
}
