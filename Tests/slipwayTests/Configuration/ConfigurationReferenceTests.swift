import Foundation
import Testing

@testable import slipway

@Suite struct ConfigurationReferenceTests {
    @Test func `The page of all keys is the one that the program would write`() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let page = try String(contentsOf: root.appending(path: "docs/configuration.md"), encoding: .utf8)
        #expect(page == ConfigurationReference.markdown, "run: slipway configuration-reference > docs/configuration.md")
    }

    @Test func `The page holds each key once with its variable`() {
        for key in ConfigurationSchema.keys where !key.type.isGroup {
            #expect(ConfigurationReference.markdown.contains("`\(key.environmentName)`"), "\(key.pattern)")
            #expect(!key.help.contains("|"), "a bar would break the table: \(key.pattern)")
        }
    }
}
