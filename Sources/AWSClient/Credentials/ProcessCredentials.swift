/// `credential_process`: a command that prints credentials. It is run without a shell, with bounded time and output;
/// what it writes to standard error is dropped, since nobody knows what it writes there.
struct ProcessCredentials: CredentialProvider {
    static let timeout: Duration = .seconds(60)
    static let outputMaximumBytes = 64 * 1_024

    let context: CredentialContext
    let command: String
    let source: String
    var timeout = Self.timeout

    func credentials() async throws -> AWSCredentials {
        guard let words = ShellWords.split(self.command), let program = words.first else {
            throw failed("its command is empty or has an open quotation")
        }
        let process = BoundedProcess(
            program: program, arguments: Array(words.dropFirst()), environment: self.context.variables,
            timeout: self.timeout, outputMaximumBytes: Self.outputMaximumBytes
        )
        switch try await process.run() {
        case .exited(status: 0, let output):
            return try CredentialDocument.credentials(
                from: output, source: self.source, mend: Self.mend, requiringVersion: 1
            )
        case .exited(let status, _):
            throw failed("its command ended with status \(status)")
        case .notFound:
            throw failed("its command's program is not there or not executable")
        case .timedOut:
            throw failed("its command did not end within \(self.timeout)")
        case .outputTooLarge:
            throw failed("its command printed more than \(Self.outputMaximumBytes) bytes")
        }
    }

    private static let mend =
        "Run the command of credential_process by hand as this user; it must print JSON with Version 1."

    private func failed(_ reason: String) -> CredentialError {
        CredentialError(.failed, source: self.source, reason: reason, mend: Self.mend)
    }
}

/// Splits a command line into words as a shell does: blanks separate, quotation marks and backslashes protect. Nothing
/// is expanded or executed.
enum ShellWords {
    /// Nil when a quotation is left open or the text ends with a backslash.
    static func split(_ line: String) -> [String]? {
        var words: [String] = []
        var word: String?
        var quote: Character?
        var isEscaped = false
        for character in line {
            if isEscaped {
                // Inside double quotes a backslash protects only what is special there.
                let keepsBackslash = quote == "\"" && !"\"\\$`".contains(character)
                word = (word ?? "") + (keepsBackslash ? "\\" : "") + String(character)
                isEscaped = false
            } else if character == "\\", quote != "'" {
                isEscaped = true
            } else if let open = quote {
                if character == open { quote = nil } else { word = (word ?? "") + String(character) }
            } else if character == "\"" || character == "'" {
                quote = character
                word = word ?? ""
            } else if character.isWhitespace {
                if let finished = word { words.append(finished) }
                word = nil
            } else {
                word = (word ?? "") + String(character)
            }
        }
        guard quote == nil, !isEscaped else { return nil }
        return words + (word.map { [$0] } ?? [])
    }
}
