/// Something that changed, as it was at that moment. The run around it is looked up when the event is created, seconds
/// later: real captures show the same difference.
enum StateChange: Sendable {
    case run(PipelineRun)
    case stage(PipelineStage, runID: Int)
    case job(PipelineJob, key: JobKey)
    case build(PipelineRun)
}
