internal import ArgumentParser
internal import Foundation
internal import SlipwayTestSupport

/// Kills the real server at its n-th call to the services and at its n-th commit, for each n, and looks whether the next one
/// mends everything.
@main
struct CrashTest: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "crash-test",
        abstract:
            "Kills the server at its n-th outgoing call and at its n-th commit, for each n, and checks what the next one "
            + "makes of it.",
        discussion: """
            The server works against simulators. At its n-th call it is killed: in one pass before the call has an \
            effect, in another after the effect and before the answer. In two more passes it is killed at its n-th \
            commit: with nothing of it written, and when it is on the disk but nobody has heard of it (on Linux only). \
            Then it is started again. n counts from 1 until a run has fewer.

            Exit status 0: every check of every run holds. 1: one doesn't; its files are kept.
            """)

    @Option(help: "The built slipway.")
    var program: String

    @Option(
        name: .customLong("scenario"),
        help: ArgumentHelp(
            "Only these scenarios: \(CrashScenario.all.map(\.name).joined(separator: ", ")).", valueName: "name"))
    var names: [String] = []

    @Option(help: "Kill at the calls, or at the commits, alone.")
    var at = CrashPlaces.both

    @Option(help: "Kill at the call and the commit of this number alone.")
    var call: Int?

    @Option(help: "Kill at each so-manieth call or commit only, beginning with the first.")
    var every = 1

    @Option(help: "Servers side by side.")
    var threads = 1

    func validate() throws {
        for name in names where !CrashScenario.all.contains(where: { $0.name == name }) {
            throw ValidationError("There is no scenario \(name).")
        }
        guard (1...1_000).contains(every), (1...64).contains(threads), (call ?? 1) > 0 else {
            throw ValidationError("--every takes 1 to 1000, --threads 1 to 64, --call a number from 1 on.")
        }
    }

    func run() async throws {
        let folder = try Folder()
        defer { folder.remove() }
        let certificate = try await SelfSignedCertificate(in: folder)
        var failures = 0
        let killer = Self.killer
        if killer == nil, at != .calls {
            say("left out: kills at commits, for want of libCommitKiller.so beside crash-test")
        }
        for scenario in CrashScenario.all where names.isEmpty || names.contains(scenario.name) {
            for moment in CrashMoment.allCases where at.include(moment) && (killer != nil || !moment.isOfCommits) {
                let plan = CrashPlan(
                    scenario: scenario, moment: moment, program: program, killer: killer, certificate: certificate,
                    threads: threads)
                let summary: CrashSummary
                if let call {
                    summary = try await plan.run(at: call)
                } else {
                    summary = try await plan.runAll(every: every)
                }
                say(summary.text)
                failures += summary.failures.count
            }
        }
        guard failures == 0 else {
            say("\(failures) runs failed")
            throw ExitCode(1)
        }
        say("whatever the moment, the next server mended everything")
    }

    /// Built beside this program.
    private static var killer: String? {
        let folder = URL(filePath: CommandLine.arguments.first ?? "").resolvingSymlinksInPath()
            .deletingLastPathComponent()
        let path = folder.appending(path: "libCommitKiller.so").path(percentEncoded: false)
        return FileManager.default.fileExists(atPath: path) ? path : nil
    }

    /// At once, so that a report can be followed as it grows.
    private func say(_ line: String) { try? FileHandle.standardOutput.write(contentsOf: Data("\(line)\n".utf8)) }
}

/// Where servers are killed.
enum CrashPlaces: String, CaseIterable, ExpressibleByArgument {
    case calls, commits, both

    func include(_ moment: CrashMoment) -> Bool {
        switch self {
        case .calls: !moment.isOfCommits
        case .commits: moment.isOfCommits
        case .both: true
        }
    }
}
