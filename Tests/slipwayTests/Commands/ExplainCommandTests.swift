import Foundation
import SlipwayCore
import SlipwaySQLite
import Testing

@testable import slipway

/// `slipway explain` and `slipway deliveries`, run as a user runs them.
@Suite struct ExplainCommandTests {
    private func run(_ arguments: [String]) throws -> BuiltProgram.Result {
        let result = try BuiltProgram.run(arguments)
        #expect(!result.output.unicodeScalars.contains { $0 != "\n" && isHarmful($0) }, "\(result.output)")
        #expect(!result.messages.unicodeScalars.contains { $0 != "\n" && isHarmful($0) }, "\(result.messages)")
        return result
    }

    @Test func `A job is told from its waiting to its end, with reasons, times and cost`() async throws {
        let store = try await AuditStore()
        #expect(!store.launch.isOpen)
        for target in ["4711", "request-4711", AuditStore.job] {
            let result = try run(["explain", target, "--store", store.path])
            #expect(result.status == 0, "\(result.messages)")
            let text = result.output
            #expect(
                text.hasPrefix(
                    "Job request 4711 waited 1 min 42 s for an agent: 1 min 10 s for its agent to start, 29 s held because "
                        + "profile small has its maximum of 50 agents, 3.0 s until Slipway decided on it.\n"))
            for sentence in [
                "delivery-1 announced: job waiting.", "delivery-2 announced: job waiting, once more.",
                "It waited: profile small has its maximum of 50 agents. That lasted 29 s.",
                "It was decided on: job request 4711 waits", "A problem: no room on FARGATE_SPOT.",
                "The cluster took its agent task on FARGATE.", "Its agent came online.",
                "Its agent took job request 4711.", "The job was over: succeeded.",
                "Its agent task stopped: Essential container exited, exit code 0.",
                "Its run was queued by 6ad1a6c6, from refs/heads/main\\u{7} at f0e1d2.",
                "What ran: azp-agent:1 sha256:9f86d081, on 1024 CPU units, 2048 MiB.",
                "10 s until the image's download began", "Cost: 0.001069683 USD, an estimate for 78 s",
            ] { #expect(text.contains(sentence), "\(sentence) is not in \(text)") }
        }
    }

    @Test func `A launch is told by the beginning of its id, and as JSON`() async throws {
        let store = try await AuditStore(isOpen: true)
        let text = try run(["explain", "abcdef-7-4711", "--store", store.path])
        #expect(text.status == 0)
        #expect(text.output.hasPrefix("Launch abcdef-7-4711-1: its agent runs job request 4711, for "))
        #expect(text.output.contains("so far"))
        // As `launches show` takes it; and the agent's name, which is made of the same characters.
        for target in ["abcdef", "slipway-abcdef-7-4711-1", "slipway-abcdef-7-47"] {
            let named = try run(["explain", target, "--store", store.path])
            #expect(named.output.hasPrefix("Launch abcdef-7-4711-1: its agent runs"), "\(named.messages)")
        }
        let json = try run(["explain", "abcdef-7-4711-1", "--json", "--store", store.path])
        let object = try #require(
            try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
        #expect(object["kind"] as? String == "launch")
        #expect(object["launches"] as? [String] == ["abcdef-7-4711-1"])
        #expect((object["sentences"] as? [[String: Any]])?.contains { $0["at"] is String } == true)
    }

    @Test func `An agent that a pipeline's task asked for is told with the task's call and its answer`() async throws {
        let store = try await AuditStore()
        let booked = try await store.book(run: 4_178)
        let told = try run(["explain", booked.id.rawValue, "--store", store.path])
        #expect(told.status == 0, "\(told.messages)")
        #expect(try run(["explain", "slipway-run-4178-Large", "--store", store.path]).output == told.output)
        let other = try run(["explain", "slipway-run-4178-small", "--store", store.path])
        #expect(other.status == 1 && other.messages.contains("no launch's agent was named slipway-run-4178-small"))
        for sentence in [
            "It was made for a pipeline's task that asked for the agent slipway-run-4178-large (pipeline build",
            "Its call came from 203.0.113.9.", "It was decided on: a test.", "Its agent came online.",
            "The task's result was decided, succeeded: ", "The service took the answer.",
            "It was cancelled when it was decided already, which changed nothing.",
        ] { #expect(told.output.contains(sentence), "\(sentence) is not in \(told.output)") }
        #expect(!told.output.contains("by hand"))
        _ = try await store.book(run: 4_178, pool: 8)
        let both = try run(["explain", "slipway-run-4178-large", "--store", store.path])
        #expect(both.status == 1)
        #expect(both.messages.contains("pools 7, 8 have an agent slipway-run-4178-large; give --pool"))
        let mine = try run(["explain", "slipway-run-4178-large", "--pool", "7", "--store", store.path])
        #expect(mine.output == told.output)
        // The job that demanded it by name.
        let ran = try run(["explain", "5000", "--pool", "7", "--store", store.path])
        #expect(ran.output.hasPrefix("Job request 5000 was run by the agent of launch \(booked.id), "), "\(ran.output)")
        let list = try run(["launches", "list", "--store", store.path])
        #expect(list.output.contains("a task of run 4178"))
        let shown = try run(["launches", "show", booked.id.rawValue, "--store", store.path])
        #expect(shown.output.contains("a task that asked for its agent (pipeline build"))
    }

    @Test func `A job that several runs have is asked about with its run`() async throws {
        let store = try await AuditStore()
        _ = try await store.book(run: 4_178)
        let both = try run(["explain", AuditStore.job, "--store", store.path])
        #expect(both.status == 1)
        #expect(both.messages.contains("runs 4178, 4177 have a job \(AuditStore.job); give --run"), "\(both.messages)")
        let one = try run(["explain", AuditStore.job, "--run", "4177", "--store", store.path])
        #expect(one.output.hasPrefix("Job request 4711 waited 1 min 42 s for an agent"), "\(one.messages)")
        let none = try run(["explain", AuditStore.job, "--run", "4179", "--store", store.path])
        #expect(none.status == 1)
    }

    @Test func `A launch that ran another job shows both, each with its own run, person and deliveries`() async throws {
        let store = try await AuditStore()
        let launch = try await store.handOver()
        let shown = try run(["launches", "show", launch.id.rawValue, "--store", store.path])
        let lines = shown.output.split(separator: "\n").map { line in
            line.split(separator: " ", omittingEmptySubsequences: true).joined(separator: " ")
        }
        let made = try #require(
            lines.firstIndex(of: "made for job request 4800 (first, run-4180, Build)"), "\(shown.output)")
        #expect(
            Array(lines[made...].prefix(8)) == [
                "made for job request 4800 (first, run-4180, Build)", "queued by person-1", "source at c0ffee",
                "told by delivery-5", "ran job request 4801 (pipeline second, run run-4181, job Build)",
                "queued by person-2", "source at decade", "told by delivery-6",
            ])
        let told = try run(["explain", launch.id.rawValue, "--store", store.path]).output
        #expect(told.contains("The run that it was made for was queued by person-1, from at c0ffee."))
        #expect(told.contains("The run that it ran a job of was queued by person-2, from at decade."))
        let job = try run(["explain", "4801", "--store", store.path]).output
        #expect(
            job.hasPrefix(
                "Job request 4801 waited 5.0 s for an agent: 3.0 s for its agent to start, 2.0 s until Slipway decided on it. "
                    + "It was run by the agent of launch \(launch.id), which was made for job request 4800.\n"),
            "\(job)")
    }

    @Test func `What another pool has is said with that pool`() async throws {
        let store = try await AuditStore()
        _ = try await store.book(run: 4_178)
        for (target, what) in [
            ("4711", "a job request 4711"), ("5000", "a job request 5000"),
            ("slipway-run-4178-large", "an agent slipway-run-4178-large"),
        ] {
            let result = try run(["explain", target, "--pool", "3", "--store", store.path])
            #expect(result.status == 1)
            #expect(
                result.messages.contains("pool 3 does not have \(what), but pool 7 has; give --pool 7"),
                "\(result.messages)")
        }
    }

    @Test func `A delivery is told with what it led to`() async throws {
        let store = try await AuditStore()
        let first = try run(["explain", "delivery-1", "--store", store.path])
        #expect(first.output.hasPrefix("delivery-1 said that a job is waiting; 1 launch was made for it.\n"))
        #expect(first.output.contains("Launch abcdef-7-4711-1 served a job"))
        let second = try run(["explain", "delivery-2", "--store", store.path])
        #expect(second.output.contains("It repeats delivery-1"))
        let rejected = try run(["explain", "delivery-4", "--store", store.path])
        #expect(rejected.output.hasPrefix("delivery-4 could not be read: no JSON\\u{1b}[2J.\n"))
    }

    @Test(arguments: [
        ("4712", "the store knows no job request 4712"), ("delivery-99", "there is no delivery-99"),
        ("99999999-54f2-53f3-20dd-22fc7dff55f9", "the store knows no job 99999999"),
        ("abcdef-9", "there is no launch “abcdef-9”"),
        ("\u{1B}[31m", "is no job request, job, launch, agent or delivery"),
        ("", "is no job request, job, launch, agent or delivery"), ("-1", "Missing expected argument"),
        ("delivery-x", "is no job request, job, launch, agent or delivery"),
        ("x", "is no job request, job, launch, agent or delivery"),
        ("slipway-abcdef-9-1-1", "there is no launch “abcdef-9-1-1”"), ("abcdee", "there is no launch “abcdee”"),
        ("99999999999999999999999999", "is no job request, job, launch, agent or delivery"),
        (String(repeating: "x", count: 5_000), "is no job request, job, launch, agent or delivery"),
    ])
    func `What is unknown is not so, with what to try`(_ target: String, _ message: String) async throws {
        let store = try await AuditStore()
        let result = try run(["explain", target, "--store", store.path])
        // As for the other commands, what has the form of nothing is wrong usage.
        let isUsage = target == "-1" || message.hasPrefix("is no job request")
        #expect(result.status == (isUsage ? 2 : 1))
        #expect(result.messages.contains(message), "\(result.messages)")
        #expect(result.messages.count < 2_000)
    }

    @Test func `Deliveries are listed in pages and by what they are about`() async throws {
        let store = try await AuditStore()
        func numbers(_ arguments: String...) throws -> ([Int], next: Int?) {
            let result = try run(["deliveries", "list", "--json", "--store", store.path] + arguments)
            #expect(result.status == 0, "\(result.messages)")
            let object = try #require(
                try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
            let list = try #require(object["deliveries"] as? [[String: Any]])
            return (list.compactMap { $0["number"] as? Int }, object["next"] as? Int)
        }
        #expect(try numbers().0 == [4, 3, 2, 1])
        let page = try numbers("--limit", "3")
        #expect(page.0 == [4, 3, 2] && page.next == 2)
        #expect(try numbers("--limit", "3", "--before", "2").0 == [1])
        #expect(try numbers("--disposition", "rejected").0 == [4])
        #expect(try numbers("--duplicates").0 == [2])
        #expect(try numbers("--run", "4177").0 == [3, 2, 1])
        #expect(try numbers("--run", "417").0 == [])
        // The attempt, the project and the job stand in the same key.
        #expect(try numbers("--run", "1").0 == [])
        #expect(try numbers("--job", "p").0 == [])
        #expect(try numbers("--job", "1").0 == [])
        #expect(try numbers("--project", AuditStore.job).0 == [])
        #expect(try numbers("--project", "4177").0 == [])
        #expect(try numbers("--job", AuditStore.job.uppercased()).0 == [3, 2, 1])
        #expect(try numbers("--project", "p").0 == [3, 2, 1])
        #expect(try numbers("--event", "job-state-changed").0 == [3, 2, 1])
        #expect(try numbers("--event", "ms.vss-pipelines.job-state-changed-event", "--limit", "2").0 == [3, 2])
        #expect(try numbers("--event", "build.complete").0 == [])
        #expect(try numbers("--project", "shipyard").0 == [])
        #expect(try numbers("--until", "2025-11-24").0 == [])
        #expect(try numbers("--since", "2025-11-24").0.count == 4)
        let table = try run(["deliveries", "list", "--store", store.path, "--limit", "1"])
        #expect(table.output.contains("rejected"))
        #expect(table.messages == "There are more: give --before 4.\n")
        for (arguments, message) in [
            (["--disposition", "acepted"], "Write accepted. There are accepted, ignored, rejected."),
            (["--since", "2026-11-02", "--until", "2026-11-01"], "--since must be before --until."),
        ] {
            let refused = try run(["deliveries", "list", "--store", store.path] + arguments)
            #expect(refused.status == 2 && refused.messages.contains(message), "\(refused.messages)")
        }
    }

    @Test func `A project is named by its id or by the name that its runs told`() async throws {
        let store = try await AuditStore(projectName: "Shipyard")
        let list = try run(["launches", "list", "--project", "shipYARD", "--store", store.path])
        #expect(list.output.contains("abcdef-7-4711-1"), "\(list.messages)")
        #expect(try run(["launches", "list", "--project", "p", "--store", store.path]).output == list.output)
        let deliveries = try run(["deliveries", "list", "--project", "Shipyard", "--json", "--store", store.path])
        #expect(deliveries.output.contains("\"number\" : 3") || deliveries.output.contains("\"number\":3"))
        let other = try run(["launches", "list", "--project", "Shipyards", "--store", store.path])
        #expect(!other.output.contains("abcdef-7-4711-1"))
    }

    @Test func `A delivery is shown with its records and the launches of its job`() async throws {
        let store = try await AuditStore()
        let result = try run(["deliveries", "show", "delivery-1", "--store", store.path])
        #expect(result.status == 0)
        for part in ["repeated by  delivery-2", "delivery.recorded", "abcdef-7-4711-1", "bodySHA256"] {
            #expect(result.output.contains(part), "\(part) is not in \(result.output)")
        }
        #expect(try run(["deliveries", "show", "9", "--store", store.path]).status == 1)
        #expect(try run(["deliveries", "show", "x", "--store", store.path]).status == 2)
    }

    @Test func `A replay needs a server and a hint, and is recorded`() async throws {
        let store = try await AuditStore()
        let none = try run(["deliveries", "replay", "1", "--store", store.path])
        #expect(none.status == 69)
        #expect(none.messages.contains("no server runs on this store"))
        let useless = try run(["deliveries", "replay", "4", "--store", store.path])
        #expect(useless.status == 1)
        #expect(useless.messages.contains("delivery-4 holds no hint"))
        // As a server does.
        let lock = try StoreLock(path: store.path)
        defer { lock.close() }
        #expect(try run(["deliveries", "replay", "1", "--store", store.path]).status == 0)
        let told = try run(["explain", "delivery-1", "--store", store.path])
        #expect(told.output.contains("An operator handed its hint in again."))
        #expect(try run(["ledger", "verify", "--store", store.path]).status == 0)
    }
}
