/// The pairs of CPU and memory that Fargate offers.
public enum FargateSize {
    private static let offers: [(cpuUnits: Int, memoryMiB: [Int])] = [
        (256, [512, 1_024, 2_048]),
        (512, steps(1_024, 4_096, 1_024)),
        (1_024, steps(2_048, 8_192, 1_024)),
        (2_048, steps(4_096, 16_384, 1_024)),
        (4_096, steps(8_192, 30_720, 1_024)),
        (8_192, steps(16_384, 61_440, 4_096)),
        (16_384, steps(32_768, 122_880, 8_192)),
    ]

    /// The last two sizes need Linux on platform 1.4.0 or later; Windows needs 1024 units at least.
    public static func isOffered(cpuUnits: Int, memoryMiB: Int) -> Bool {
        self.memoryOffered(cpuUnits: cpuUnits).contains(memoryMiB)
    }

    /// Memory sizes for a number of CPU units, ascending; empty when Fargate has no such number.
    public static func memoryOffered(cpuUnits: Int) -> [Int] {
        self.offers.first { $0.cpuUnits == cpuUnits }?.memoryMiB ?? []
    }

    private static func steps(_ first: Int, _ last: Int, _ step: Int) -> [Int] {
        Array(stride(from: first, through: last, by: step))
    }
}
