import Foundation
import NIOConcurrencyHelpers
import NIOCore
import Testing

@testable import OpenSSLNIO

@Suite("Reload")
struct TLSServerContextStoreTests {
    /// Puts another certificate where the store's files are.
    private static func replace(_ certificate: TestCertificate, by other: TestCertificate) throws {
        for (from, to) in [
            (other.certificateFile, certificate.certificateFile), (other.keyFile, certificate.keyFile),
        ] {
            try Data(contentsOf: URL(fileURLWithPath: from)).write(to: URL(fileURLWithPath: to), options: .atomic)
        }
    }

    @Test func `new connections get the new certificate, old ones go on`() async throws {
        let certificate = try await TestCertificate.make(name: "old.example.com")
        let store = try TLSServerContextStore(configuration: certificate.configuration)
        let old = try EmbeddedPair(store.current)
        defer { old.finish() }
        try old.connect()

        try Self.replace(certificate, by: try await TestCertificate.make(name: "new.example.com"))
        #expect(store.current.certificates.first?.subject == "CN=old.example.com")
        try store.reload()
        #expect(store.current.certificates.first?.subject == "CN=new.example.com")

        let new = try EmbeddedPair(store.current)
        defer { new.finish() }
        try new.connect()
        for pair in [old, new] {
            pair.readServer()
            try pair.sendFromClient("works")
            #expect(String(buffer: pair.application.received) == "works")
        }
    }

    @Test func `a failed reload keeps the old certificate`() async throws {
        let certificate = try await TestCertificate.make()
        let store = try TLSServerContextStore(configuration: certificate.configuration)
        let before = store.current
        try FileManager.default.removeItem(atPath: certificate.keyFile)
        #expect(throws: OpenSSLError(.fileUnreadable, "")) { try store.reload() }
        #expect(store.current === before)
    }

    @Test func `the watcher reloads on change, keeps what works, and takes the next good files`() async throws {
        let certificate = try await TestCertificate.make(name: "first.example.com")
        let store = try TLSServerContextStore(configuration: certificate.configuration)
        let clock = ManualClock()
        let events = NIOLockedValueBox<[String]>([])
        let watcher = TLSCertificateWatcher(store: store, pollPeriod: .seconds(30), clock: clock) { event in
            let text =
                switch event {
                case .reloaded(let context): "reloaded \(context.certificates.first?.subject ?? "")"
                case .reloadFailed(let error): "failed \(error.code)"
                case .rotationFailed(let error): "rotation \(error.code)"
                }
            events.withLockedValue { $0.append(text) }
        }
        let running = Task { await watcher.run() }

        await clock.advance(by: .seconds(30))
        #expect(events.withLockedValue { $0 } == [])

        // The certificate comes before its key, as a careless copy does it.
        let next = try await TestCertificate.make(name: "second.example.com")
        let data = try Data(contentsOf: URL(fileURLWithPath: next.certificateFile))
        try data.write(to: URL(fileURLWithPath: certificate.certificateFile), options: .atomic)
        await clock.advance(by: .seconds(29))
        #expect(events.withLockedValue { $0 } == [])
        await clock.advance(by: .seconds(1))
        #expect(events.withLockedValue { $0 } == ["failed keyMismatch"])
        // It is tried again at each poll, since a file may become readable without looking changed.
        await clock.advance(by: .seconds(30))
        #expect(events.withLockedValue { $0 } == ["failed keyMismatch", "failed keyMismatch"])
        #expect(store.current.certificates.first?.subject == "CN=first.example.com")

        try Self.replace(certificate, by: next)
        await clock.advance(by: .seconds(30))
        #expect(events.withLockedValue { $0.last } == "reloaded CN=second.example.com")

        running.cancel()
        await running.value
    }

    @Test func `the watcher sees a change that came before it, and reads no file again that a reload has read`()
        async throws
    {
        let certificate = try await TestCertificate.make(name: "first.example.com")
        let store = try TLSServerContextStore(configuration: certificate.configuration)
        try Self.replace(certificate, by: try await TestCertificate.make(name: "second.example.com"))
        let clock = ManualClock()
        let reloads = NIOLockedValueBox(0)
        let watcher = TLSCertificateWatcher(store: store, pollPeriod: .seconds(30), clock: clock) { _ in
            reloads.withLockedValue { $0 += 1 }
        }
        let running = Task { await watcher.run() }
        await clock.advance(by: .seconds(30))
        #expect(store.current.certificates.first?.subject == "CN=second.example.com")
        #expect(reloads.withLockedValue { $0 } == 1)

        try Self.replace(certificate, by: try await TestCertificate.make(name: "third.example.com"))
        try store.reload()
        await clock.advance(by: .seconds(30))
        #expect(reloads.withLockedValue { $0 } == 1)
        running.cancel()
        await running.value
    }

    @Test func `the watcher follows a symbolic link that is moved to other files`() async throws {
        let directory = try TemporaryDirectory()
        let (first, second) = (
            try await TestCertificate.make(name: "a.test"), try await TestCertificate.make(name: "b.test")
        )
        func link(_ certificate: TestCertificate) throws {
            for (name, target) in [("tls.crt", certificate.certificateFile), ("tls.key", certificate.keyFile)] {
                try? FileManager.default.removeItem(atPath: directory.file(name))
                try FileManager.default.createSymbolicLink(atPath: directory.file(name), withDestinationPath: target)
            }
        }
        try link(first)
        let identity = TLSIdentity(
            certificateChainFile: directory.file("tls.crt"), privateKeyFile: directory.file("tls.key"))
        let store = try TLSServerContextStore(configuration: TLSServerConfiguration(identity: identity))
        let clock = ManualClock()
        let watcher = TLSCertificateWatcher(store: store, pollPeriod: .seconds(1), clock: clock) { _ in }
        let running = Task { await watcher.run() }
        try link(second)
        await clock.advance(by: .seconds(1))
        #expect(store.current.certificates.first?.subject == "CN=b.test")
        running.cancel()
        await running.value
    }
}
