import Crypto
import Foundation

/// Ids that the service derives from names: the same pipeline has the same stage and job ids in every run of every
/// organization.
enum InstanceName {
    static let noStage = "__default"

    /// `stage`, with `.N` for a later attempt.
    static func stage(_ stage: String, attempt: Int) -> String {
        stage + suffix(attempt)
    }

    /// `stage.job.__default`, without the stage's part when there is none, with `.N` for a later attempt.
    static func job(_ job: String, stage: String, attempt: Int) -> String {
        (stage == noStage ? "" : stage + ".") + "\(job).__default" + suffix(attempt)
    }

    /// SHA-1 of a namespace and the lower-cased name in UTF-16, read as a .NET GUID.
    static func id(_ name: String) -> String {
        var hash = Insecure.SHA1()
        hash.update(data: namespace)
        hash.update(data: name.lowercased().utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] })
        var bytes = Array(hash.finalize().prefix(16))
        bytes[7] = bytes[7] & 0x0F | 0x50
        // The first three fields of a .NET GUID are little-endian.
        let order = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15]
        return [0..<4, 4..<6, 6..<8, 8..<10, 10..<16]
            .map { Hex.encode(order[$0].map { bytes[$0] }) }
            .joined(separator: "-")
    }

    private static let namespace: [UInt8] = [
        0x53, 0x37, 0x1B, 0x7F, 0xD4, 0x61, 0x4B, 0x5D, 0xC5, 0xE2, 0x27, 0x33, 0x53, 0x23, 0xDF, 0x24,
    ]

    private static func suffix(_ attempt: Int) -> String {
        attempt > 1 ? ".\(attempt)" : ""
    }
}
