@testable import AWSClient
import Foundation
import Testing

@Suite struct XMLFieldsTests {
    @Test func fieldsAreFoundByPathWithEntitiesResolved() throws {
        let text = """
            <?xml version="1.0"?><!-- a > b --><A xmlns="https://example/?a=1&amp;b=>"><B><C> x&lt;y&#65;&#x42; </C><D/></B><C>2</C></A>
            """
        let fields = try #require(XMLFields(Data(text.utf8)))
        #expect(fields.text(at: ["A", "B", "C"]) == " x<yAB ")
        #expect(fields.text(at: ["A", "B", "D"]) == "")
        #expect(fields.text(at: ["A", "C"]) == "2")
        #expect(fields.text(at: ["A", "B"]) == nil)
        #expect(fields.first(named: "C") == " x<yAB ")
    }

    @Test(arguments: [
        "", "no xml", "<A>", "<A></B>", "<A/><B/>", "<A/>text", "</A>", "<A", "<A>&unknown;</A>", "<A>&#x110000;</A>",
        "<!DOCTYPE a [<!ENTITY b \"c\">]><A>&b;</A>", "<A><![CDATA[x]]></A>", "<!-- open", "<A>&lt</A>", "<>x</>",
    ])
    func malformedOrForbiddenDocumentsAreRefused(text: String) {
        #expect(XMLFields(Data(text.utf8)) == nil)
    }

    @Test func depthSizeAndNumberAreBounded() {
        let deep = String(repeating: "<A>", count: 17) + String(repeating: "</A>", count: 17)
        #expect(XMLFields(Data(deep.utf8)) == nil)
        let large = "<A>" + String(repeating: "x", count: XMLFields.Limits.small.bytes) + "</A>"
        #expect(XMLFields(Data(large.utf8)) == nil)
        let many = "<A>" + String(repeating: "<B/>", count: XMLFields.Limits.small.fields + 1) + "</A>"
        #expect(XMLFields(Data(many.utf8)) == nil)
        #expect(XMLFields(Data([0x3C, 0xFF, 0x3E])) == nil)
    }

    @Test func everyPrefixOfADocumentIsRefusedWithoutACrash() throws {
        let whole = "<A b=\"1\"><B>x&amp;y</B><!-- c --></A>"
        for length in 0..<whole.count {
            #expect(XMLFields(Data(whole.prefix(length).utf8)) == nil, "\(whole.prefix(length))")
        }
        #expect(XMLFields(Data(whole.utf8))?.first(named: "B") == "x&y")
    }
}
