import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import SlipwayTestSupport
import Testing

/// One reading of `/metrics` of a built server.
struct Scrape {
    let text: String
    private let values: [String: Double]

    init(of server: Program) async throws {
        let line = try #require(try await server.line(with: "The console listens"), "\(server.output)")
        let port = try #require(line.firstMatch(of: /127\.0\.0\.1:(\d+)/)?.1)
        let client = HTTPClient(eventLoopGroupProvider: .singleton)
        do {
            let response = try await client.execute(
                HTTPClientRequest(url: "http://127.0.0.1:\(port)/metrics"), timeout: .seconds(20))
            #expect(response.status == .ok)
            #expect(response.headers.first(name: "content-type") == "text/plain; version=0.0.4; charset=utf-8")
            self.init(text: String(buffer: try await response.body.collect(upTo: 16 << 20)))
        } catch {
            try? await client.shutdown()
            throw error
        }
        try await client.shutdown()
    }

    private init(text: String) {
        self.text = text
        let lines = text.split(separator: "\n").filter { !$0.hasPrefix("#") }
        values = Dictionary(
            lines.compactMap { line in
                line.lastIndex(of: " ").map { (String(line[..<$0]), Double(line[line.index(after: $0)...]) ?? .nan) }
            }, uniquingKeysWith: { first, _ in first })
    }

    /// The value of a series, by its name and labels as they are written.
    subscript(series: String) -> Double? { values[series] }

    /// The sum of a metric's series that have these labels among theirs.
    func sum(_ name: String, _ labels: String...) -> Double {
        values.filter { series, _ in
            series.prefix { $0 != "{" } == name && labels.allSatisfy(series.contains)
        }.values.reduce(0, +)
    }

    /// The names of all metrics in it.
    var names: Set<String> {
        Set(text.split(separator: "\n").filter { $0.hasPrefix("# TYPE ") }.map { String($0.split(separator: " ")[2]) })
    }

    /// Fails the test with what promtool has to say.
    func expectPromtoolIsContent(_ folder: Folder, sourceLocation: SourceLocation = #_sourceLocation) async throws {
        try folder.write(text, to: "metrics.txt")
        let check = try Program(
            "/bin/bash", ["-c", #"exec "${0}" check metrics <"${1}""#, Self.promtool, folder.path("metrics.txt")],
            outputTo: folder.path("promtool.log"))
        #expect(
            try await check.status(within: .seconds(30)) == 0, "\(check.output)", sourceLocation: sourceLocation)
        #expect(check.output.isEmpty, "\(check.output)", sourceLocation: sourceLocation)
    }

    /// Where scripts/prepare puts it, or else what is on the PATH.
    private static var promtool: String {
        let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..").standardized
        let own = root.appending(path: ".tools/promtool").path(percentEncoded: false)
        return FileManager.default.isExecutableFile(atPath: own) ? own : "promtool"
    }
}
