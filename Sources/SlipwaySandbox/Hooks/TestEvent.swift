import Foundation

/// The canned event that the Test button sends: state completed, a made-up run, and no project id in its resource.
enum TestEvent {
    static func make(_ body: SubscriptionBody, id: String, project: SandboxConfiguration.Project, now: Date)
        -> PublishedEvent
    {
        let date = JSONValue.string(Timestamp.azure(now))
        let pipeline: JSONValue = [
            "url": "https://codedev.ms/org/f5f5f5f5-aaaa-bbbb-cccc-d6d6d6d6d6d6/_apis/Pipelines/2?revision=2", "id": 2,
            "revision": 2, "name": "TEST-CI", "folder": "\\",
        ]
        let run: JSONValue = [
            "pipeline": pipeline, "state": "completed", "result": "succeeded", "createdDate": date,
            "finishedDate": date,
            "id": 2, "name": "2",
        ]
        let stage: JSONValue = [
            "id": "e4e4e4e4-ffff-aaaa-bbbb-c5c5c5c5c5c5", "name": "__default", "displayName": .null,
            "state": "completed",
            "result": "succeeded", "startTime": .null, "finishTime": .null,
        ]
        let job: JSONValue = [
            "id": "d3d3d3d3-eeee-ffff-aaaa-b4b4b4b4b4b4", "name": "__default", "state": "completed",
            "result": "succeeded",
            "startTime": date, "finishTime": date,
        ]
        let text = "Run 20241121.5 stage Build job Compile succeeded."
        return PublishedEvent(
            id: id, eventType: body.eventType ?? "", publisherID: body.publisherId ?? "",
            resourceVersion: body.resourceVersion ?? "5.1-preview.1", project: project, filters: [:],
            message: .init(text: text, html: text, markdown: text),
            resource: ["job": job, "stage": stage, "run": run, "pipeline": pipeline, "repositories": []],
            createdAt: now,
            state: "completed"
        )
    }
}
