/// What an agent task is billed for: its size, where it ran, and on what. Two agent tasks with equal units cost the same per
/// second.
public struct UsageUnit: Hashable, Sendable {
    public enum Platform: String, Hashable, Sendable, CaseIterable {
        case linuxX86 = "linux-x86"
        case linuxARM = "linux-arm"
        case windowsX86 = "windows-x86"
    }

    public var region: String
    /// `FARGATE`, `FARGATE_SPOT`, or the name of other capacity.
    public var capacity: String
    public var platform: Platform
    /// CPU units, 1024 of which are one vCPU.
    public var cpu: Int64
    /// MiB; 1024 of them are billed as one GB.
    public var memory: Int64
    /// GiB of ephemeral storage.
    public var storage: Int64

    public init(
        region: String, capacity: String, platform: Platform, cpu: Int64, memory: Int64, storage: Int64
    ) {
        self.region = region
        self.capacity = capacity
        self.platform = platform
        self.cpu = cpu
        self.memory = memory
        self.storage = storage
    }

    /// What every agent task on Fargate has without paying for it.
    public static let freeStorage: Int64 = 20

    public var isSpot: Bool { capacity == "FARGATE_SPOT" }
    /// Other capacity is billed by the instance, which no launch has to itself.
    public var isFargate: Bool { capacity == "FARGATE" || isSpot }

    /// Far beyond what any agent task has. Sums over a million of them stay whole numbers.
    public static let maximumSeconds: Int64 = 10 * 366 * 86_400

    /// Whether it can be a size at all: what is told by an event, or stands in a store, may be any number.
    public var isPlausible: Bool {
        (1...1_048_576).contains(cpu) && (1...16_777_216).contains(memory) && (0...65_536).contains(storage)
    }

    /// The least that is billed.
    public var minimumSeconds: Int64 { platform == .windowsX86 ? 300 : 60 }
}
