import Foundation
import Testing

@testable import slipway

@Suite struct ConfigurationReferenceTests {
    @Test func `The page of all keys is the one that the program would write`() throws {
        let page = try Repository.text("docs/configuration.md")
        #expect(page == ConfigurationReference.markdown, "run: slipway configuration-reference > docs/configuration.md")
    }

    @Test func `The page holds each key once with its variable`() {
        for key in ConfigurationSchema.keys where !key.type.isGroup {
            #expect(ConfigurationReference.markdown.contains("`\(key.environmentName)`"), "\(key.pattern)")
            #expect(!key.help.contains("|"), "a bar would break the table: \(key.pattern)")
        }
    }

    @Test func `The configuration in the README loads without a warning`() throws {
        let readme = try Repository.text("README.md")
        let start = try #require(readme.range(of: "```yaml\n"))
        let end = try #require(readme[start.upperBound...].range(of: "\n```"))
        #expect(try load(String(readme[start.upperBound..<end.lowerBound])).warnings.isEmpty)
    }
}
