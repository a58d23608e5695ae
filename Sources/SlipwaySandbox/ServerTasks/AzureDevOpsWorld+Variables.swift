/// What macros and runtime expressions stand for in a job.
extension AzureDevOpsWorld {
    /// By lower-case name.
    func variables(of key: JobKey) -> [String: String] {
        guard let run = runs[key.runID] else { return [:] }
        var values = [
            "build.buildid": String(run.id), "build.buildnumber": run.name, "system.collectionuri": baseURL + "/",
            "system.teamprojectid": run.project.id, "system.teamproject": run.project.name,
            "system.hosttype": "build", "system.planid": run.planID,
        ]
        for (name, value) in run[key].variables { values[name.lowercased()] = value }
        return values
    }

    /// The job's own variables, with the outputs of the jobs that it depends on put in. Taken when the job starts.
    func resolvedVariables(of key: JobKey) -> [String: String] {
        guard let specification = runs[key.runID]?[key].specification else { return [:] }
        return specification.variables.mapValues { withOutputs($0, for: key) }
    }

    /// Text with each `$[ dependencies.JOB.outputs['STEP.NAME'] ]` replaced; empty where there is no such output.
    func withOutputs(_ text: String, for key: JobKey) -> String {
        guard text.contains("$["), let stage = runs[key.runID]?.stages[key.stage] else { return text }
        let dependencies = Set(stage.jobs[key.job].specification.dependsOn.map { $0.lowercased() })
        return text.replacing(/\$\[\s*dependencies\.(\w{1,100})\.outputs\['([^']{1,200})'\]\s*\]/) { match in
            let name = match.1.lowercased()
            guard dependencies.contains(name) else { return "" }
            let job = stage.jobs.first { $0.specification.name.lowercased() == name }
            return job?.outputs[match.2.lowercased()] ?? ""
        }
    }

    /// For the templates of a server task: its inputs, its connection, and the variables of its job.
    func values(
        of serverTask: QueuedRun.ServerTask, _ id: ServerTaskID, job key: JobKey, token: String
    ) -> [String: String] {
        var values = variables(of: key)
        let job = runs[key.runID]?[key]
        values["system.jobid"] = job?.id
        values["system.timelineid"] = id.planID
        values["system.taskinstanceid"] = id.instanceID
        values["system.accesstoken"] = token
        if configuration.knowsAttempts {
            values["system.stageattempt"] = String(runs[key.runID]?.stages[key.stage].attempt ?? 1)
            values["system.jobattempt"] = String(job?.attempt ?? 1)
        }
        return withInputs(of: serverTask, values)
    }

    /// Inputs come from the pipeline's text, where macros are replaced too.
    func withInputs(of serverTask: QueuedRun.ServerTask, _ variables: [String: String]) -> [String: String] {
        var values = variables
        for (name, usual) in serverTask.definition.inputs {
            let text = MacroText.expand(serverTask.inputs[name] ?? usual, variables)
            if text.isEmpty, configuration.leavesMacrosOfEmptyInputs { continue }
            values[name.lowercased()] = text
        }
        values["endpoint.url"] = serverTasks.connections[serverTask.connection]?.url
        return values
    }
}
