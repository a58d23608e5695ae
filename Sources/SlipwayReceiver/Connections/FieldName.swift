extension String {
    /// Whether this is the header field of that name, which must be in lower case. Costs no allocation, unlike a lookup
    /// in the fields: the receiver looks for a handful of names in each request.
    func isFieldName(_ name: String) -> Bool {
        guard utf8.count == name.utf8.count else { return false }
        return zip(utf8, name.utf8).allSatisfy { own, other in
            own == other || (UInt8(ascii: "A")...UInt8(ascii: "Z") ~= own && own | 0x20 == other)
        }
    }
}
