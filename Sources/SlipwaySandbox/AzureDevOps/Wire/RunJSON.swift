import Foundation

/// The parts of a run that events and answers share.
struct RunJSON: Sendable {
    private let source: PipelineRun
    private let baseURL: String

    init(run: PipelineRun, baseURL: String) {
        source = run
        self.baseURL = baseURL
    }

    private var projectURL: String { "\(baseURL)/\(source.project.id)" }
    private var pipelineURL: String { "\(projectURL)/_apis/pipelines/\(source.pipeline.id)?revision=1" }
    private var webURL: String { "\(projectURL)/_build/results?buildId=\(source.id)" }
    private var definitionURL: String { "\(projectURL)/_build/definition?definitionId=\(source.pipeline.id)" }
    var runURL: String { "\(projectURL)/_apis/pipelines/\(source.pipeline.id)/runs/\(source.id)" }

    static let commit = "c58505db78c16b9053653861cdcbd446ef4975ab"
    static let repositoryID = "487e28f0-8046-41cf-8eee-a566eeca25e3"

    private var webLinks: JSONValue {
        ["web": ["href": .string(webURL)], "pipeline.web": ["href": .string(definitionURL)]]
    }

    func job(_ job: PipelineJob, state: String) -> JSONValue {
        .members([
            "_links": webLinks, "id": .string(job.id), "name": .string(job.specification.displayName),
            "attempt": .integer(job.attempt), "state": .string(state),
            "result": job.result.map { .string($0.rawValue) },
            "startTime": job.startedAt.map { .string(Timestamp.azure($0)) } ?? .null,
            "finishTime": job.finishedAt.map { .string(Timestamp.azure($0)) },
        ])
    }

    func stage(_ stage: PipelineStage) -> JSONValue {
        .members([
            "_links": webLinks, "id": .string(stage.id), "name": .string(stage.name),
            "displayName": .string(stage.displayName), "attempt": .integer(stage.attempt),
            "state": .string(stage.state.rawValue), "result": stage.result.map { .string($0.rawValue) },
            "startTime": stage.startedAt.map { .string(Timestamp.azure($0)) } ?? .null,
            "finishTime": stage.finishedAt.map { .string(Timestamp.azure($0)) },
        ])
    }

    var pipeline: JSONValue {
        [
            "url": .string(pipelineURL), "id": .integer(source.pipeline.id), "revision": 1,
            "name": .string(source.pipeline.name),
            "folder": "\\",
        ]
    }

    var repositories: JSONValue {
        let person: JSONValue = ["name": "Example User", "email": "user@example.com", "date": "2026-01-04T19:40:40Z"]
        return [
            [
                "alias": "self", "id": .string(Self.repositoryID), "type": "Git",
                "change": [
                    "author": person, "committer": person, "message": "Set up CI with Azure Pipelines",
                    "version": .string(Self.commit),
                ],
                "url": .string("\(baseURL)/\(source.project.name)/_git/\(source.project.name)"),
            ]
        ]
    }

    var identity: JSONValue {
        let id = "6ad1a6c6-d8d7-6922-b071-7dcb9c3a7206"
        let descriptor = "aad.NmFkMWE2YzYtZDhkNy03OTIyLWIwNzEtN2RjYjljM2E3MjA2"
        let avatar = "\(baseURL)/_apis/GraphProfile/MemberAvatars/\(descriptor)"
        return [
            "displayName": "Example User", "url": .string("\(baseURL)/_apis/Identities/\(id)"),
            "_links": ["avatar": ["href": .string(avatar)]], "id": .string(id), "uniqueName": "user@example.com",
            "imageUrl": .string(avatar), "descriptor": .string(descriptor),
        ]
    }

    var run: JSONValue {
        .members([
            "_links": [
                "self": ["href": .string(runURL)], "web": ["href": .string(webURL)],
                "pipeline.web": ["href": .string(definitionURL)], "pipeline": ["href": .string(pipelineURL)],
            ],
            "templateParameters": [:], "pipeline": pipeline, "state": .string(source.state.rawValue),
            "result": source.result.map { .string($0.rawValue) },
            "createdDate": .string(Timestamp.azure(source.createdAt)),
            "finishedDate": source.finishedAt.map { .string(Timestamp.azure($0)) }, "url": .string(runURL),
            "resources": [
                "repositories": [
                    "self": [
                        "repository": ["id": .string(Self.repositoryID), "type": "azureReposGit"],
                        "refName": "refs/heads/main", "version": .string(Self.commit),
                    ]
                ]
            ],
            "id": .integer(source.id), "name": .string(source.name),
        ])
    }
}
