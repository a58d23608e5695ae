import GRDB
import SlipwayCore
import Testing

@testable import SlipwaySQLite

/// Somebody edits the file with the sqlite3 command, triggers and checks switched off.
@Suite("Verification")
struct LedgerVerificationTests {
    struct Edit: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let statements: String
        let fault: LedgerFault

        init(_ description: String, _ statements: String, _ sequence: Int64, _ kind: LedgerFault.Kind) {
            testDescription = description
            self.statements = statements
            fault = LedgerFault(sequence: sequence, kind: kind)
        }
    }

    /// Against a ledger of ten records.
    static let edits = [
        Edit("the instant is edited", "UPDATE ledger SET at = at + 1 WHERE sequence = 5", 5, .edited),
        Edit("the kind is edited", "UPDATE ledger SET kind = 'delivery.x' WHERE sequence = 5", 5, .edited),
        Edit("the subject is edited", "UPDATE ledger SET subject = 'delivery-6' WHERE sequence = 5", 5, .edited),
        Edit(
            "the facts are edited",
            "UPDATE ledger SET facts = replace(facts, 'accepted', 'ignored') WHERE sequence = 5",
            5, .edited),
        Edit(
            "the facts go on after a NUL", "UPDATE ledger SET facts = facts || char(0) || 'x' WHERE sequence = 5", 5,
            .edited),
        Edit("the hash is edited", "UPDATE ledger SET hash = randomblob(32) WHERE sequence = 5", 5, .edited),
        Edit(
            "the hash before is edited", "UPDATE ledger SET previous_hash = randomblob(32) WHERE sequence = 5", 5,
            .detached),
        Edit("the first record is edited", "UPDATE ledger SET at = 0 WHERE sequence = 1", 1, .edited),
        Edit("the last record is edited", "UPDATE ledger SET at = 0 WHERE sequence = 10", 10, .edited),
        Edit(
            "the sequence is edited", "UPDATE ledger SET sequence = 99 WHERE sequence = 5", 6, .gap(expected: 5)),
        Edit("the first record is deleted", "DELETE FROM ledger WHERE sequence = 1", 2, .gap(expected: 1)),
        Edit("a middle record is deleted", "DELETE FROM ledger WHERE sequence = 5", 6, .gap(expected: 5)),
        Edit(
            "the end is cut off", "DELETE FROM ledger WHERE sequence > 7", 8,
            .unreadable("the end of the ledger, up to record 10, was removed")),
        Edit(
            "everything is deleted", "DELETE FROM ledger", 1,
            .unreadable("the end of the ledger, up to record 10, was removed")),
        Edit(
            "a record is inserted before the first",
            "INSERT INTO ledger SELECT 0, at, kind, subject, facts, previous_hash, hash FROM ledger WHERE sequence = 1",
            0, .gap(expected: 1)),
        Edit(
            "a copy is appended",
            "INSERT INTO ledger SELECT 11, at, kind, subject, facts, previous_hash, hash FROM ledger WHERE sequence = 10",
            11, .detached),
        Edit(
            "a record is appended to the head",
            "INSERT INTO ledger SELECT 11, at, kind, subject, facts, hash, hash FROM ledger WHERE sequence = 10", 11,
            .edited),
        Edit(
            "a record is appended far behind",
            "INSERT INTO ledger SELECT 9000, at, kind, subject, facts, hash, hash FROM ledger WHERE sequence = 10",
            9000,
            .gap(expected: 11)),
        Edit(
            "two records are swapped",
            """
            UPDATE ledger SET sequence = -4 WHERE sequence = 4;
            UPDATE ledger SET sequence = 4 WHERE sequence = 5;
            UPDATE ledger SET sequence = 5 WHERE sequence = -4
            """, 4, .detached),
        Edit(
            "two records swap their contents",
            """
            CREATE TEMP TABLE other AS SELECT * FROM ledger;
            UPDATE ledger SET (kind, subject, facts) =
                (SELECT kind, subject, facts FROM other WHERE other.sequence = 11 - ledger.sequence)
            WHERE sequence IN (5, 6)
            """, 5, .edited),
        Edit(
            "a hash is cut", "UPDATE ledger SET hash = x'00' WHERE sequence = 5", 5,
            .unreadable("a hash of it is not 32 bytes long")),
        Edit(
            "a text is no UTF-8", "UPDATE ledger SET facts = CAST(x'7BFF7D' AS TEXT) WHERE sequence = 5", 5,
            .unreadable("a text of it is not UTF-8")),
        Edit(
            "the table is made anew with other types",
            """
            CREATE TABLE other AS SELECT * FROM ledger;
            DROP TABLE ledger;
            ALTER TABLE other RENAME TO ledger;
            UPDATE ledger SET hash = lower(hex(hash)), at = 'yesterday' WHERE sequence = 5
            """, 5, .unreadable("its columns are of the types integer text text text text blob text")),
    ]

    @Test("The first record that was tampered with is named", arguments: edits)
    func tampering(_ edit: Edit) async throws {
        try await withStore { store, path in
            for number in 1...10 { _ = try await store.record(Sample.delivery("event-\(number)")) }
            #expect(try await verification(of: path).isSound)
            await store.close()
            try tamper(path, edit.statements)
            let verification = try await verification(of: path)
            #expect(verification.fault == edit.fault)
            #expect(!verification.isSound)
        }
    }

    @Test("A record that was edited together with its hash detaches the next one")
    func hashComputedAnew() async throws {
        try await withStore { store, path in
            for number in 1...10 { try await store.commit(LaunchBatch(entries: [Sample.entry(number)])) }
            let records = try await withReader(path) { try await $0.records() }
            var chain = LedgerChain(sequence: 4, head: records[3].hash)
            let forged = chain.seal(Sample.entry(99))
            await store.close()
            try tamper(
                path,
                """
                UPDATE ledger SET kind = '\(forged.kind)', subject = '\(forged.subject)', facts = '\(forged.facts)',
                    hash = x'\(forged.hash)' WHERE sequence = 5
                """)
            #expect(try await verification(of: path).fault == LedgerFault(sequence: 6, kind: .detached))
        }
    }

    @Test("An end that was cut off is still visible after the store has gone on")
    func cutAndContinued() async throws {
        try await withStore { store, path in
            for number in 1...10 { _ = try await store.record(Sample.delivery("event-\(number)")) }
            await store.close()
            try tamper(path, "DELETE FROM ledger WHERE sequence > 7; DELETE FROM deliveries WHERE number > 7")
            let reopened = try SQLiteStore(path: path)
            #expect(try await reopened.record(Sample.delivery("new")).number == 11)
            await reopened.close()
            #expect(try await verification(of: path).fault == LedgerFault(sequence: 11, kind: .gap(expected: 8)))
        }
    }

    @Test("The head of a ledger whose end was cut off is not vouched for")
    func cutHead() async throws {
        try await withStore { store, path in
            for number in 1...3 { _ = try await store.record(Sample.delivery("event-\(number)")) }
            let whole = try await withReader(path) { try await $0.wholeHead() }
            #expect(whole.head.sequence == 3)
            #expect(whole.storeID.count == 32)
            await store.close()
            try tamper(path, "DELETE FROM ledger WHERE sequence = 3")
            let error = try await withReader(path) { reader in
                await storeError { _ = try await reader.wholeHead() }
            }
            #expect(error?.code == .corrupt)
        }
    }

    @Test("The store's own connection can't edit, delete or slip in a record")
    func triggers() async throws {
        try await withStore { store, path in
            for number in 1...3 { _ = try await store.record(Sample.delivery("event-\(number)")) }
            for statement in [
                "UPDATE ledger SET at = 0 WHERE sequence = 2", "DELETE FROM ledger WHERE sequence = 3",
                "DELETE FROM ledger", "REPLACE INTO ledger SELECT * FROM ledger WHERE sequence = 3",
                "INSERT OR REPLACE INTO ledger SELECT sequence, 0, kind, subject, facts, previous_hash, hash FROM ledger",
            ] {
                #expect(throws: DatabaseError.self, "\(statement)") {
                    try store.pool.write { try $0.execute(sql: statement) }
                }
            }
            let verification = try await verification(of: path)
            #expect(verification.isSound)
            #expect(verification.headSequence == 3)
        }
    }

    @Test("That a launch was overdue is no state of it")
    func overdue() async throws {
        try await withStore { store, path in
            let launch = Sample.launch(request: 1)
            try await store.commit(Sample.opening(launch))
            try await store.commit(
                LaunchBatch(entries: [LedgerEntry(at: Sample.time, kind: "launch.overdue", subject: launch.id.rawValue)]
                ))
            #expect(try await verification(of: path).isSound)
        }
    }

    @Test(
        "A closed launch whose row is edited is named",
        arguments: [
            ("UPDATE launches SET outcome = 'lost'", "its body and its column outcome differ"),
            ("UPDATE launches SET profile = 'big'", "its body and its column profile differ"),
            ("UPDATE launches SET body = '{}'", "its body can't be read (no id at its top)"),
            ("UPDATE launches SET body = 'x'", "its body can't be read (not readable at its top)"),
            (
                "UPDATE launches SET version = 99, body = replace(body, '\"version\":7', '\"version\":99')",
                "it is stored with version 99, and the ledger's last word is of 7"
            ),
            (
                """
                UPDATE launches SET outcome = 'lost', body = replace(body, '"kind":"ran"', '"kind":"lost"')
                """, "it is stored as lost, and the ledger's last word is ran"
            ),
            ("DELETE FROM launch_usage", "what it used is not stored"),
            ("UPDATE launch_usage SET requester = 'another'", "what it used is stored otherwise than its body says"),
            ("UPDATE launch_usage SET pipeline = 'another'", "what it used is stored otherwise than its body says"),
            ("UPDATE launch_usage SET run = 1", "what it used is stored otherwise than its body says"),
            ("UPDATE launch_usage SET job = 'another'", "what it used is stored otherwise than its body says"),
            ("UPDATE launch_usage SET capacity = 'FARGATE'", "what it used is stored otherwise than its body says"),
            (
                "INSERT INTO launch_usage (made_at, launch, pool, profile, standing) VALUES (1, 'x', 9, 'small', 0)",
                "what it used is stored, and there is no such launch"
            ),
            ("UPDATE launch_usage SET project = 'another'", "what it used is stored otherwise than its body says"),
            ("UPDATE launch_usage SET standing = 0, gap = NULL", "what it used is stored otherwise than its body says"),
        ])
    func closedContradiction(_ statements: String, _ detail: String) async throws {
        try await withStore { store, path in
            let launch = Sample.launch(request: 1)
            try await store.commit(Sample.opening(launch))
            for step in launch.transitions(Sample.life) { try await store.commit(LaunchBatch(step)) }
            #expect(try await verification(of: path).isSound)
            await store.close()
            try tamper(path, statements)
            let verification = try await verification(of: path)
            #expect(verification.mismatches.map(\.detail) == [detail])
        }
    }

    /// A life of which the records tell all that they can tell, of its own job.
    private static func fullLife(_ request: Int64) -> [LaunchEvent] {
        var facts = AgentTaskFacts()
        facts.region = "eu-west-1"
        facts.cpu = 1_024
        facts.memory = 2_048
        facts.image = "azp-agent:1"
        facts.imageDigest = "sha256:9f86"
        facts.pullStartedAt = Sample.time.adding(seconds: 3)
        var stopped = facts
        stopped.stoppedAt = Sample.time.adding(seconds: 63)
        var definition = AgentTaskDefinition(
            id: "azp-agent:1", taskRole: "role", secrets: ["AZP_TOKEN=arn", "B=\"c\""])
        definition.securityGroups = ["sg-1", "sg-2"]
        let request = JobRequestID(rawValue: request)
        return [
            .startPermitted,
            .agentTaskAccepted(AgentTaskID(rawValue: "arn:aws:ecs:eu-west-1:1:task/a/b"), placement: "FARGATE_SPOT"),
            .runDescribed(
                RunFacts(
                    requestedFor: "6ad1", cause: "manual", branch: "refs/heads/\u{7}é", commit: "f0e1",
                    queuedAt: Sample.time)),
            .agentTaskDescribed(definition), .agentTaskObserved(.running, facts),
            .agentObserved(PoolAgent(id: AgentID(rawValue: 7), name: "slipway-x", isOnline: true)),
            .jobObserved(request), .jobEnded(request, result: "succeeded"),
            .agentTaskObserved(.stopped(AgentTaskStop(reason: "exited", code: "Exited", exitCode: 0)), stopped),
            .registrationGone,
        ]
    }

    /// Of the body, with the columns and the usage that are made of it: each is as it should be but for the ledger.
    static let forgeries: [(path: String, value: String, besides: String, fact: String)] = [
        ("$.run.commit", "'beef'", "", "commit"), ("$.run.branch", "'main'", "", "branch"),
        ("$.run.requestedFor", "'another'", "UPDATE launch_usage SET requester = 'another'", "requestedFor"),
        ("$.run.cause", "'schedule'", "", "cause"), ("$.run.queuedAt", "5", "", "queuedAt"),
        ("$.run", "NULL", "UPDATE launch_usage SET requester = NULL", "branch"),
        ("$.agentTaskFacts.imageDigest", "'sha256:evil'", "", "imageDigest"),
        ("$.agentTaskFacts.image", "'other'", "", "image"),
        (
            "$.agentTaskFacts.stoppedAt", "1764000075123",
            "UPDATE launch_usage SET seconds = 72 WHERE seconds IS NOT NULL", "stoppedAt"
        ),
        ("$.agentTaskFacts.cpu", "1025", "UPDATE usage_units SET cpu = 1025", "cpu"),
        ("$.agentTaskFacts.memory", "1", "UPDATE usage_units SET memory = 1", "memory"),
        (
            "$.origin.projectID", "'theirs'",
            "UPDATE launches SET project = 'theirs'; UPDATE launch_usage SET project = 'theirs'", "project"
        ),
        ("$.origin.pipelineName", "'Deploy'", "", "pipelineName"), ("$.reason", "'none'", "", "reason"),
        ("$.ranResult", "'failed'", "", "result"), ("$.agentTaskStop.exitCode", "1", "", "exitCode"),
        ("$.agentTaskStop.reason", "'killed'", "", "stopReason"), ("$.definition.taskRole", "'admin'", "", "taskRole"),
        ("$.definition.secrets[0]", "'X=y'", "", "secrets"),
        ("$.definition.securityGroups[1]", "'sg-3'", "", "securityGroups"),
        ("$.agent", "8", "", "agent"), ("$.agentTask", "'arn:other'", "", "agentTask"),
        ("$.attempt", "3", "", "attempt"),
        ("$.ran", "5", "UPDATE launches SET ran = 5", "ran"), ("$.placement", "'FARGATE'", "", "placement"),
        ("$.state.closed._0.reason", "'it was fine'", "", "reason"),
    ]

    @Test("A row that says something else than the launch's records is named, with the fact", arguments: forgeries)
    func forgery(_ path: String, _ value: String, _ besides: String, _ fact: String) async throws {
        try await withStore { store, file in
            for request in 1...3 as ClosedRange<Int64> {
                let launch = Sample.launch(request: request)
                try await store.commit(Sample.opening(launch))
                // The third is open still.
                let life = Self.fullLife(request).prefix(request == 3 ? 8 : 20)
                for step in launch.transitions(Array(life)) { try await store.commit(LaunchBatch(step)) }
            }
            #expect(try await verification(of: file).isSound)
            await store.close()
            try tamper(
                file, "UPDATE launches SET body = json_set(body, '\(path)', \(value)) WHERE request = 1; \(besides)")
            let verification = try await verification(of: file)
            #expect(verification.fault == nil)
            let id = Sample.launch(request: 1).id.rawValue
            #expect(
                verification.mismatches.contains(
                    StoreMismatch(subject: id, detail: "its body and the ledger differ in \(fact)")),
                "\(verification.mismatches)")
        }
    }

    @Test("The row of an open launch is held against its records too")
    func openForgery() async throws {
        try await withStore { store, file in
            let launch = Sample.launch(request: 3)
            try await store.commit(Sample.opening(launch))
            for step in launch.transitions(Array(Self.fullLife(3).prefix(5))) {
                try await store.commit(LaunchBatch(step))
            }
            await store.close()
            try tamper(file, "UPDATE launches SET body = json_set(body, '$.run.commit', 'beef')")
            #expect(
                try await verification(of: file).mismatches.map(\.detail) == [
                    "its body and the ledger differ in commit"
                ])
        }
    }

    @Test("A name that stands twice in a body, or comes in another order, hides nothing")
    func twice() async throws {
        try await withStore { store, file in
            let launch = Sample.launch(request: 1)
            try await store.commit(Sample.opening(launch))
            for step in launch.transitions(Self.fullLife(1)) { try await store.commit(LaunchBatch(step)) }
            await store.close()
            // Whichever of them is read, the other is true.
            for forged in [
                "'\"commit\":\"beef\",\"commit\":\"f0e1\"'", "'\"commit\":\"f0e1\",\"commit\":\"beef\"'",
            ] {
                try tamper(file, "UPDATE launches SET body = replace(body, '\"commit\":\"f0e1\"', \(forged))")
                let shown = try await withReader(file) { try await $0.launch(launch.id) }
                let details = try await verification(of: file).mismatches.map(\.detail)
                let isForged = shown?.run?.commit != "f0e1"
                #expect(details.contains("its body and the ledger differ in commit") == isForged, "\(details)")
                try tamper(file, "UPDATE launches SET body = replace(body, \(forged), '\"commit\":\"f0e1\"')")
            }
        }
    }

    @Test(
        "A launch whose agent was given the job of another run, and what was known of the first is forgotten, is sound")
    func forgottenRun() async throws {
        try await withStore { store, file in
            let launch = Sample.launch(request: 1)
            try await store.commit(Sample.opening(launch))
            let other = JobRequestID(rawValue: 9)
            var life = Self.fullLife(1)
            life[6] = .jobObserved(other, JobOrigin(projectID: "other", runID: 4_188))
            life[7] = .jobEnded(other, result: "failed")
            for step in launch.transitions(life) { try await store.commit(LaunchBatch(step)) }
            #expect(try await verification(of: file).isSound)
            await store.close()
            try tamper(
                file,
                """
                UPDATE launches SET body = json_set(body, '$.ranOrigin.projectID', 'mine'), project = 'mine';
                UPDATE launch_usage SET project = 'mine'
                """)
            #expect(
                try await verification(of: file).mismatches.map(\.detail) == [
                    "its body and the ledger differ in project"
                ])
        }
    }

    static let rowEdits: [(statements: String, subject: String, detail: String)] = [
        (
            "UPDATE launches SET state = 'starting' WHERE request = 1", "c", "its body and its column state differ"
        ),
        ("UPDATE launches SET version = 9 WHERE request = 1", "c", "its body and its column version differ"),
        ("UPDATE launches SET profile = 'big' WHERE request = 1", "c", "its body and its column profile differ"),
        ("UPDATE launches SET body = '{}' WHERE request = 1", "c", "its body can't be read (no id at its top)"),
        ("DELETE FROM launches WHERE request = 1", "c", "the ledger tells of it, and its row is gone"),
        (
            """
            UPDATE launches SET state = 'planned', can_take_job = 1,
                body = replace(body, '"state":{"online":{}}', '"state":{"planned":{}}') WHERE request = 1
            """, "c", "it is stored as planned, and the ledger's last word is online"
        ),
        (
            "UPDATE launches SET version = 7, body = replace(body, '\"version\":3', '\"version\":7') WHERE request = 1",
            "c", "it is stored with version 7, and the ledger's last word is of 3"
        ),
        (
            """
            INSERT INTO launches (id, version, pool, profile, request, ordinal, ran, state, is_open, can_take_job, outcome,
                created_at, state_since, body)
            SELECT 'x' || id, version, pool, profile, request, 2, ran, state, is_open, 0, outcome,
                created_at, state_since, replace(replace(body, id, 'x' || id), '"ordinal":1', '"ordinal":2') FROM launches
            """, "xc", "its body and its column can_take_job differ"
        ),
        ("DELETE FROM deliveries WHERE number = 2", "delivery-2", "the ledger tells of it, and its row is gone"),
        (
            "UPDATE deliveries SET disposition = 'ignored' WHERE number = 2", "delivery-2",
            "its ledger record says something else"
        ),
        (
            "UPDATE deliveries SET received_at = 0 WHERE number = 2", "delivery-2",
            "its ledger record says something else"
        ),
        (
            "UPDATE deliveries SET duplicate_of = 2 WHERE number = 3", "delivery-3",
            "its ledger record says something else"
        ),
        ("UPDATE deliveries SET record = 999 WHERE number = 2", "delivery-2", "its ledger record is gone"),
    ]

    @Test("A row that contradicts the ledger is named", arguments: rowEdits)
    func contradiction(_ statements: String, _ subject: String, _ detail: String) async throws {
        try await withStore { store, path in
            let launch = Sample.launch(request: 1)
            try await store.commit(Sample.opening(launch))
            for step in launch.transitions(Array(Sample.life.prefix(3))) { try await store.commit(LaunchBatch(step)) }
            for id in ["a", "b", "a"] { _ = try await store.record(Sample.delivery(id)) }
            #expect(try await verification(of: path).isSound)
            await store.close()
            try tamper(path, statements)
            let verification = try await verification(of: path)
            let named = subject.replacing("c", with: launch.id.rawValue)
            let expected = StoreMismatch(
                subject: subject.hasPrefix("delivery") ? subject : named, detail: detail)
            #expect(verification.fault == nil)
            #expect(verification.mismatches.contains(expected), "\(verification.mismatches)")
        }
    }

    @Test("A long ledger is verified page by page, with progress to its end, while the store goes on")
    func progress() async throws {
        try await withStore { store, path in
            let entries = (1...5_001).map(Sample.entry)
            try await store.commit(LaunchBatch(entries: entries))
            let seen = Recorder()
            let verification = try await withReader(path) { reader in
                try await reader.verify { seen.add($0) }
            }
            #expect(verification.isSound)
            #expect(verification.headSequence == 5_001)
            #expect(try await withReader(path) { try await $0.head() }.head == verification.head)
            #expect(seen.values.filter { $0.phase == .ledger }.map(\.done) == [2_000, 4_000, 5_001])
            #expect(seen.values.last { $0.phase == .ledger }?.total == 5_001)
        }
    }

    @Test("An empty store is sound")
    func empty() async throws {
        try await withStore { _, path in
            let verification = try await verification(of: path)
            #expect(verification == StoreVerification())
            #expect(verification.isSound)
        }
    }
}
