internal import AWSClient
internal import SlipwayCore

/// A question that the doctor alone asks: the server does without it, so that it may not be asked says nothing of the server.
struct AWSQuestion: Sendable {
    /// What would be known, for "… can't be told".
    var subject: String
    /// IAM actions that it takes, and what they are allowed on.
    var actions: [String]
    var resource = "*"
    /// Whether all services have one endpoint of the operator's, which may not be AWS's.
    var hasOwnEndpoint: Bool

    func findings(_ ask: () async throws -> [Finding]) async throws -> [Finding] {
        do {
            return try await ask()
        } catch let error as AWSError where hasOwnEndpoint && Self.isUnknownThere(error) {
            return [.ok("\(subject): not looked at, since aws.endpoint has no \(error.service ?? "such service")")]
        } catch let error as AWSError where error.classification == .accessDenied {
            return [.warning("\(subject) can't be told, since it may not be asked for", mend: "allow \(statement)")]
        }
    }

    /// As it stands in a policy.
    var statement: String {
        let names = actions.map { "\"\($0)\"" }.joined(separator: ", ")
        return #"{"Effect": "Allow", "Action": [\#(names)], "Resource": "\#(resource)"}"#
    }

    /// What simulators answer to a call that they don't have.
    private static func isUnknownThere(_ error: AWSError) -> Bool {
        ["UnknownOperationException", "InvalidAction", "NotImplemented"].contains(error.code.rawValue)
            || [404, 501].contains(error.httpStatus)
    }
}
