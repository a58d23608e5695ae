@testable import SlipwaySandbox

extension JSONValue {
    /// The members, by path, that this value has and `other` lacks or has in another type. Arrays are compared by their
    /// first elements; null stands for any type.
    func missing(in other: JSONValue, at path: String = "") -> [String] {
        switch (self, other) {
        case (.object(let ours), .object(let theirs)):
            ours.sorted { $0.key < $1.key }.flatMap { name, value in
                theirs[name].map { value.missing(in: $0, at: "\(path).\(name)") } ?? ["\(path).\(name)"]
            }
        case (.array(let ours), .array(let theirs)):
            if let first = ours.first, let their = theirs.first {
                first.missing(in: their, at: path + "[]")
            } else {
                []
            }
        case (.null, _), (_, .null), (.string, .string), (.bool, .bool), (.integer, .integer), (.number, .number),
            (.integer, .number), (.number, .integer):
            []
        default: [path + " (type)"]
        }
    }
}
