/// What becomes of a stage whose jobs were interrupted.
public enum StageRetry: Hashable, Sendable {
    /// It is not over yet: its other jobs run on.
    case wait
    /// Its failed jobs are run again, with one call for all of them.
    case retry(stage: String)
    /// It has been run again before, by whomever.
    case alreadyRetried(stage: String)
    /// Nothing is done, because of this.
    case leave(String)

    /// Decides for the stage of one interrupted job. Pure.
    ///
    /// - Parameters:
    ///   - job: its identifier in the timeline.
    ///   - interrupted: those of all jobs of the run that are known to have been interrupted.
    public init(of job: String, interrupted: Set<String>, in timeline: RunTimeline) {
        guard let stage = timeline.stage(of: job) else {
            self = .leave("the run's timeline does not tell its stage")
            return
        }
        guard stage.attempt == 1 else {
            self = .alreadyRetried(stage: stage.name)
            return
        }
        guard stage.isCompleted else {
            self = .wait
            return
        }
        let unfinished = timeline.jobs(of: stage).filter { !Self.wellEnded.contains($0.result ?? "") }
        guard unfinished.contains(where: { $0.id == job }) else {
            self = .leave("the job ended well all the same")
            return
        }
        // A retry would run them again too, and nobody asked for that.
        if let other = unfinished.first(where: { !interrupted.contains($0.id) }) {
            self = .leave("job \(other.name) of stage \(stage.name) ended as \(other.result ?? "unknown") by itself")
            return
        }
        self = .retry(stage: stage.name)
    }

    private static let wellEnded: Set<String> = ["succeeded", "succeededWithIssues", "skipped"]
}
