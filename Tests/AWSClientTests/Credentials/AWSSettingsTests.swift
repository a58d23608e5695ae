@testable import AWSClient
import Foundation
import Testing

@Suite struct AWSSettingsTests {
    @Test func settingsThatAreWrongAreNamed() async throws {
        try await withTemporaryDirectory { home in
            for (name, value) in [
                ("AWS_MAX_ATTEMPTS", "many"), ("AWS_MAX_ATTEMPTS", "0"), ("AWS_ENDPOINT_URL", "ecs.example"),
                ("AWS_ENDPOINT_URL_SECRETS_MANAGER", "ftp://x"),
            ] {
                let error = await caught(AWSError.self) {
                    _ = try AWSSettings(variables: [name: value], homeDirectory: home)
                }
                #expect(error?.code == .invalidConfiguration)
                #expect(error?.message.contains(name) == true)
            }
            let settings = try AWSSettings(variables: ["AWS_MAX_ATTEMPTS": "7"], homeDirectory: home)
            #expect(settings.clientConfiguration.attemptsMaximum == 7)
        }
    }

    @Test func filesAreTakenFromWhereTheVariablesSay() async throws {
        try await withTemporaryDirectory { home in
            try write("[profile p]\nregion = eu-north-1", to: "\(home)/elsewhere")
            let variables = ["AWS_CONFIG_FILE": "\(home)/elsewhere", "AWS_PROFILE": "p", "AWS_REGION": ""]
            try await withHTTPClient { http in
                let settings = try AWSSettings(variables: variables, homeDirectory: "/nowhere")
                #expect(settings.profileName == "p")
                #expect(try await settings.region(httpClient: http, logger: quiet).name == "eu-north-1")
            }
        }
    }

    @Test func aFileThatCanNotBeAProfileFileIsAnErrorInsteadOfAHang() async throws {
        try await withTemporaryDirectory { home in
            try #require(mkfifo("\(home)/pipe", 0o600) == 0)
            try Data(repeating: 0x20, count: ProfileFile.bytesMaximum + 1).write(
                to: URL(fileURLWithPath: "\(home)/large"))
            try Data([0xFF, 0xFE]).write(to: URL(fileURLWithPath: "\(home)/binary"))
            for (name, reason) in [
                ("", "is not a regular file"), ("pipe", "is not a regular file"),
                ("large", "is larger than 1048576 bytes"),
                ("binary", "is not UTF-8 text"),
            ] {
                let error = await caught(CredentialError.self) {
                    _ = try AWSSettings(variables: ["AWS_CONFIG_FILE": "\(home)/\(name)"], homeDirectory: home)
                }
                #expect(error?.reason.hasSuffix(reason) == true, "\(name): \(error.map { "\($0)" } ?? "")")
            }
        }
    }
}
