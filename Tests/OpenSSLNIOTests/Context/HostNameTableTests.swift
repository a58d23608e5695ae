import Testing

@testable import OpenSSLNIO

@Suite("Host names")
struct HostNameTableTests {
    private static func table(_ names: [String]) throws -> HostNameTable<String> {
        var table = HostNameTable<String>()
        for name in names { try table.insert(name, for: name) }
        return table
    }

    @Test func `an exact name wins over a wildcard`() throws {
        let table = try Self.table(["*.example.com", "hooks.example.com"])
        #expect(table["hooks.example.com"] == "hooks.example.com")
        #expect(table["other.example.com"] == "*.example.com")
    }

    @Test func `a wildcard covers exactly one label`() throws {
        let table = try Self.table(["*.example.com"])
        #expect(table["a.example.com"] != nil)
        #expect(table["a.b.example.com"] == nil)
        #expect(table["example.com"] == nil)
        #expect(table[".example.com"] == nil)
        #expect(table[""] == nil)
        #expect(table["."] == nil)
    }

    @Test func `case and a trailing dot don't matter`() throws {
        let table = try Self.table(["Hooks.Example.com."])
        #expect(table["HOOKS.example.COM"] != nil)
        #expect(table["hooks.example.com."] != nil)
    }

    @Test(arguments: ["", "*", "*.", "a..b", "a.*.b", "**.example.com", "exa mple.com", "é.example.com", "a/b"])
    func `what is no host name is refused`(name: String) throws {
        var table = HostNameTable<Int>()
        #expect(throws: OpenSSLError(.configurationInvalid, "")) { try table.insert(1, for: name) }
    }

    @Test func `two identities for one name are refused`() throws {
        #expect(throws: OpenSSLError(.configurationInvalid, "")) {
            try Self.table(["a.example.com", "A.EXAMPLE.COM."])
        }
    }
}
