/// An error in the form of the AWS JSON services.
struct ECSError: Error, Sendable, Equatable {
    var code: String
    var message: String
    var status = 400
    /// `ConflictException` names the agent tasks that belong to the token already.
    var resourceIDs: [String]?

    init(_ code: String, _ message: String, status: Int = 400, resourceIDs: [String]? = nil) {
        self.code = code
        self.message = message
        self.status = status
        self.resourceIDs = resourceIDs
    }

    static func invalidParameter(_ message: String) -> Self { ECSError("InvalidParameterException", message) }
    static func client(_ message: String) -> Self { ECSError("ClientException", message) }
    static func invalidSignature(_ message: String) -> Self { ECSError("InvalidSignatureException", message) }
    static func incompleteSignature(_ message: String) -> Self { ECSError("IncompleteSignatureException", message) }
    static let clusterNotFound = ECSError("ClusterNotFoundException", "Cluster not found.")
    static let throttling = ECSError("ThrottlingException", "Rate exceeded")

    var body: JSONValue {
        .members([
            "__type": .string(code),
            "message": .string(message),
            "resourceIds": resourceIDs.map { .array($0.map(JSONValue.string)) },
        ])
    }
}
