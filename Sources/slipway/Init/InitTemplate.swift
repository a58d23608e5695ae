/// The configuration file that `slipway init` writes: one property for each section. Each key has one line of comment.
struct InitTemplate: Sendable {
    let answers: InitAnswers

    private var given: InitGiven { answers.given }

    var text: String {
        [heading, receiver, claims, console, store, hooks, azureDevOps, aws, pools].map { $0 + "\n" }
            .joined(separator: "\n")
    }

    /// Whether a file with the secret of the claims is needed.
    var usesClaims: Bool { answers.claims == .used }

    private var heading: String {
        """
        # Slipway's configuration, begun by `slipway init`. Every key there is: docs/configuration.md.
        # What it could not find out is marked TO FILL IN. Then: slipway doctor --config \(comment(given.path))
        """
    }

    private var receiver: String {
        """
        receiver:
          # Where Azure DevOps, and the containers of agents, reach this server from outside.\(mark(answers.publicURL))
          publicURL: \(YAMLText.scalar(answers.publicURL))
          # Where it listens.
          host: 0.0.0.0
          port: 8443
          # The server's certificate with its chain, in PEM. Read again when it changes.
          certificate: \(YAMLText.scalar(given.certificatePath))
          # Its private key, in PEM, without a passphrase.
          privateKey: \(YAMLText.scalar(given.privateKeyPath))
        """
    }

    private var claims: String {
        let lines = [
            "claims:",
            "  # What the containers' one-time codes are made with.",
            "  secrets: [\(YAMLText.quoted("file:" + given.claimSecretPath))]",
        ]
        switch answers.claims {
        case .used:
            return
                (["# Agents are registered by Slipway, so that no token of the organization is in a container."] + lines)
                .joined(separator: "\n")
        case .notUsed(let reason):
            return (["# Not used: \(comment(reason)). See docs/agent-task.md."] + lines.map { "# " + $0 })
                .joined(separator: "\n")
        }
    }

    private var console: String {
        """
        console:
          # The operator's pages and metrics, on this machine alone. Elsewhere it needs a token.
          host: 127.0.0.1
          port: 8080
        """
    }

    private var store: String {
        """
        store:
          # The database, on a local disk. Its folder must exist.
          path: \(YAMLText.scalar(given.storePath ?? "/var/lib/slipway/slipway.db"))
        """
    }

    private var hooks: String {
        """
        hooks:
          # What Azure DevOps shows with each delivery. `slipway hooks install` gives it to the subscriptions.
          username: slipway
          # The present password; beside it the next one, while you change it.
          passwords: [\(YAMLText.quoted("file:" + given.hookPasswordPath))]
        """
    }

    private var azureDevOps: String {
        """
        azureDevOps:
          # The organization's URL.\(mark(answers.organization))
          organization: \(YAMLText.scalar(answers.organization))
          # A personal access token with Agent Pools (read, manage) and Build (read).
          token: \(YAMLText.quoted("file:" + given.tokenPath))
        """
    }

    private var aws: String {
        let endpoint = given.endpoint.map {
            "\n  # One endpoint for every AWS service: a proxy, or a simulator.\n  endpoint: \(YAMLText.scalar($0))"
        }
        return """
            aws:
              # The region of the cluster.\(mark(answers.region))
              region: \(YAMLText.scalar(answers.region))
              # The cluster that agent tasks run in.\(mark(answers.cluster))
              cluster: \(YAMLText.scalar(answers.cluster))\(endpoint ?? "")
              # The queue of the cluster's task state changes, which no other Slipway may read: docs/task-events.md.
              # eventQueueURL: \(YAMLText.scalar(answers.eventQueueURL ?? "https://sqs.…"))
            """
    }

    private var pools: String {
        ([
            "pools:",
            "  # The agent pool that is served, by its name in the organization.\(mark(answers.pool))",
            "  - name: \(YAMLText.scalar(answers.pool))",
            "    # How often the pool is read when nothing happens, in seconds.",
            "    sweepSeconds: 30",
            "    profiles:",
            "      # How a kind of job is served. More profiles answer to `demands`, and inherit the rest from the first.",
            "      - name: default",
            "        # The agents' task definition: its family, then the latest revision is taken.\(mark(answers.taskDefinition))",
            "        taskDefinition: \(YAMLText.scalar(answers.taskDefinition))",
            "        # The container in it that runs the agent.",
            "        container: \(YAMLText.scalar(answers.container))",
            "        # Agents at the same time.",
            "        maximumAgents: 50",
            "        # Where an agent task may run, tried in order.",
            "        placements:",
        ] + answers.placements.flatMap(placement)).joined(separator: "\n")
    }

    private func placement(_ placement: InitAnswers.Placement) -> [String] {
        let first =
            switch placement {
            case .capacityProvider(let name): "capacityProvider: \(YAMLText.scalar(name))"
            case .launchType(let name): "launchType: \(YAMLText.scalar(name))"
            }
        var lines = ["          - \(first)"]
        guard answers.needsSubnets else { return lines }
        lines += [
            "            # Subnets of one VPC, best in several zones.\(mark(answers.subnets.first ?? ""))",
            "            subnets: [\(answers.subnets.map(YAMLText.quoted).joined(separator: ", "))]",
        ]
        if answers.securityGroups.isEmpty {
            lines += [
                "            # Without this line the VPC's default security group.",
                #"            # securityGroups: ["sg-…"]"#,
            ]
        } else {
            lines += [
                "            # What the agents may reach; nothing needs to reach them.",
                "            securityGroups: [\(answers.securityGroups.map(YAMLText.quoted).joined(separator: ", "))]",
            ]
        }
        return lines + [
            "            # true in a subnet without a NAT gateway.",
            "            assignPublicIP: \(answers.assignsPublicIP)",
        ]
    }

    private func mark(_ value: String) -> String { value.contains(InitAnswers.unknown) ? " TO FILL IN" : "" }

    /// Text from outside, in a comment: on one line.
    private func comment(_ text: String) -> String { harmless(text) }
}

/// Values as YAML.
enum YAMLText {
    /// Plain where nothing can be taken for anything else, else in quotes.
    static func scalar(_ text: String) -> String {
        let isPlain =
            text.first.map { $0.isASCII && ($0.isLetter || $0 == "/") } == true && text.last != ":"
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                default: "./:_-".utf8.contains(byte)
                }
            }
        return isPlain && !words.contains(text.lowercased()) ? text : quoted(text)
    }

    /// In double quotes.
    static func quoted(_ text: String) -> String {
        let escaped = text.unicodeScalars.reduce(into: "") { escaped, scalar in
            switch scalar {
            case "\"", "\\": escaped += "\\" + String(scalar)
            case _ where isHarmful(scalar): escaped += escape(scalar)
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return "\"\(escaped)\""
    }

    private static func escape(_ scalar: Unicode.Scalar) -> String {
        let digits = String(scalar.value, radix: 16)
        return "\\U" + String(repeating: "0", count: 8 - digits.count) + digits
    }

    private static let words: Set = ["true", "false", "yes", "no", "on", "off", "null", "y", "n"]
}
