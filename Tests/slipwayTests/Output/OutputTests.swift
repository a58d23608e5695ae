import AWSClient
import Foundation
import OpenSSLNIO
import SlipwayCore
import SlipwaySQLite
import Testing

@testable import slipway

@Suite struct OutputTests {
    @Test(arguments: [
        ("plain text, ümläut 日本", "plain text, ümläut 日本"), ("\u{1B}[31mred", "\\u{1b}[31mred"),
        ("a\nb\r\u{8}", "a\\u{a}b\\u{d}\\u{8}"), ("\u{9B}31m", "\\u{9b}31m"), ("a\u{202E}b", "a\\u{202e}b"),
        ("a\u{2028}b", "a\\u{2028}b"), ("\u{0}\u{7F}", "\\u{0}\\u{7f}"), ("\u{200B}\u{FEFF}", "\\u{200b}\\u{feff}"),
    ])
    func `What could steer a terminal is shown instead of done`(_ text: String, _ shown: String) {
        #expect(harmless(text) == shown)
    }

    @Test func `Every control character of every kind is made harmless`() {
        for value in Array(UInt32(0)..<0x20) + Array(UInt32(0x7F)..<0xA0) {
            let scalar = Unicode.Scalar(value)!
            #expect(!harmless(String(Character(scalar))).unicodeScalars.contains(scalar))
        }
    }

    @Test func `JSON holds no character that a terminal obeys, and still says the same`() throws {
        let text = "\u{1B}[31m\u{9B}\u{202E}\u{7F}\n\u{E0001}é"
        let json = try JSONText.of(["key": text])
        #expect(!json.unicodeScalars.contains { $0 != "\n" && isHarmful($0) })
        #expect(try JSONDecoder().decode([String: String].self, from: Data(json.utf8)) == ["key": text])
    }

    @Test func `A table is aligned, without anything at the ends of its lines`() {
        var table = Table(["A", "LONG HEADING", "C"])
        table.add(["1", "x", ""])
        table.add(["1\n2", "y", "z"])
        #expect(
            table.text == """
                A        LONG HEADING  C
                1        x
                1\\u{a}2  y             z

                """)
    }

    @Test(arguments: [
        (0, "0.0 s"), (999, "0.9 s"), (9_999, "9.9 s"), (10_000, "10 s"), (59_999, "59 s"), (60_000, "1 min"),
        (125_000, "2 min 5 s"), (3_600_000, "1 h"), (3_660_000, "1 h 1 min"), (90_061_000, "1 d 1 h"),
        (-2_000, "-2.0 s"), (Int64.max, "106751991167 d 7 h"), (Int64.min, "-106751991167 d 7 h"),
    ])
    func `A span of time has two units at most`(_ milliseconds: Int64, _ text: String) {
        #expect(DurationText.of(milliseconds: milliseconds) == text)
    }

    @Test func `An error that nobody foresaw is a bug, in one harmless line`() {
        struct Odd: Error, CustomStringConvertible { var description: String { "odd\u{1B}\nthing" } }
        let report = FailureReport(Odd())
        #expect(report.status == .bug)
        #expect(report.text.hasPrefix("unexpected: odd\\u{1b}\\u{a}thing. This is a bug of Slipway"))
    }

    @Test(arguments: [
        (StoreError.Code.unavailable, CommandStatus.unreachable), (.corrupt, .notSo), (.versionConflict, .bug),
        (.wrongPath, .usage), (.locked, .unreachable),
    ])
    func `A store's error has its status`(_ code: StoreError.Code, _ status: CommandStatus) {
        #expect(FailureReport(StoreError(code: code, message: "m")).status == status)
    }

    @Test(arguments: [
        (PortError.Code.unavailable, CommandStatus.unreachable), (.throttled, .unreachable), (.unauthenticated, .notSo),
        (.forbidden, .notSo),
    ])
    func `A service's error has its status`(_ code: PortError.Code, _ status: CommandStatus) {
        #expect(FailureReport(PortError(code: code, message: "m")).status == status)
    }

    @Test func `A certificate that the server can't use is a fault of the configuration`() {
        #expect {
            _ = try TLSServerContext(
                configuration: TLSServerConfiguration(
                    identity: TLSIdentity(certificateChainFile: "/nonexistent", privateKeyFile: "/nonexistent")))
        } throws: { error in
            FailureReport(error).status == .usage && FailureReport(error).text.contains("/nonexistent")
        }
    }

    @Test(arguments: [
        ("slipway", "slipway"), ("/opt/slipway/bin/slipway", "/opt/slipway/bin/slipway"),
        ("/opt/my tools/slipway", "'/opt/my tools/slipway'"), ("/opt/it's/slipway", #"'/opt/it'\''s/slipway'"#),
        ("/opt/x/../slipway", "/opt/slipway"), ("", "slipway"),
    ])
    func `A command that is printed to be copied is one that works`(_ argument: String, _ command: String) {
        #expect(ShellWord.command(argument) == command)
        #expect(
            ShellWord.command("./slipway") == ShellWord.quoted(FileManager.default.currentDirectoryPath + "/slipway"))
        #expect(ShellWord.command(nil) == "slipway")
    }

    @Test func `A region that is none is a fault of the configuration`() {
        #expect {
            _ = try AWSRegion("no region")
        } throws: { error in
            FailureReport(error).status == .usage
        }
    }

    @Test(arguments: ["Tue, 24 Nov 2026 08:26:11 GMT"])
    func `The date of an answer is read`(_ header: String) {
        #expect(ServerClock.instant(header) == Date(timeIntervalSince1970: 1_795_508_771))
        #expect(ServerClock.instant("yesterday") == nil)
    }
}
