/// What the service needs of a server task's `task.json`.
public struct ServerTaskDefinition: Sendable, Equatable {
    /// One call of the handler `HttpRequest`.
    public struct Call: Sendable, Equatable {
        /// Templates, all but the method.
        public var url: String
        public var method: String
        /// A JSON object as text.
        public var headers: String
        public var body: String
        /// Whether the answer ends nothing, and an event does.
        public var waitsForCompletion: Bool
        /// What must be so of a direct answer; see ``AnswerExpression``. Empty: any answer of 2xx is fine.
        public var expression: String

        public init(
            url: String, method: String = "POST", headers: String, body: String, waitsForCompletion: Bool = false,
            expression: String = ""
        ) {
            self.url = url
            self.method = method
            self.headers = headers
            self.body = body
            self.waitsForCompletion = waitsForCompletion
            self.expression = expression
        }
    }

    public var name: String
    /// Names of the inputs, each with its default value.
    public var inputs: [String: String]
    public var execute: Call
    /// Sent when the run is cancelled while the server task waits. Without one nothing is sent.
    public var cancel: Call?

    public init(name: String, inputs: [String: String], execute: Call, cancel: Call? = nil) {
        self.name = name
        self.inputs = inputs
        self.execute = execute
        self.cancel = cancel
    }
}

extension ServerTaskDefinition: Decodable {
    private struct File: Decodable {
        struct Input: Decodable {
            var name: String
            var defaultValue: String?
        }

        struct Execution: Decodable {
            var handler: Handler

            enum CodingKeys: String, CodingKey { case handler = "HttpRequest" }
        }

        struct Handler: Decodable {
            var execute: Section
            var cancel: Section?

            enum CodingKeys: String, CodingKey { case execute = "Execute", cancel = "Cancel" }
        }

        struct Section: Decodable {
            var url: String
            var method: String
            var headers: String?
            var body: String?
            var waitForCompletion: String?
            var expression: String?

            enum CodingKeys: String, CodingKey {
                case url = "EndpointUrl", method = "Method", headers = "Headers", body = "Body"
                case waitForCompletion = "WaitForCompletion", expression = "Expression"
            }

            var call: Call {
                Call(
                    url: url, method: method, headers: headers ?? "", body: body ?? "",
                    waitsForCompletion: waitForCompletion?.lowercased() == "true", expression: expression ?? "")
            }
        }

        var name: String
        var inputs: [Input]
        var execution: Execution
    }

    /// Reads a `task.json` whose handler is `HttpRequest`.
    public init(from decoder: any Decoder) throws {
        let file = try File(from: decoder)
        self.init(
            name: file.name,
            inputs: Dictionary(file.inputs.map { ($0.name, $0.defaultValue ?? "") }) { first, _ in first },
            execute: file.execution.handler.execute.call, cancel: file.execution.handler.cancel?.call)
    }
}
