internal import Foundation
internal import SlipwayCore
internal import SlipwaySQLite

/// The store: whether the server can keep it.
extension DoctorChecks {
    /// Below this the doctor warns; below the other nothing can be taken for long.
    private static let scarceBytes: Int64 = 512 << 20
    private static let exhaustedBytes: Int64 = 64 << 20

    var storeCheck: DoctorCheck {
        let path = configuration.store.path
        let directory = URL(filePath: path).deletingLastPathComponent().path(percentEncoded: false)
        let look = "ls -ld \(ShellWord.quoted(directory)) && df -h \(ShellWord.quoted(directory))"
        return DoctorCheck(name: "store", timeLimitSeconds: 10, mend: look) {
            do {
                let facts = try await services.store(path)
                return Self.contents(facts, path) + Self.access(facts, path) + Self.space(facts, directory)
            } catch let error as StoreError where error.code == .newerVersion {
                return [
                    .failed(error.message, mend: "run that version, or restore a backup to \(ShellWord.quoted(path))")
                ]
            }
        }
    }

    private static func contents(_ facts: StoreFacts, _ path: String) -> [Finding] {
        guard facts.exists else { return [.ok("\(path): not there yet; the server will create it")] }
        let holder = Finding.ok(facts.holder ?? "no server runs on it")
        if facts.isOutdated {
            return [.ok("\(path): of an older version; the server brings it up to date when it starts"), holder]
        }
        return [
            .ok("\(path): writable, \(facts.openLaunches) open launches"),
            .ok("ledger: \(facts.records) records, head \(facts.head)"), holder,
        ]
    }

    private static func access(_ facts: StoreFacts, _ path: String) -> [Finding] {
        guard let owner = facts.owner else { return [] }
        var findings = facts.strangers.map { stranger in
            Finding.failed(
                "\(stranger.path) belongs to \(stranger.owner), and the store to \(owner): a server of that user can't open it",
                mend: "chown \(owner.word) \(ShellWord.quoted(stranger.path))")
        }
        if facts.isSeenByRoot {
            findings.append(
                .warning(
                    "it belongs to \(owner), and root may write anywhere: whether \(owner) may is not known",
                    mend: "run the doctor as the server's user: sudo -u \(owner.word) slipway doctor"))
        }
        if facts.isPublic {
            findings.append(
                .warning(
                    "every user of this machine may read or write it", mend: "chmod 600 \(ShellWord.quoted(path))"))
        }
        return findings
    }

    private static func space(_ facts: StoreFacts, _ directory: String) -> [Finding] {
        guard let free = facts.freeBytes, free < scarceBytes else { return [] }
        let message = "\(free >> 20) MiB are free: with a full disk no delivery is taken and no launch made"
        let mend = "df -h \(ShellWord.quoted(directory))"
        return [free < exhaustedBytes ? .failed(message, mend: mend) : .warning(message, mend: mend)]
    }
}
