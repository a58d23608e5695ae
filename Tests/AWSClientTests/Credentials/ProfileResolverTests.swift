@testable import AWSClient
import Testing

@Suite struct ProfileResolverTests {
    private func resolve(_ config: String, _ name: String = "a") throws -> ProfilePlan {
        try ProfileResolver(profiles: ProfileSet(credentials: ProfileFile(), config: ProfileFile(config))).plan(
            for: name)
    }

    private func error(_ config: String) async -> CredentialError? {
        await caught(CredentialError.self) { _ = try resolve(config) }
    }

    private let keys = "aws_access_key_id = AK\naws_secret_access_key = SK"

    private func keysPlan(_ profile: String) -> ProfilePlan {
        .keys(AWSCredentials(accessKeyID: "AK", secretAccessKey: "SK", source: "profile \(profile)"))
    }

    @Test func eachWayOfAProfileBecomesItsPlan() throws {
        #expect(try resolve("[profile a]\n\(keys)") == keysPlan("a"))
        #expect(try resolve("[profile a]\ncredential_process = x y") == .process(command: "x y"))
        let role = RoleSettings(roleARN: "R", sessionName: "slipway")
        #expect(
            try resolve("[profile a]\nrole_arn = R\nsource_profile = b\n[profile b]\n\(keys)")
                == .assumeRole(role, source: keysPlan("b"))
        )
        for (source, plan) in [
            ("Environment", ProfilePlan.environment), ("Ec2InstanceMetadata", .instanceMetadata),
            ("EcsContainer", .container),
        ] {
            #expect(
                try resolve("[profile a]\nrole_arn = R\ncredential_source = \(source)")
                    == .assumeRole(role, source: plan))
        }
        #expect(
            try resolve(
                "[profile a]\nrole_arn = R\nweb_identity_token_file = /t\nrole_session_name = s\nduration_seconds = 900"
            )
                == .webIdentity(
                    WebIdentitySettings(roleARN: "R", tokenFilePath: "/t", sessionName: "s", durationSeconds: 900))
        )
    }

    @Test func rolesChainWithAllTheirSettings() throws {
        let plan = try resolve(
            """
            [profile a]
            role_arn = R1
            source_profile = b
            external_id = E
            role_session_name = S
            duration_seconds = 3600
            [profile b]
            role_arn = R2
            source_profile = c
            [profile c]
            \(keys)
            """
        )
        let outer = RoleSettings(roleARN: "R1", sessionName: "S", externalID: "E", durationSeconds: 3_600)
        let inner = RoleSettings(roleARN: "R2", sessionName: "slipway")
        #expect(plan == .assumeRole(outer, source: .assumeRole(inner, source: keysPlan("c"))))
    }

    @Test func aProfileMayBeItsOwnSourceWhenItHasKeys() throws {
        let plan = try resolve("[profile a]\nrole_arn = R\nsource_profile = a\n\(keys)")
        #expect(plan == .assumeRole(RoleSettings(roleARN: "R", sessionName: "slipway"), source: keysPlan("a")))
    }

    @Test(arguments: [
        ("[profile a]\nrole_arn = R\nsource_profile = a", "circle: a → a"),
        (
            "[profile a]\nrole_arn = R\nsource_profile = b\n[profile b]\nrole_arn = R\nsource_profile = a",
            "circle: a → b → a"
        ),
        ("[profile a]\nrole_arn = R", "neither source_profile nor credential_source"),
        ("[profile a]\nrole_arn = R\nsource_profile = b\ncredential_source = Environment", "both source_profile and"),
        ("[profile a]\nrole_arn = R\ncredential_source = Wish", "not one of Environment"),
        ("[profile a]\nrole_arn = R\nsource_profile = b\nmfa_serial = m", "mfa_serial"),
        ("[profile a]\nrole_arn = R\nsource_profile = gone", "there is no profile gone"),
        ("[profile a]\nrole_arn = R\nsource_profile = b\n[profile b]\nregion = x", "holds no credentials"),
        ("[profile a]\nrole_arn = R\ncredential_source = Environment\nduration_seconds = 60", "900 to 43200"),
        ("[profile a]\naws_access_key_id = AK", "only one of"), ("[profile a]\nsso_session = s", "IAM Identity Center"),
        ("[profile b]\nregion = x", "there is no profile a"),
        (
            "[profile a]\nrole_arn = R\nsource_profile = b\nduration_seconds = 7200\n[profile b]\nrole_arn = R\ncredential_source = Environment",
            "over 3600"
        ),
    ])
    func whatCanNotWorkFailsWithItsReason(config: String, reason: String) async {
        let error = await error(config)
        #expect(error?.code == .failed)
        #expect(error?.reason.contains(reason) == true, "\(error.map { "\($0)" } ?? "none")")
        #expect(error?.mend.isEmpty == false)
    }

    @Test func aProfileWithoutCredentialsIsNotConfigured() async {
        #expect(await error("[profile a]\nregion = x")?.code == .notConfigured)
    }

    @Test func aLongChainEnds() async {
        let chain = (0..<20).map { "[profile p\($0)]\nrole_arn = R\nsource_profile = p\($0 + 1)" }.joined(
            separator: "\n")
        let error = await caught(CredentialError.self) { _ = try resolve(chain, "p0") }
        #expect(error?.reason.contains("stand behind each other") == true)
    }
}
