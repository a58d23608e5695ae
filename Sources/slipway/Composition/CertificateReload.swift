internal import Logging
internal import OpenSSLNIO
internal import ServiceLifecycle
internal import UnixSignals

/// Reads the certificate anew on SIGHUP. Open connections keep what they have; one that can't be read changes nothing.
struct CertificateReload: Service {
    let tls: TLSServerContextStore
    let hangups: UnixSignalsSequence
    let logger: Logger

    func run() async throws {
        for await _ in hangups.cancelOnGracefulShutdown() {
            do {
                _ = try tls.reload()
                logger.info("The certificate was read anew")
            } catch {
                logger.error(
                    "The certificate could not be read anew; the old one stays", metadata: ["error": "\(error)"])
            }
        }
    }
}

/// Reads the certificate anew when its files change.
struct CertificateWatch: Service {
    let tls: TLSServerContextStore
    let logger: Logger

    func run() async throws {
        let watcher = TLSCertificateWatcher(store: tls, clock: ContinuousClock()) { event in
            switch event {
            case .reloaded:
                logger.info("The certificate has changed and was read anew")
            case .reloadFailed(let error):
                logger.error(
                    "The changed certificate can't be used; the old one stays", metadata: ["error": "\(error)"])
            case .rotationFailed(let error):
                logger.error("The session ticket keys were not rotated", metadata: ["error": "\(error)"])
            }
        }
        await cancelWhenGracefulShutdown { await watcher.run() }
    }
}
