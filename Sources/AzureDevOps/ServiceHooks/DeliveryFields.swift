import Foundation

/// The fields of one delivery, found in a single pass over its body and read by type.
///
/// Reading a field of a wrong type gives nil and leaves an oddity: a service that changes one field of a payload must
/// not make us lose the event.
struct DeliveryFields {
    private let bytes: [UInt8]
    private let tree = DeliveryFieldTree.shared
    private var values = [JSONSlice?](repeating: nil, count: DeliveryField.count)
    /// One bit for each node of the tree.
    private var seenNodes: UInt64 = 0
    private(set) var oddities: [ServiceHookEvent.Oddity] = []

    init(scanning bytes: [UInt8], maximumDepth: Int) throws(ServiceHookDecodingError) {
        self.bytes = bytes
        var scanner = JSONScanner(bytes, maximumDepth: maximumDepth)
        guard try scanner.peekKind() == .object else {
            // Look at all of it first: a body that is no JSON at all is told as such.
            _ = try scanner.skipValue()
            try scanner.finish()
            throw ServiceHookDecodingError(.notAnObject, at: 0, "the body is JSON but not an object")
        }
        try collect(&scanner, DeliveryFieldTree.root)
        try scanner.finish()
    }

    /// The recursion is as deep as the tree of paths, not as the payload.
    private mutating func collect(_ scanner: inout JSONScanner, _ node: Int) throws(ServiceHookDecodingError) {
        seenNodes |= 1 << UInt64(node)
        try scanner.openObject()
        while let key = try scanner.nextKey() {
            switch target(of: key, in: node) {
            case nil:
                _ = try scanner.skipValue()
            case .field(let field):
                keep(try scanner.skipValue(), as: field)
            case .node(let child):
                try collectChild(&scanner, child)
            }
        }
    }

    private mutating func collectChild(_ scanner: inout JSONScanner, _ child: Int) throws(ServiceHookDecodingError) {
        let path = tree.nodes[child].path
        let kind = try scanner.peekKind()
        if kind == .object, seenNodes & 1 << UInt64(child) == 0 { return try collect(&scanner, child) }
        _ = try scanner.skipValue()
        switch kind {
        case .null: break
        case .object: note(path, .duplicate)
        default: note(path, .wrongType)
        }
    }

    private func target(of key: JSONSlice, in node: Int) -> DeliveryFieldTree.Target? {
        if key.hasEscapes {
            guard key.range.count <= ServiceHookEvent.maximumFieldBytes else { return nil }
            let name = Array(key.string(in: bytes).utf8)
            return tree.nodes[node].members.first { $0.key == name }?.target
        }
        for member in tree.nodes[node].members where key.isPlainString(member.key, in: bytes) { return member.target }
        return nil
    }

    /// Of a name that occurs twice, the first value counts: so what a second one says can't depend on what the first said.
    private mutating func keep(_ value: JSONSlice, as field: DeliveryField) {
        if values[field.rawValue] != nil { return note(field.path, .duplicate) }
        values[field.rawValue] = value
    }

    private mutating func note(_ path: String, _ problem: ServiceHookEvent.Oddity.Problem) {
        let oddity = ServiceHookEvent.Oddity(path: path, problem: problem)
        if !oddities.contains(oddity) { oddities.append(oddity) }
    }
}

// MARK: - Reading by type

extension DeliveryFields {
    /// A name or identifier. One longer than ``ServiceHookEvent/maximumFieldBytes`` reads as nil.
    mutating func string(_ field: DeliveryField) -> String? {
        guard let value = value(field, .string) else { return nil }
        guard value.range.count <= ServiceHookEvent.maximumFieldBytes else {
            note(field.path, .tooLong)
            return nil
        }
        let string = value.string(in: bytes)
        return string.isEmpty ? nil : string
    }

    /// An identifier in lower case: the service writes GUIDs so, and equal ones must compare equal.
    mutating func identifier(_ field: DeliveryField) -> String? {
        string(field)?.lowercased()
    }

    mutating func integer(_ field: DeliveryField) -> Int64? {
        guard let value = value(field, .number) else { return nil }
        guard let integer = value.integer(in: bytes) else {
            note(field.path, .outOfRange)
            return nil
        }
        return integer
    }

    mutating func date(_ field: DeliveryField) -> Date? {
        guard let text = string(field) else { return nil }
        switch Timestamp(text) {
        case .date(let date): return date
        case .unset: return nil
        case .unreadable:
            note(field.path, .unreadableDate)
            return nil
        }
    }

    /// Leaves an oddity of the caller's finding.
    mutating func noteMissing(_ field: DeliveryField) {
        note(field.path, .missing)
    }

    private mutating func value(_ field: DeliveryField, _ kind: JSONSlice.Kind) -> JSONSlice? {
        guard let value = values[field.rawValue], value.kind != .null else { return nil }
        guard value.kind == kind else {
            note(field.path, .wrongType)
            return nil
        }
        return value
    }
}
