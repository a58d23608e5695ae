import Foundation
import OpenSSLNIO
import SlipwayConsole
import Testing

@testable import slipway

@Suite struct CertificateReadinessTests {
    /// A certificate is valid from an hour before until a day after it was made.
    private func store(madeAt date: Date, in directory: TemporaryDirectory) throws -> TLSServerContextStore {
        let certificate = try DemoCertificate(now: date)
        try certificate.certificatePEM.write(toFile: directory.path("tls.crt"), atomically: true, encoding: .utf8)
        try certificate.privateKeyPEM.write(toFile: directory.path("tls.key"), atomically: true, encoding: .utf8)
        return try TLSServerContextStore(
            configuration: TLSServerConfiguration(
                identity: TLSIdentity(
                    certificateChainFile: directory.path("tls.crt"), privateKeyFile: directory.path("tls.key"))))
    }

    @Test func `An expired certificate is not ready, until a new one was read`() async throws {
        let directory = try TemporaryDirectory()
        let now = Date(timeIntervalSince1970: 1_800_000_000)
        let tls = try store(madeAt: now.addingTimeInterval(-86_401), in: directory)
        let check = ReadinessCheck.certificate(tls, now: { now })
        #expect(await check.problem()?.contains("it expired on 2027-01-15T07:59:59Z") == true)
        _ = try store(madeAt: now, in: directory)
        try tls.reload()
        #expect(await check.problem() == nil)
    }

    @Test func `A certificate of the future is not ready`() async throws {
        let directory = try TemporaryDirectory()
        let now = Date(timeIntervalSince1970: 1_800_000_000)
        let tls = try store(madeAt: now.addingTimeInterval(3_601), in: directory)
        #expect(await ReadinessCheck.certificate(tls, now: { now }).problem()?.contains("clock") == true)
    }

    @Test func `A certificate that ends soon is noted, and makes nothing unready`() async throws {
        let directory = try TemporaryDirectory()
        let now = Date(timeIntervalSince1970: 1_800_000_000)
        let tls = try store(madeAt: now, in: directory)
        func note(_ seconds: Double) async -> String? {
            await ReadinessCheck.certificateEnd(tls, now: { now.addingTimeInterval(seconds) }).problem()
        }
        #expect(ReadinessCheck.certificateEnd(tls).isNote)
        #expect(await note(60)?.hasPrefix("it ends on 2027-01-16, in less than a day: put a new one") == true)
        #expect(await note(-86_400 * 3)?.contains("in 4 days") == true)
        #expect(await note(-86_400 * 13.5) == nil)
        #expect(await note(86_401) == nil, "then it is a problem")
    }
}
