import SlipwayReceiver
import Testing

@testable import slipway

@Suite struct ReceiverConfigurationTests {
    @Test func `How long a shutdown takes can be configured`() throws {
        let secrets = SlipwaySecrets(
            hookPasswords: [SecretText("correct-horse-battery")], azureDevOps: .token(SecretText("hunter2")))
        let usual = try load(try Fixture.base()).configuration
        #expect(usual.receiver.drain == .seconds(2))
        let text = try Fixture.base(
            replacing: "receiver:\n", with: "receiver:\n  unreadyMilliseconds: 15000\n  refusingMilliseconds: 500\n")
        let changed = try load(text).configuration
        #expect(changed.receiver.drain == .milliseconds(15_500))
        let receiver = try ReceiverConfiguration(changed, secrets)
        #expect(receiver.unreadyMilliseconds == 15_000)
        #expect(receiver.refusingMilliseconds == 500)
    }
}
