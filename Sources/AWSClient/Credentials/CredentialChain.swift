/// Asks sources in order until one has credentials.
///
/// The order decides who this process is. A source that is not configured is passed over; one that is configured but
/// fails ends the chain, since going on would act as somebody else.
public struct CredentialChain: CredentialProvider {
    private let providers: [any CredentialProvider]

    public init(_ providers: [any CredentialProvider]) {
        self.providers = providers
    }

    public var source: String { "credential chain" }

    public func credentials() async throws -> AWSCredentials {
        var passedOver: [CredentialError] = []
        for provider in self.providers {
            do {
                return try await provider.credentials()
            } catch var error as CredentialError {
                guard error.code == .notConfigured else {
                    error.attempts = passedOver
                    throw error
                }
                passedOver.append(error)
            }
        }
        throw CredentialError(
            .exhausted, source: self.source, reason: "no source of AWS credentials applies here",
            mend: "Mend one of the sources below; on ECS, give the service's task definition a task role.",
            attempts: passedOver
        )
    }
}
