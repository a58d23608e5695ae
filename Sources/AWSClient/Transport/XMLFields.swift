internal import Foundation

/// The texts of an XML document's elements, by path. Just enough for the answers of AWS's query protocol and its errors.
///
/// Strict and bounded, since the input is hostile: no document type (so no entities of its own), nesting and size
/// limited, end tags must match. Attributes, comments and processing instructions are skipped; CDATA is refused. An
/// HTML page rarely passes, and then holds none of the fields.
struct XMLFields: Sendable, SecretHolder {
    static let depthMaximum = 16

    struct Limits: Sendable {
        var bytes: Int
        var fields: Int

        /// For an answer of one object, or an error.
        static let small = Limits(bytes: 256 * 1_024, fields: 512)
        /// For lists, and what hangs on each of their items.
        static let large = Limits(bytes: 2 * 1_024 * 1_024, fields: 16_384)
    }

    /// Leaf elements in document order: path from the root, text with entities resolved. `position` numbers the elements
    /// of the path among their parents' children, so that two leaves of one item can be told from those of two.
    private(set) var fields: [(path: [String], position: [Int], text: String)] = []
    private let fieldsMaximum: Int

    /// Nil when the document breaks a rule above.
    init?(_ data: Data, limits: Limits = .small) {
        fieldsMaximum = limits.fields
        guard data.count <= limits.bytes, let text = String(validating: data, as: UTF8.self) else { return nil }
        var scanner = XMLScanner(text)
        var stack: [Open] = []
        var hasRoot = false
        while let token = scanner.next() {
            switch token {
            case .invalid:
                return nil
            case .text(let text):
                if stack.isEmpty {
                    guard text.allSatisfy(\.isWhitespace) else { return nil }
                } else {
                    stack[stack.count - 1].text += text
                }
            case .start(let name, let isEmpty):
                guard stack.count < Self.depthMaximum, !(stack.isEmpty && hasRoot) else { return nil }
                hasRoot = true
                let number = stack.last?.children ?? 0
                if !stack.isEmpty { stack[stack.count - 1].children += 1 }
                stack.append(Open(name: name, number: number))
                if isEmpty, !self.close(name, &stack) { return nil }
            case .end(let name):
                guard self.close(name, &stack) else { return nil }
            }
        }
        guard hasRoot, stack.isEmpty else { return nil }
    }

    /// Text of the first leaf at exactly this path.
    func text(at path: [String]) -> String? {
        self.fields.first { $0.path == path }?.text
    }

    /// Text of the first leaf with this name, wherever it is.
    func first(named name: String) -> String? {
        self.fields.first { $0.path.last == name }?.text
    }

    /// An element of a list: its own leaves, by their paths below it.
    struct Item: Sendable, SecretHolder {
        fileprivate var fields: [(path: ArraySlice<String>, text: String)]

        /// Text of the first leaf at exactly this path below the item.
        func text(_ path: String...) -> String? {
            self.fields.first { $0.path == path[...] }?.text
        }

        /// Texts of all leaves at exactly this path below the item, in document order.
        func texts(_ path: String...) -> [String] {
            self.fields.filter { $0.path == path[...] }.map(\.text)
        }
    }

    /// The elements at exactly this path that have leaves, in document order.
    func items(at path: [String]) -> [Item] {
        var items: [Item] = []
        var last: ArraySlice<Int>?
        for field in self.fields where field.path.count > path.count && field.path.starts(with: path) {
            let position = field.position.prefix(path.count)
            if position != last { items.append(Item(fields: [])) }
            last = position
            items[items.count - 1].fields.append((field.path.dropFirst(path.count), field.text))
        }
        return items
    }

    /// The document's own element.
    var root: String? { self.fields.first?.path.first }

    private struct Open {
        var name: String
        var number: Int
        var text = ""
        var children = 0
    }

    private mutating func close(_ name: String, _ stack: inout [Open]) -> Bool {
        guard let element = stack.last, element.name == name else { return false }
        if element.children == 0 {
            guard self.fields.count < self.fieldsMaximum else { return false }
            self.fields.append((path: stack.map(\.name), position: stack.map(\.number), text: element.text))
        }
        stack.removeLast()
        return true
    }
}
