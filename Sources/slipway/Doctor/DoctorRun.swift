/// Runs checks: those that need nothing at once, the others as soon as what they need is done. Each ends within its
/// own time limit.
struct DoctorRun: Sendable {
    private let checks: [DoctorCheck]
    private let sleep: @Sendable (_ seconds: Int) async throws -> Void

    init(
        _ checks: [DoctorCheck],
        sleep: @escaping @Sendable (_ seconds: Int) async throws -> Void = { try await Task.sleep(for: .seconds($0)) }
    ) {
        self.checks = checks
        self.sleep = sleep
    }

    /// In the order of the checks, whichever ended first.
    func results() async -> [CheckResult] {
        var done: [String: CheckResult] = [:]
        await withTaskGroup(of: CheckResult.self) { group in
            var waiting = start(checks, done: &done, in: &group)
            while let result = await group.next() {
                done[result.check] = result
                waiting = start(waiting, done: &done, in: &group)
            }
            // A need that no check has would keep its check waiting: say so rather than leave it out.
            for check in waiting { done[check.name] = Self.skipped(check, because: check.needs) }
        }
        return checks.compactMap { done[$0.name] }
    }

    /// Starts what can start, settles what can't, and answers what still waits.
    private func start(
        _ checks: [DoctorCheck], done: inout [String: CheckResult], in group: inout TaskGroup<CheckResult>
    ) -> [DoctorCheck] {
        var waiting: [DoctorCheck] = []
        for check in checks {
            let needs = check.needs.map { (name: $0, result: done[$0]) }
            let broken = needs.filter { $0.result?.isUsable == false }.map(\.name)
            if !broken.isEmpty {
                done[check.name] = Self.skipped(check, because: broken)
            } else if needs.contains(where: { $0.result == nil }) {
                waiting.append(check)
            } else {
                group.addTask { CheckResult(check: check.name, findings: await findings(of: check)) }
            }
        }
        return waiting
    }

    private static func skipped(_ check: DoctorCheck, because needs: [String]) -> CheckResult {
        let finding = Finding(status: .skipped, message: "not looked at: it needs \(needs.joined(separator: ", "))")
        return CheckResult(check: check.name, findings: [finding])
    }

    private func findings(of check: DoctorCheck) async -> [Finding] {
        do {
            return try await withTimeLimit(seconds: check.timeLimitSeconds, sleep: sleep, check.run)
        } catch let error as TimeLimitPassed {
            let message = "no answer within \(error.seconds) s"
            return [Finding(status: .unreachable, message: message, mend: check.mendUnreachable ?? check.mend)]
        } catch  where Task.isCancelled {
            return [Finding(status: .skipped, message: "interrupted")]
        } catch {
            return [Finding.of(error, by: check)]
        }
    }
}
