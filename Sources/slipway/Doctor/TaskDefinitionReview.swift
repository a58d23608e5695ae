internal import AWSClient
internal import SlipwayCore

/// Holds a task definition against the profiles that use it. Pure.
struct TaskDefinitionReview {
    private let definition: TaskDefinition
    private let profiles: [Profile]
    /// The command that shows the definition.
    private let mend: String

    init(_ definition: TaskDefinition, profiles: [Profile], mend: String) {
        self.definition = definition
        self.profiles = profiles
        self.mend = mend
    }

    var findings: [Finding] {
        guard definition.isActive else {
            return [
                .failed(
                    "\(definition.taskDefinitionARN) is \(definition.status ?? "of no status"), not ACTIVE",
                    mend: "register it again, or name another one as taskDefinition")
            ]
        }
        return [.ok("\(definition.taskDefinitionARN) is ACTIVE")] + containerFindings + fargateFindings
    }

    /// Profiles may share a container: it is looked at once.
    private var containerFindings: [Finding] {
        let names = profiles.map(\.container).reduce(into: [String]()) { names, name in
            if !names.contains(name) { names.append(name) }
        }
        return names.flatMap { name in
            guard let container = definition.containerDefinitions.first(where: { $0.name == name }) else {
                let known = definition.containerDefinitions.map(\.name).joined(separator: ", ")
                return [
                    Finding.failed("it has no container \(name)", mend: "set container to one of its own: \(known)")
                ]
            }
            return tokens(container) + [logs(container), stop(container)].compactMap { $0 }
        }
    }

    /// By the form that the profiles with this container register in.
    private func tokens(_ container: ContainerDefinition) -> [Finding] {
        let using = profiles.filter { $0.container == container.name }
        var findings: [Finding] = []
        if using.contains(where: { $0.registration == .byContainer }) { findings.append(token(container)) }
        let claiming = using.filter { $0.registration == .byClaim }
        if !claiming.isEmpty { findings += claimFindings(container, claiming.map(\.name), isShared: !findings.isEmpty) }
        return findings
    }

    /// A preregistered agent needs no token, and a job can read the one that is there.
    private func claimFindings(_ container: ContainerDefinition, _ names: [String], isShared: Bool) -> [Finding] {
        let profiles = names.joined(separator: ", ")
        if definition.isForWindows {
            return [
                .failed(
                    "\(profiles): agents on Windows can't be preregistered, since their key is kept by Windows",
                    mend: "set registration: self in the profile")
            ]
        }
        let holdsToken =
            container.secrets.contains { $0.name.hasPrefix("AZP_TOKEN") || $0.name == "AZP_CLIENTSECRET" }
            || container.environment.contains { $0.name.hasPrefix("AZP_TOKEN") || $0.name == "AZP_CLIENTSECRET" }
        guard holdsToken else {
            return isShared ? [] : [.ok("container \(container.name) gets no credential of the organization")]
        }
        guard !isShared else {
            return [
                .warning(
                    "container \(container.name) gets a credential for profiles that register themselves, and jobs of "
                        + "\(profiles) can read it",
                    mend: "give these profiles a task definition of their own, without it")
            ]
        }
        return [
            .warning(
                "container \(container.name) gets a credential of the organization, which preregistered agents don't need",
                mend: "remove AZP_TOKEN from its secrets and environment: \(mend)")
        ]
    }

    /// The official container contract: a token, or a service principal and its secret. What is secret comes from `secrets`
    /// alone, since anybody who may describe the definition reads its `environment`.
    private func token(_ container: ContainerDefinition) -> Finding {
        let secrets = Set(container.secrets.map(\.name))
        let environment = Set(container.environment.map(\.name))
        let advice = #"add {"name": "AZP_TOKEN", "valueFrom": "<secret's ARN>"} to the container's secrets"#
        if let exposed = Self.credentials.first(where: environment.contains) {
            return .failed(
                "\(exposed) stands in the environment of container \(container.name), for everybody to read",
                mend: "remove it there, replace what it holds, and "
                    + #"add {"name": "\#(exposed)", "valueFrom": "<secret's ARN>"} to the container's secrets"#)
        }
        if environment.contains("AZP_TOKEN_FILE") {
            return .ok("container \(container.name) reads its token from a file, which is not looked at")
        }
        guard let credential = Self.credentials.first(where: secrets.contains) else {
            return .failed("container \(container.name) gets no AZP_TOKEN from secrets", mend: advice)
        }
        let missing = ["AZP_CLIENTID", "AZP_TENANTID"].filter { !secrets.union(environment).contains($0) }
        if credential == "AZP_CLIENTSECRET", !missing.isEmpty {
            return .failed(
                "container \(container.name) gets AZP_CLIENTSECRET without \(missing.joined(separator: " and "))",
                mend: "add what is missing to its environment: \(mend)")
        }
        guard definition.executionRoleARN != nil else {
            return .failed(
                "there is no executionRoleArn, so ECS can't read the secret \(credential)",
                mend: "set executionRoleArn to a role with secretsmanager:GetSecretValue on it")
        }
        return .ok("container \(container.name) gets \(credential) from secrets")
    }

    private static let credentials = ["AZP_TOKEN", "AZP_CLIENTSECRET"]

    private func logs(_ container: ContainerDefinition) -> Finding {
        guard let configuration = container.logConfiguration else {
            return .warning(
                "container \(container.name) has no logConfiguration: an agent that doesn't come online leaves no trace",
                mend: "add one with the driver awslogs, with awslogs-group, awslogs-region and awslogs-stream-prefix")
        }
        return .ok("container \(container.name) logs by \(configuration.logDriver)")
    }

    /// A cancelled job may take thirty seconds to report.
    private func stop(_ container: ContainerDefinition) -> Finding? {
        let seconds = container.stopTimeoutSeconds ?? 30
        guard seconds <= 30 else { return nil }
        return .warning(
            "container \(container.name) is killed \(seconds) s after it is asked to stop: too soon for a job to report",
            mend: "set stopTimeout to 120")
    }

    private var fargateFindings: [Finding] {
        let onFargate = profiles.filter { $0.placements.contains(where: \.isFargate) }
        guard !onFargate.isEmpty else { return [] }
        guard definition.compatibilities.contains("FARGATE") || definition.requiresCompatibilities.contains("FARGATE")
        else {
            return [
                .failed(
                    "it is not made for Fargate, where \(onFargate.map(\.name).joined(separator: ", ")) may run",
                    mend: #"register it with "requiresCompatibilities": ["FARGATE"] and "networkMode": "awsvpc""#)
            ]
        }
        return onFargate.map(size)
    }

    private func size(_ profile: Profile) -> Finding {
        let cpu = profile.cpu ?? definition.cpu.flatMap { Int($0) }
        let memory = profile.memory ?? definition.memory.flatMap { Int($0) }
        if let complaint = FargatePair.complaint(cpu: cpu, memory: memory) {
            return .failed("profile \(profile.name): \(complaint.found)", mend: complaint.mend)
        }
        guard let cpu, let memory else {
            return .failed(
                "profile \(profile.name) has no cpu or no memory, here or in the definition", mend: "set both: \(mend)")
        }
        return .ok("profile \(profile.name): cpu \(cpu) and memory \(memory) are a pair of Fargate's")
    }
}
