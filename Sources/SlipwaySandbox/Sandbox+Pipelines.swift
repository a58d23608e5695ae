/// What people do in Azure DevOps.
extension Sandbox {
    /// Queues a run and answers its id, which is the build's id too. Throws ``SandboxError`` for an unknown project or
    /// pool.
    @discardableResult
    public func queue(_ run: QueuedRun) throws(SandboxError) -> Int {
        do {
            return try azureDevOps.world.perform { world, now throws(AzureDevOpsError) in try world.queue(run, now: now)
            }
        } catch {
            throw SandboxError(.unknownThing, error.message)
        }
    }

    /// Cancels a run. Does nothing when it has finished.
    public func cancel(run id: Int) throws(SandboxError) {
        do {
            try azureDevOps.world.perform { world, now throws(AzureDevOpsError) in try world.cancelRun(id, now: now) }
        } catch {
            throw SandboxError(.unknownThing, error.message)
        }
    }

    /// Makes a subscription of web hooks, as the portal does. Answers its id.
    ///
    /// - Parameters:
    ///   - filters: further inputs of the event's publisher, for example `jobStateId`: `Waiting`.
    ///   - username: with `password`, the credentials that each post carries. They need an https URL.
    @discardableResult
    public func subscribe(
        to eventType: String, url: String, filters: [String: String] = [:], username: String? = nil,
        password: String? = nil
    ) throws(SandboxError) -> String {
        var inputs = ["url": url, "resourceDetailsToSend": "all"]
        inputs["basicAuthUsername"] = username
        inputs["basicAuthPassword"] = password
        let body = SubscriptionBody(
            publisherId: eventType == "build.complete" ? "tfs" : "pipelines", eventType: eventType,
            resourceVersion: eventType == "build.complete" ? "2.0" : "5.1-preview.1", consumerId: "webHooks",
            consumerActionId: "httpRequest",
            publisherInputs: filters.merging(["projectId": configuration.azureDevOps.projects[0].id]) { given, _ in
                given
            },
            consumerInputs: inputs
        )
        do {
            return try azureDevOps.hooks.perform { world, now throws(AzureDevOpsError) in
                try world.createSubscription(body, now: now).id
            }
        } catch {
            throw SandboxError(.unknownThing, error.message)
        }
    }

    /// Disables a subscription, as its owner does in the portal.
    public func disable(subscription id: String) throws(SandboxError) {
        do {
            try azureDevOps.hooks.perform { world, now throws(AzureDevOpsError) in
                try world.disableSubscription(id, now: now)
            }
        } catch {
            throw SandboxError(.unknownThing, error.message)
        }
    }

    /// Takes back the capacity of every running agent task on Spot: SIGTERM now, SIGKILL after its stop timeout.
    public func interruptSpot() {
        ecs.driver.perform { world, now in
            for task in world.tasks.values where task.capacityProvider == "FARGATE_SPOT" && task.status == .running {
                world.interruptSpot(task.id, now: now)
            }
        }
    }
}
