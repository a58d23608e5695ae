internal import SlipwayCore

/// What the overview shows, from the store, the engine and the checks.
struct OverviewReading: Sendable {
    let reading: Reading
    let readiness: Readiness
    let engine: (any LivePort)?
    let expiries: @Sendable () async -> [Expiry]

    static let hour = 60
    static let day = 1_440

    /// Empty where nobody tells.
    func live() async -> LiveState { await engine?.live() ?? LiveState() }

    func figures(_ context: ConsoleContext) async throws(Problem) -> OverviewResource {
        let (hour, day) = try await bothFigures(context)
        return OverviewResource(lastHour: FiguresResource(hour), lastDay: FiguresResource(day))
    }

    func bothFigures(_ context: ConsoleContext) async throws(Problem) -> (hour: LaunchFigures, day: LaunchFigures) {
        try await reading.perform(context) { reader in
            async let hour = reader.figures(ofLastMinutes: Self.hour)
            return (try await hour, try await reader.figures(ofLastMinutes: Self.day))
        }
    }

    func health(_ context: ConsoleContext) async throws(Problem) -> HealthResource {
        async let problems = readiness.problems()
        async let expiries = expiries()
        return HealthResource(await problems, await expiries, drained: await live().holds.drain)
    }
}
