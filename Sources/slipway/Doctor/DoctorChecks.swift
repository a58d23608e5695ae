internal import Foundation
internal import SlipwayCore
internal import SlipwayReceiver

/// The checks that a configuration calls for.
struct DoctorChecks: Sendable {
    let loaded: ConfigurationLoader.Loaded
    let services: DoctorServices
    /// Whether what leaves a trace for a moment is tried too.
    var tries = false

    var configuration: SlipwayConfiguration { loaded.configuration }

    /// In the order in which they are shown: from this machine outwards.
    var all: [DoctorCheck] {
        [
            configurationCheck, certificateCheck, storeCheck, publicURLCheck, secretsCheck, hooksCheck, claimsCheck,
            clockCheck,
        ]
            + (configuration.costs.budgets.isEmpty ? [] : [budgetsCheck])
            + azureDevOpsChecks
            + awsChecks
    }

    /// Shows whether Azure DevOps can be reached at all from here.
    var reachCommand: String { "curl -sSI \(configuration.azureDevOps.organization)" }

    /// It was loaded, or there would be no doctor; what is left are its warnings.
    private var configurationCheck: DoctorCheck {
        DoctorCheck(name: "configuration", mend: "slipway doctor --help") {
            let pools = configuration.pools.count
            let profiles = configuration.pools.map(\.profiles.count).reduce(0, +)
            return [.ok("\(loaded.source.fileName): pools: \(pools), profiles: \(profiles)")]
                + loaded.warnings.map { warning in
                    let place = [warning.place, warning.key.isEmpty ? nil : warning.key].compactMap { $0 }
                    return .warning((place + [warning.found]).joined(separator: ": "), mend: warning.mend)
                }
        }
    }

    private var secretsCheck: DoctorCheck {
        DoctorCheck(name: "secrets", mend: "see docs/configuration.md") {
            do {
                _ = try await services.secrets()
                return [.ok("every secret can be read")]
            } catch let errors as ConfigurationErrors {
                return errors.errors.map { .failed("\($0.key): \($0.found)", mend: $0.mend) }
            }
        }
    }

    private var hooksCheck: DoctorCheck {
        DoctorCheck(name: "hooks", needs: ["secrets"], mend: "openssl rand -hex 24") {
            do {
                let credentials = try HookCredentials(configuration.hooks, try await services.secrets())
                return [.ok("a delivery must show \(credentials)")]
            } catch let error as ReceiverError {
                return [.failed(error.message, mend: "openssl rand -hex 24")]
            }
        }
    }

    private var claimsCheck: DoctorCheck {
        let profiles = configuration.pools.flatMap(\.profiles).filter { $0.registration == .byClaim }.map(\.name)
        return DoctorCheck(name: "claims", needs: ["secrets"], mend: "openssl rand -hex 32") {
            do {
                guard let offer = try ClaimOffer(configuration, try await services.secrets()) else {
                    return [.ok("not configured: agents register themselves, with a token in their container")]
                }
                let whose = profiles.isEmpty ? "no profile uses them" : "for \(profiles.joined(separator: ", "))"
                return [.ok("containers claim at \(offer.publicURL)\(ClaimOffer.pathPrefix)…, \(whose)")]
            } catch let error as CommandFailure {
                return [.failed(error.description, mend: "openssl rand -hex 32")]
            }
        }
    }

    private var budgetsCheck: DoctorCheck {
        DoctorCheck(name: "budgets", mend: "see docs/audit.md#costs") {
            do {
                let prices = try PriceBookFile.load(configuration.costs.priceBook)
                let now = Timestamp(services.now())
                if let problem = UnpricedPlacements.problem(configuration, prices, at: now) {
                    return [.warning(problem, mend: UnpricedPlacements.mend)]
                }
                return [.ok("the price book, of \(prices.asOf), has a price for each placement")]
            } catch let error as ConfigurationErrors {
                return error.errors.map { .failed("\($0.place ?? $0.key): \($0.found)", mend: $0.mend) }
            }
        }
    }

    /// AWS refuses calls that are five minutes off, and tokens of Entra have a beginning.
    private var clockCheck: DoctorCheck {
        DoctorCheck(name: "clock", timeLimitSeconds: 10, mend: "timedatectl status", mendUnreachable: reachCommand) {
            guard let ahead = try await services.clockAheadSeconds() else {
                return [.ok("Azure DevOps sends no time to compare with")]
            }
            let distance = abs(ahead)
            let words = "this clock is \(Int(distance.rounded())) s \(ahead < 0 ? "behind" : "ahead of") Azure DevOps'"
            if distance < 30 { return [.ok("this clock and Azure DevOps' agree within 30 s")] }
            let mend = "timedatectl set-ntp true"
            return [distance < 240 ? .warning(words, mend: mend) : .failed(words, mend: mend)]
        }
    }
}

// MARK: This machine

extension DoctorChecks {
    /// From this machine, which is not where Azure DevOps calls from: a router may lead it elsewhere. So it only warns.
    private var publicURLCheck: DoctorCheck {
        let origin = configuration.receiver.origin ?? ""
        let url = origin + ReceiverConfiguration.healthPath
        let command = "curl -sS -o /dev/null -w '%{http_code}\\n' \(url)"
        return DoctorCheck(name: "public url", needs: ["store"], timeLimitSeconds: 10, mend: command) {
            guard !origin.isEmpty else { return [.ok("not looked at, since receiver.publicURL is not set")] }
            guard try await services.store(configuration.store.path).holder != nil else {
                return [.ok("not looked at, since no server runs on the store")]
            }
            do {
                switch try await services.status(url) {
                case 200: return [.ok("\(url) answers")]
                case 503: return [.warning("\(url) says that no hooks can be taken at the moment", mend: command)]
                case let status: return [.warning("\(url) answers \(status): is it this server's?", mend: command)]
                }
            } catch let error as CommandFailure {
                return [.warning("\(error.description); Azure DevOps and containers call it", mend: command)]
            }
        }
    }
}
