internal import Foundation

/// The files that `slipway init` makes: the configuration and, where they are not there yet, its own secrets.
struct InitFiles: Sendable {
    let given: InitGiven
    let replaces: Bool

    /// Throws if the configuration is there already and isn't to be replaced. Asked before anything is looked up.
    func check() throws(CommandFailure) {
        guard !replaces, FileManager.default.fileExists(atPath: given.path) else { return }
        throw CommandFailure(
            .usage,
            "\(harmless(given.path)) exists already: name another file with --config, or replace it with --force")
    }

    /// Answers what was made.
    func write(_ text: String, usesClaims: Bool) throws(CommandFailure) -> [CheckResult] {
        var results = [try secret(given.hookPasswordPath, "the password of the hooks")]
        if usesClaims { results.append(try secret(given.claimSecretPath, "the secret of the claims")) }
        try configuration(text)
        return [CheckResult(check: "configuration", findings: [.ok("\(given.path) is written")])] + results
    }

    /// Into a new file first, so that half a configuration is never there.
    private func configuration(_ text: String) throws(CommandFailure) {
        guard replaces else { return try NewFile.write(text, to: given.path) }
        let new = given.path + ".\(UInt64.random(in: 0 ... .max)).new"
        let file = try NewFile(new)
        do throws(CommandFailure) {
            try file.write(text)
            try file.close()
            try replace(with: new)
        } catch {
            file.discard()
            throw error
        }
    }

    private func replace(with new: String) throws(CommandFailure) {
        guard rename(new, given.path) == 0 else {
            throw CommandFailure(
                .usage,
                "\(harmless(given.path)) can't be replaced: \(String(cString: strerror(errno))); name another file")
        }
    }

    /// A secret of 256 bits, for its owner only. One that is there stays as it is.
    private func secret(_ path: String, _ what: String) throws(CommandFailure) -> CheckResult {
        guard !FileManager.default.fileExists(atPath: path) else {
            return CheckResult(check: "secrets", findings: [.ok("\(what) stays as it is in \(path)")])
        }
        try NewFile.write(Self.random(), to: path)
        return CheckResult(check: "secrets", findings: [.ok("\(what) is made, in \(path)")])
    }

    /// 64 hexadecimal digits from the system's generator.
    private static func random() -> String {
        (0..<32).map { _ in
            let digits = String(UInt8.random(in: .min ... .max), radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }

    /// What the configuration names and is not there yet.
    var missing: [CheckResult] {
        let files: [(key: String, path: String, mend: String)] = [
            (
                "azureDevOps.token", given.tokenPath,
                "(umask 077 && printf %s \"$AZP_TOKEN\" >\(ShellWord.quoted(given.tokenPath)))"
            ),
            ("receiver.certificate", given.certificatePath, "put the certificate and its chain there, in PEM"),
            ("receiver.privateKey", given.privateKeyPath, "put the certificate's key there, in PEM"),
        ]
        return files.filter { !FileManager.default.fileExists(atPath: $0.path) }.map { file in
            CheckResult(check: file.key, findings: [.warning("\(file.path) is not there yet", mend: file.mend)])
        }
    }
}
