internal import Foundation
internal import SlipwayCore

/// What a launch's records tell and its body says, compared by their bytes: nearly all launches have had an ordinary life, and
/// reading both as values takes ten times as long.
///
/// It is sure of what it calls equal. What it is not sure of, `LaunchTelling` decides.
enum TellingBytes {
    private enum Kind {
        static let planned: UInt8 = 0
        static let cleaning: UInt8 = 1
        static let closed: UInt8 = 2
        static let other: UInt8 = 3
    }

    private static let prefix = Array("launch.".utf8)
    private static let overdue = Array("launch.overdue".utf8)
    private static let kinds: [(name: [UInt8], code: UInt8)] = [
        (Array("launch.planned".utf8), Kind.planned), (Array("launch.cleaning".utf8), Kind.cleaning),
        (Array("launch.closed".utf8), Kind.closed),
    ]

    // MARK: A launch's records, one after the other

    /// Puts a record behind the others. `kind` is the `code` of its kind.
    static func append(kind: UInt8, facts: UnsafeRawBufferPointer, to records: inout [UInt8]) {
        records.append(kind)
        withUnsafeBytes(of: UInt32(clamping: facts.count).littleEndian) { records.append(contentsOf: $0) }
        records.append(contentsOf: facts)
    }

    /// Nil: of a record that is about no change of a launch.
    static func code(of kind: UnsafeRawBufferPointer) -> UInt8? {
        guard kind.count > prefix.count, begins(kind, with: prefix), !isSame(kind, overdue) else { return nil }
        return kinds.first { isSame(kind, $0.name) }?.code ?? Kind.other
    }

    private static func isSame(_ bytes: UnsafeRawBufferPointer, _ text: [UInt8]) -> Bool {
        bytes.count == text.count && begins(bytes, with: text)
    }

    /// It has as many bytes at least.
    private static func begins(_ bytes: UnsafeRawBufferPointer, with text: [UInt8]) -> Bool {
        guard let base = bytes.baseAddress else { return false }
        return memcmp(base, text, text.count) == 0
    }

    /// Whether they have the record that opens a launch's history.
    static func isFromTheBeginning(_ records: [UInt8]) -> Bool { records.first == Kind.planned }

    static func closes(_ code: UInt8) -> Bool { code == Kind.closed }

    private static func forEach(
        in records: UnsafeRawBufferPointer, _ body: (_ kind: UInt8, _ facts: Range<Int>) -> Bool
    ) -> Bool {
        var at = 0
        while at + 5 <= records.count {
            let length = Int(UInt32(littleEndian: records.loadUnaligned(fromByteOffset: at + 1, as: UInt32.self)))
            guard at + 5 + length <= records.count, body(records[at], at + 5..<at + 5 + length) else { return false }
            at += 5 + length
        }
        return at == records.count
    }

    /// The same as values.
    static func telling(_ records: [UInt8]) -> LaunchTelling {
        var telling = LaunchTelling()
        let decoder = JSONDecoder()
        records.withUnsafeBytes { bytes in
            _ = forEach(in: bytes) { code, facts in
                let kind = kinds.first { $0.code == code }.map { String(decoding: $0.name, as: UTF8.self) }
                let read = try? decoder.decode([String: LedgerFacts.Fact].self, from: Data(bytes[facts]))
                telling.take(kind: kind ?? "launch.updated", facts: read ?? [:])
                return true
            }
        }
        return telling
    }

    // MARK: Comparison

    /// Whether the body has each fact as the newest record that has it; false also where that can't be seen so.
    static func agree(_ records: [UInt8], body: Data) -> Bool {
        records.withUnsafeBytes { records in
            body.withUnsafeBytes { body in
                withUnsafeTemporaryAllocation(of: Range<Int>.self, capacity: forms.count) { told in
                    told.initialize(repeating: 0..<0)
                    return agree(records, body, told)
                }
            }
        }
    }

    /// - Parameter told: room for where each fact's newest value is.
    private static func agree(
        _ records: UnsafeRawBufferPointer, _ body: UnsafeRawBufferPointer,
        _ told: UnsafeMutableBufferPointer<Range<Int>>
    ) -> Bool {
        let isTold = forEach(in: records) { kind, facts in
            var scanner = MemberScanner(records, facts)
            return scanner.members(under: kind == Kind.planned ? planned : MemberScanner.seed) { name, value in
                guard let place = factPlaces[name] else { return true }
                // These names mean something else in other records.
                if place == causePlace, kind == Kind.cleaning { return true }
                if place == reasonPlace, kind != Kind.closed { return true }
                told[place] = value
                return true
            }
        }
        guard isTold else { return false }
        var count = told.count { !$0.isEmpty }
        var scanner = MemberScanner(body, 0..<body.count)
        let isSame = scanner.members { name, value in
            guard let place = bodyPlaces[name], !told[place].isEmpty else { return true }
            count -= 1
            return forms[place].isSame(
                UnsafeRawBufferPointer(rebasing: records[told[place]]), UnsafeRawBufferPointer(rebasing: body[value]))
        }
        return isSame && count == 0
    }

    // MARK: Where the body has what

    private enum Form {
        case same
        /// As a date in the records, as milliseconds in the body.
        case instant
        /// As one text in the records, as an array in the body.
        case list
        case spacedList

        func isSame(_ fact: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) -> Bool {
            switch self {
            case .same:
                guard let left = fact.baseAddress, let right = value.baseAddress else { return false }
                return fact.count == value.count && memcmp(left, right, fact.count) == 0
            case .instant:
                guard let milliseconds = Int64(String(decoding: value, as: UTF8.self)) else { return false }
                return fact.dropFirst().dropLast().elementsEqual(Timestamp(milliseconds: milliseconds).description.utf8)
            case .list: return isSame(fact, value, separator: ",")
            case .spacedList: return isSame(fact, value, separator: ", ")
            }
        }

        private func isSame(
            _ fact: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer, separator: String
        ) -> Bool {
            let text = String(decoding: value, as: UTF8.self)
            guard !text.contains("\\") else { return false }
            let joined = text.dropFirst().dropLast().replacing("\",\"", with: separator)
            return fact.elementsEqual((joined.isEmpty ? "\"\"" : joined).utf8)
        }
    }

    private struct Place {
        /// In records, `planned.` before it in the one that opens a launch's history.
        var fact: String
        /// In the body: names with dots between them.
        var body: String
        var form = Form.same
    }

    private static let places: [Place] = opening + later

    private static let opening: [Place] =
        ["pool", "profile", "ordinal", "reason", "request", "isWarm"].map { Place(fact: "planned." + $0, body: $0) }
        + ["agentName", "cpu", "memory", "ephemeralStorageGiB", "taskDefinition", "booking"].map {
            Place(fact: "planned." + $0, body: "binding." + $0)
        } + origin("planned.", "origin.")

    private static func origin(_ fact: String, _ body: String) -> [Place] {
        [
            ("project", "projectID"), ("pipeline", "pipelineID"), ("pipelineName", "pipelineName"), ("run", "runID"),
            ("runName", "runName"), ("jobID", "jobID"), ("jobName", "jobName"),
        ].map { Place(fact: fact + $0.0, body: body + $0.1) }
            + [Place(fact: fact + "jobQueuedAt", body: body + "queuedAt", form: .instant)]
    }

    private static let later: [Place] =
        ["version", "attempt", "agentTask", "placement", "agent", "leftBehind", "ran"].map { Place(fact: $0, body: $0) }
        + [
            ("problem", "lastProblem"), ("result", "ranResult"), ("claimedBy", "claim.key"),
            ("stopReason", "agentTaskStop.reason"), ("stopCode", "agentTaskStop.code"),
            ("exitCode", "agentTaskStop.exitCode"),
            ("reason", "state.closed._0.reason"), ("definition", "definition.id"),
        ].map { Place(fact: $0.0, body: $0.1) }
        + ["taskRole", "executionRole", "networkMode"].map { Place(fact: $0, body: "definition." + $0) }
        + [
            Place(fact: "securityGroups", body: "definition.securityGroups", form: .list),
            Place(fact: "secrets", body: "definition.secrets", form: .spacedList),
        ]
        + [
            "region", "capacityProvider", "launchType", "availabilityZone", "platformFamily", "architecture",
            "platformVersion", "taskDefinition", "image", "imageDigest", "subnet", "networkInterface",
            "privateAddress", "cpu", "memory", "ephemeralStorageGiB",
        ].map { Place(fact: $0, body: "agentTaskFacts." + $0) }
        + ["createdAt", "pullStartedAt", "startedAt", "stoppedAt"].map {
            Place(fact: $0, body: "agentTaskFacts." + $0, form: .instant)
        }
        + ["requestedFor", "requestedBy", "cause", "repository", "branch", "commit", "projectName"].map {
            Place(fact: $0, body: "run." + $0)
        } + [Place(fact: "queuedAt", body: "run.queuedAt", form: .instant)] + origin("", "ranOrigin.")

    private static let forms = places.map(\.form)
    private static let planned = MemberScanner.name("planned.")
    private static let factPlaces = index(places.map(\.fact))
    private static let bodyPlaces = index(places.map(\.body))
    private static let causePlace = places.firstIndex { $0.fact == "cause" }
    private static let reasonPlace = places.firstIndex { $0.fact == "reason" }

    private static func index(_ paths: [String]) -> NameTable {
        NameTable(paths.map { MemberScanner.name($0) })
    }
}

/// The places of names by their numbers, which are spread as evenly as a hash table wants them.
private struct NameTable {
    private var names: [UInt64]
    private var places: [Int]
    private let mask: Int
    private static let empty = -1

    /// - Parameter listed: of two that are the same the first counts.
    init(_ listed: [UInt64]) {
        var size = 64
        while size < listed.count * 2 { size *= 2 }
        mask = size - 1
        names = Array(repeating: 0, count: size)
        places = Array(repeating: Self.empty, count: size)
        for (place, name) in listed.enumerated() where self[name] == nil {
            var slot = slot(of: name)
            while places[slot] != Self.empty { slot = (slot + 1) & mask }
            (names[slot], places[slot]) = (name, place)
        }
    }

    subscript(name: UInt64) -> Int? {
        var slot = slot(of: name)
        while places[slot] != Self.empty {
            if names[slot] == name { return places[slot] }
            slot = (slot + 1) & mask
        }
        return nil
    }

    private func slot(of name: UInt64) -> Int { Int(truncatingIfNeeded: name) & mask }
}
