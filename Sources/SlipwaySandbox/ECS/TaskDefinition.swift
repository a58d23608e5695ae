import Foundation

/// A registered revision: what the client sent, and the parts that the world acts on.
struct TaskDefinition: Sendable {
    struct Container: Sendable {
        let name: String
        let image: String?
        let isEssential: Bool
        let environment: [String: String]
        /// Variable to `valueFrom`.
        let secrets: [String: String]
        let stopTimeoutSeconds: Int
    }

    let family: String
    let revision: Int
    let arn: String
    let cpu: String?
    let memory: String?
    let networkMode: String?
    let requiresFargate: Bool
    let containers: [Container]
    let document: JSONValue
    let tags: JSONValue?

    /// Throws as RegisterTaskDefinition answers.
    init(_ input: JSONValue, revision: Int, arnPrefix: String, now: Date) throws(ECSError) {
        guard let family = input["family"]?.string, Self.isFamily(family) else {
            throw .client("Family should not be blank, and holds up to 255 letters, digits, hyphens and underscores.")
        }
        guard let containers = input["containerDefinitions"]?.array, !containers.isEmpty else {
            throw .client("Container.image and at least one container definition are required.")
        }
        guard containers.count <= 10 else { throw .client("A task definition has at most 10 containers.") }
        self.family = family
        self.revision = revision
        arn = "\(arnPrefix)task-definition/\(family):\(revision)"
        cpu = input["cpu"]?.string
        memory = input["memory"]?.string
        networkMode = input["networkMode"]?.string
        requiresFargate = input["requiresCompatibilities"]?.array?.contains("FARGATE") ?? false
        var parsed: [Container] = []
        for container in containers { parsed.append(try Container(container)) }
        self.containers = parsed
        tags = input["tags"]
        if requiresFargate { try FargateSize.check(cpu: cpu, memory: memory) }
        document = input.merging([
            "taskDefinitionArn": .string(arn), "revision": .integer(revision), "status": "ACTIVE",
            "compatibilities": ["EC2", "FARGATE"], "registeredAt": .number(Timestamp.seconds(now)),
        ]).removing("tags")
    }

    private static func isFamily(_ name: String) -> Bool {
        (1...255).contains(name.utf8.count)
            && name.utf8.allSatisfy { $0.isASCIILetterOrDigit || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") }
    }
}

extension TaskDefinition.Container {
    fileprivate init(_ input: JSONValue) throws(ECSError) {
        guard let name = input["name"]?.string, !name.isEmpty else {
            throw .client("Container.name should not be null or empty.")
        }
        guard let image = input["image"]?.string, !image.isEmpty else {
            throw .client("Container.image should not be null or empty.")
        }
        self.name = name
        self.image = image
        isEssential = input["essential"] != .bool(false)
        environment = Self.pairs(input["environment"], value: "value")
        secrets = Self.pairs(input["secrets"], value: "valueFrom")
        guard case .integer(let seconds)? = input["stopTimeout"] else {
            stopTimeoutSeconds = 30
            return
        }
        guard (2...120).contains(seconds) else { throw .client("stopTimeout must be between 2 and 120 seconds.") }
        stopTimeoutSeconds = seconds
    }

    private static func pairs(_ list: JSONValue?, value: String) -> [String: String] {
        var pairs: [String: String] = [:]
        for entry in list?.array ?? [] {
            if let name = entry["name"]?.string { pairs[name] = entry[value]?.string ?? "" }
        }
        return pairs
    }
}

/// Which sizes Fargate has.
enum FargateSize {
    /// Throws as RegisterTaskDefinition and RunTask do for a pair that Fargate doesn't know.
    static func check(cpu: String?, memory: String?) throws(ECSError) {
        guard let cpu = units(cpu, unit: "vCPU"), let memory = units(memory, unit: "GB"),
            allowed[cpu]?.contains(memory) ?? false
        else { throw .client("No Fargate configuration exists for given values.") }
    }

    /// vCPUs of a size that was checked.
    static func vCPUs(_ cpu: String?) -> Double {
        Double(units(cpu, unit: "vCPU") ?? 0) / 1024
    }

    private static let allowed: [Int: Set<Int>] = [
        256: [512, 1024, 2048],
        512: Set(stride(from: 1024, through: 4096, by: 1024)),
        1024: Set(stride(from: 2048, through: 8192, by: 1024)),
        2048: Set(stride(from: 4096, through: 16384, by: 1024)),
        4096: Set(stride(from: 8192, through: 30720, by: 1024)),
        8192: Set(stride(from: 16384, through: 61440, by: 4096)),
        16384: Set(stride(from: 32768, through: 122_880, by: 8192)),
    ]

    /// `"1024"` or `"1 vCPU"`.
    private static func units(_ text: String?, unit: String) -> Int? {
        guard let text else { return nil }
        if let plain = Int(text) { return plain }
        let parts = text.split(separator: " ")
        guard parts.count == 2, parts[1].lowercased() == unit.lowercased(), let number = Double(parts[0]) else {
            return nil
        }
        return Int(number * 1024)
    }
}

extension UInt8 {
    var isASCIILetterOrDigit: Bool {
        switch self {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }
}

extension JSONValue {
    func removing(_ name: String) -> JSONValue {
        guard case .object(var members) = self else { return self }
        members[name] = nil
        return .object(members)
    }
}
