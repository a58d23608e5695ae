internal import AWSClient

/// Whether Fargate offers a pair of CPU and memory, and the nearest ones it does offer.
enum FargatePair {
    static let cpus = [256, 512, 1_024, 2_048, 4_096, 8_192, 16_384]

    /// Either may be absent, which leaves it to the task definition.
    static func complaint(cpu: Int?, memory: Int?) -> Complaint? {
        switch (cpu, memory) {
        case (nil, nil): return nil
        case (let cpu?, nil):
            return cpus.contains(cpu)
                ? nil : Complaint(found: "Fargate has no cpu \(cpu)", mend: "write \(near(cpu, cpus))")
        case (nil, let memory?):
            let offered = Set(cpus.flatMap(FargateSize.memoryOffered)).sorted()
            guard !offered.contains(memory) else { return nil }
            return Complaint(found: "Fargate has no memory \(memory)", mend: "write \(near(memory, offered))")
        case (let cpu?, let memory?):
            return FargateSize.isOffered(cpuUnits: cpu, memoryMiB: memory) ? nil : complaint(cpu, memory)
        }
    }

    private static func complaint(_ cpu: Int, _ memory: Int) -> Complaint {
        guard cpus.contains(cpu) else {
            return Complaint(found: "Fargate has no cpu \(cpu)", mend: "write \(near(cpu, cpus))")
        }
        let found = "Fargate has no pair of cpu \(cpu) and memory \(memory)"
        let fitting = cpus.filter { FargateSize.isOffered(cpuUnits: $0, memoryMiB: memory) }
        var mend = "write memory \(near(memory, FargateSize.memoryOffered(cpuUnits: cpu)))"
        if let other = fitting.min(by: { abs($0 - cpu) < abs($1 - cpu) }) { mend += ", or cpu \(other)" }
        return Complaint(found: found, mend: mend)
    }

    /// The offers on both sides of a value: `4096 or 8192`.
    private static func near(_ value: Int, _ offers: [Int]) -> String {
        let below = offers.last { $0 < value }
        let above = offers.first { $0 > value }
        return [below, above].compactMap { $0.map(String.init) }.joined(separator: " or ")
    }
}
