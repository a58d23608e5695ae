/// The pairs of CPU and memory that Fargate offers: given from outside, since they are AWS' to change.
public struct SizeOffers: Hashable, Sendable {
    /// CPU units, ascending, each with its memory sizes in MiB, ascending.
    public var pairs: [(cpu: Int, memory: [Int])] { cpus.map { ($0, memoryByCPU[$0] ?? []) } }

    private let cpus: [Int]
    private let memoryByCPU: [Int: [Int]]

    public init(_ pairs: [(cpu: Int, memory: [Int])]) {
        memoryByCPU = Dictionary(pairs.map { ($0.cpu, $0.memory.sorted()) }, uniquingKeysWith: { first, _ in first })
        cpus = memoryByCPU.keys.sorted()
    }

    public func contains(cpu: Int, memory: Int) -> Bool { memoryByCPU[cpu]?.contains(memory) ?? false }

    /// The pairs to propose instead: for a CPU that is offered, the memory sizes on both sides; else, for the CPUs on both
    /// sides, the smallest memory that is enough, or the largest.
    public func nearest(cpu: Int, memory: Int) -> [(cpu: Int, memory: Int)] {
        if let offered = memoryByCPU[cpu] {
            return [offered.last { $0 < memory }, offered.first { $0 > memory }].compactMap { $0.map { (cpu, $0) } }
        }
        return [cpus.last { $0 < cpu }, cpus.first { $0 > cpu }].compactMap { neighbour in
            guard let neighbour, let offered = memoryByCPU[neighbour], let largest = offered.last else { return nil }
            return (neighbour, offered.first { $0 >= memory } ?? largest)
        }
    }
}
