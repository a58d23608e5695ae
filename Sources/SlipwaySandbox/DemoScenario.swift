/// The jobs that `slipway demo` queues in its scenarios `jobs` and `warm`, and the events that Slipway subscribes to.
public enum DemoScenario {
    public static let eventTypes: [(type: String, filters: [String: String])] = [
        ("ms.vss-pipelines.job-state-changed-event", ["jobStateId": "Waiting"]),
        ("ms.vss-pipelines.job-state-changed-event", ["jobStateId": "Running"]),
        ("ms.vss-pipelines.job-state-changed-event", ["jobStateId": "Completed"]),
        ("ms.vss-pipelines.run-state-changed-event", [:]), ("ms.vss-pipelines.stage-state-changed-event", [:]),
    ]

    public static let runs: [QueuedRun] = [
        QueuedRun(
            pipeline: .init(id: 7, name: "shipyard-ci"),
            jobs: [
                .init(name: "build", duration: .seconds(40)), .init(name: "test", duration: .seconds(60)),
                .init(name: "lint", duration: .seconds(20), result: .failed),
            ]),
        QueuedRun(
            pipeline: .init(id: 8, name: "shipyard-images"),
            jobs: [
                .init(name: "image", demands: ["slipway.size -equals large"], duration: .seconds(50)),
                .init(name: "scan", duration: .seconds(30)),
            ]),
    ]
    /// One job more than the two agents that wait for it.
    public static let afterWarmUp = QueuedRun(
        pipeline: .init(id: 7, name: "shipyard-ci"),
        jobs: [
            .init(name: "build", duration: .seconds(40)), .init(name: "test", duration: .seconds(60)),
            .init(name: "lint", duration: .seconds(20)),
        ])
}
