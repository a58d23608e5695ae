internal import Foundation
internal import SlipwayCore
internal import SlipwaySQLite

#if canImport(Darwin)
internal import Darwin
#elseif canImport(Musl)
internal import Musl
#else
internal import Glibc
#endif

/// Puts what a command has done to subscriptions into the ledger. A server may run on the store meanwhile: both write to it
/// by transactions that continue one chain, as `slipway launch` does.
///
/// What was done stays done where it can't be recorded; that is told.
actor HookRecorder {
    /// nil: there is no store.
    private let commit: (@Sendable (LedgerEntry) async throws -> Void)?
    private let command: String
    private let identity: @Sendable () async throws -> String?
    private let now: @Sendable () -> Timestamp
    private let output: Output
    private var known: String??
    private var hasTold = false

    init(
        command: String, identity: @escaping @Sendable () async throws -> String?, output: Output,
        now: @escaping @Sendable () -> Timestamp = { SystemInstant.now },
        commit: (@Sendable (LedgerEntry) async throws -> Void)?
    ) {
        self.commit = commit
        self.command = command
        self.identity = identity
        self.now = now
        self.output = output
    }

    func record(_ deed: HookDeed) async {
        guard let commit else {
            return tell("there is no store of a server here, so no ledger has a record of this")
        }
        do {
            try await commit(deed.entry(command: command, identity: await who(), userID: getuid(), at: now()))
        } catch {
            tell("this has no record in the ledger: \(FailureReport(error).text)")
        }
    }

    /// Asked for once. Without an answer the record has the user's number alone.
    private func who() async -> String? {
        if let known { return known }
        let answer = try? await identity()
        known = answer
        return answer
    }

    /// Once: it is the same for every step.
    private func tell(_ text: String) {
        guard !hasTold else { return }
        hasTold = true
        output.message("slipway: \(text)")
    }

    /// Records into the store at this path, if there is one: none is created, since it would be this user's.
    static func with(
        storeAt path: String, command: String, identity: @escaping @Sendable () async throws -> String?, output: Output,
        _ body: (HookRecorder) async throws -> Void
    ) async throws {
        func run(_ commit: (@Sendable (LedgerEntry) async throws -> Void)?) async throws {
            try await body(HookRecorder(command: command, identity: identity, output: output, commit: commit))
        }
        guard FileManager.default.fileExists(atPath: path) else { return try await run(nil) }
        let store: SQLiteStore
        do {
            store = try SQLiteStore(existing: path)
        } catch {
            // One that may not be written by this user, say: the subscriptions are what the command is for.
            return try await run { _ in throw error }
        }
        try await store.closing { store in
            try await run { entry in try await store.commit(LaunchBatch(entries: [entry])) }
        }
    }
}
