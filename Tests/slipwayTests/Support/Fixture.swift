import Foundation
import Testing

@testable import slipway

/// Files of `Fixtures`.
enum Fixture {
    static func text(_ name: String) throws -> String {
        let url = try #require(Bundle.module.url(forResource: "Fixtures/\(name)", withExtension: nil))
        return try String(contentsOf: url, encoding: .utf8)
    }

    /// The configuration that tests change one line of.
    static func base(replacing old: String = "", with new: String = "") throws -> String {
        let text = try text("base.yaml")
        guard !old.isEmpty else { return text }
        #expect(text.contains(old), "base.yaml holds the line that the test changes")
        return text.replacing(old, with: new)
    }
}

/// Loads text as if it were the file `slipway.yaml`.
func load(_ text: String, environment: [String: String] = [:]) throws(ConfigurationErrors) -> ConfigurationLoader.Loaded
{
    try ConfigurationLoader(environment: environment).load(Array(text.utf8), file: "slipway.yaml")
}

/// The lines that are printed for a configuration with errors; empty if it has none.
func errorLines(_ text: String, environment: [String: String] = [:]) -> [String] {
    do {
        _ = try load(text, environment: environment)
        return []
    } catch {
        return error.description.split(separator: "\n").map(String.init)
    }
}
