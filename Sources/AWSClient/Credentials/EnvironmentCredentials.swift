/// `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and `AWS_SESSION_TOKEN`. They never expire as far as can be known here.
struct EnvironmentCredentials: CredentialProvider {
    let context: CredentialContext

    var source: String { "environment variables" }

    func credentials() async throws -> AWSCredentials {
        let accessKeyID = self.context.variable("AWS_ACCESS_KEY_ID")
        let secret = self.context.variable("AWS_SECRET_ACCESS_KEY")
        switch (accessKeyID, secret) {
        case (let accessKeyID?, let secret?):
            return AWSCredentials(
                accessKeyID: accessKeyID, secretAccessKey: secret,
                sessionToken: self.context.variable("AWS_SESSION_TOKEN"), source: self.source
            )
        case (nil, nil):
            throw CredentialError(
                .notConfigured, source: self.source, reason: "AWS_ACCESS_KEY_ID is not set",
                mend: "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY."
            )
        case (_, nil):
            throw CredentialError(
                .failed, source: self.source, reason: "AWS_ACCESS_KEY_ID is set, AWS_SECRET_ACCESS_KEY is not",
                mend: "Set both or neither."
            )
        case (nil, _):
            throw CredentialError(
                .failed, source: self.source, reason: "AWS_SECRET_ACCESS_KEY is set, AWS_ACCESS_KEY_ID is not",
                mend: "Set both or neither."
            )
        }
    }
}
