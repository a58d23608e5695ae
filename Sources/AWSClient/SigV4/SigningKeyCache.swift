internal import Crypto
internal import Synchronization

/// Remembers derived signing keys per scope and credentials, which saves four of five HMACs of each signature.
///
/// Bounded: when it is full it starts anew, which costs one derivation per scope. So yesterday's keys and those of
/// replaced credentials do not stay for long.
final class SigningKeyCache: Sendable {
    private struct Entry: Hashable, SecretHolder {
        var scope: SigningScope
        var accessKeyID: String
        var secretAccessKey: String
    }

    private let entriesMaximum: Int
    private let entries = Mutex<[Entry: SymmetricKey]>([:])

    init(entriesMaximum: Int = 16) {
        self.entriesMaximum = entriesMaximum
    }

    func key(for scope: SigningScope, credentials: AWSCredentials) -> SymmetricKey {
        let entry = Entry(
            scope: scope, accessKeyID: credentials.accessKeyID, secretAccessKey: credentials.secretAccessKey
        )
        return self.entries.withLock { entries in
            if let known = entries[entry] { return known }
            if entries.count >= self.entriesMaximum { entries.removeAll() }
            let key = scope.signingKey(secret: credentials.secretAccessKey)
            entries[entry] = key
            return key
        }
    }

    /// For tests: how many keys are held.
    var count: Int { self.entries.withLock { $0.count } }
}
