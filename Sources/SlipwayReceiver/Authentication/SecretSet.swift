internal import Crypto

/// The digests of the values that a secret may have.
///
/// What a caller presents is hashed and each digest compared in full, every one of them, whichever matches: so the time
/// tells neither how much of a guess was right nor which of two secrets it was. Digests have one length, so the secrets'
/// lengths don't show either.
struct SecretSet: Sendable {
    private let digests: [SHA256Digest]

    init(_ values: [String]) {
        digests = values.map { SHA256.hash(data: Array($0.utf8)) }
    }

    func contains(_ presented: String) -> Bool {
        // swift-crypto compares digests in constant time.
        contains(presented, comparing: ==)
    }

    /// `comparing` is a parameter for the test that counts its calls.
    func contains(_ presented: String, comparing areEqual: (SHA256Digest, SHA256Digest) -> Bool) -> Bool {
        let digest = SHA256.hash(data: Array(presented.utf8))
        var matches = 0
        for candidate in digests { matches |= areEqual(candidate, digest) ? 1 : 0 }
        return matches != 0
    }
}
