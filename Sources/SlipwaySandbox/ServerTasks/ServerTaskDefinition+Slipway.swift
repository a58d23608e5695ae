/// What `extension/SlipwayAgent/task.json` and `extension/SlipwayGate/task.json` say: a test compares.
extension ServerTaskDefinition {
    public static let slipwayAgent = Self(
        name: "SlipwayAgent",
        inputs: [
            "slipwayConnection": "", "pool": "", "profile": "", "key": "agent", "cpu": "", "memory": "",
            "ephemeralStorage": "", "image": "", "wait": "registered", "timeoutMinutes": "15",
        ],
        execute: Call(
            url: "$(endpoint.url)/tasks/agent", headers: json,
            body: #"{"protocol":1,"plan":{"# + plan + #"},"inputs":{"pool":"$(pool)","profile":"$(profile)","#
                + #""cpu":"$(cpu)","memory":"$(memory)","ephemeralStorage":"$(ephemeralStorage)","image":"$(image)","#
                + #""key":"$(key)","wait":"$(wait)","timeoutMinutes":"$(timeoutMinutes)"}}"#,
            waitsForCompletion: true),
        cancel: Call(
            url: "$(endpoint.url)/tasks/agent/cancel", headers: json, body: #"{"protocol":1,"plan":{"# + plan + "}}")
    )

    public static let slipwayGate = Self(
        name: "SlipwayGate", inputs: ["slipwayConnection": "", "pool": "", "profile": ""],
        execute: Call(
            url: "$(endpoint.url)/tasks/gate", headers: json,
            body: #"{"protocol":1,"plan":{"PlanUrl":"$(system.CollectionUri)","ProjectId":"$(system.TeamProjectId)","#
                + #""HubName":"$(system.HostType)","PlanId":"$(system.PlanId)","JobId":"$(system.JobId)","#
                + #""TaskInstanceId":"$(system.TaskInstanceId)"},"#
                + #""inputs":{"pool":"$(pool)","profile":"$(profile)"}}"#,
            expression: "eq(root['status'], 'available')")
    )

    private static let json = #"{"Content-Type":"application/json"}"#
    private static let plan =
        #""PlanUrl":"$(system.CollectionUri)","ProjectId":"$(system.TeamProjectId)","HubName":"$(system.HostType)","#
        + #""PlanId":"$(system.PlanId)","JobId":"$(system.JobId)","TimelineId":"$(system.TimelineId)","#
        + #""TaskInstanceId":"$(system.TaskInstanceId)","StageAttempt":"$(System.StageAttempt)","#
        + #""JobAttempt":"$(System.JobAttempt)","BuildId":"$(Build.BuildId)","AuthToken":"$(system.AccessToken)""#
}
