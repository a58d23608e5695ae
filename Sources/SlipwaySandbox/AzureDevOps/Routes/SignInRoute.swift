import HTTPTypes
import Hummingbird

extension AzureDevOpsSimulator {
    /// Where an agent's listener gets its access token. Nobody needs a credential to ask.
    func addSignInRoute(to routes: inout RouteTable) {
        routes.on(.post, "_apis/oauth2/token", .signInAgent) { [world] call in
            let form = APICall.query(of: "?" + String(buffer: call.body))
            guard form["grant_type"] == "client_credentials",
                form["client_assertion_type"] == "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
                let assertion = form["client_assertion"]
            else { throw AzureDevOpsError.invalid("The form is not one of an agent's.") }
            let token = try world.perform { world, now throws(AzureDevOpsError) in
                try world.signIn(assertion: assertion, now: now)
            }
            let seconds = world.read { Int($0.timing.agentToken.seconds / $0.scale.speed) }
            return .json(
                ["access_token": .string(token), "token_type": "bearer", "expires_in": .integer(seconds)] as JSONValue)
        }
    }
}
