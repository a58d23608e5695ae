internal import Crypto

/// The public half of an agent's RSA key, which its container made. The private half never leaves the container.
///
/// 2048 bits and the exponent 65537, as the agent makes it itself (microsoft/azure-pipelines-agent, RSAFileKeyManager).
public struct AgentPublicKey: Hashable, Sendable {
    /// Big-endian, without a sign byte.
    public let modulus: [UInt8]

    public static let modulusBytes = 256
    /// 65537, big-endian.
    public static let exponent: [UInt8] = [1, 0, 1]

    /// Refuses what is no modulus of 2048 bits: another length, a leading zero bit, an even number.
    public init?(modulus: [UInt8]) {
        guard modulus.count == Self.modulusBytes, modulus[0] & 0x80 != 0, modulus[modulus.count - 1] & 1 == 1 else {
            return nil
        }
        self.modulus = modulus
    }

    /// SHA-256 of the modulus, in hexadecimal: what the ledger knows the key by.
    public var fingerprint: String { hexadecimal(SHA256.hash(data: modulus)) }
}
