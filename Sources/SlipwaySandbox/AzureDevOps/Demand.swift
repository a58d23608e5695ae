/// One demand of a job: `name`, `name -equals value`, or `name -gtVersion 2.182.1`.
struct Demand: Sendable, Equatable {
    enum Condition: Sendable, Equatable {
        case exists
        case equals(String)
        /// This version or a later one.
        case version(String)
    }

    let name: String
    let condition: Condition

    init(_ text: String) {
        let parts = text.split(separator: " ", maxSplits: 2).map(String.init)
        name = parts.first ?? ""
        switch (parts.count, parts.dropFirst().first?.lowercased()) {
        case (3, "-equals"): condition = .equals(parts[2])
        case (3, "-gtversion"): condition = .version(parts[2])
        default: condition = .exists
        }
    }

    func isSatisfied(by agent: Registration) -> Bool {
        guard let value = agent.capability(name) else { return false }
        return switch condition {
        case .exists: true
        case .equals(let wanted): value.lowercased() == wanted.lowercased()
        case .version(let wanted): !Self.isEarlier(value, than: wanted)
        }
    }

    private static func isEarlier(_ left: String, than right: String) -> Bool {
        let left = left.split(separator: ".").map { Int($0) ?? 0 }
        let right = right.split(separator: ".").map { Int($0) ?? 0 }
        for index in 0..<max(left.count, right.count) {
            let (a, b) = (index < left.count ? left[index] : 0, index < right.count ? right[index] : 0)
            if a != b { return a < b }
        }
        return false
    }
}
