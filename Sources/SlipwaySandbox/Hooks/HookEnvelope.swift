import Foundation
import NIOCore

/// The body and headers of one post, from an event and the inputs of its subscription.
struct HookEnvelope: Sendable {
    let event: PublishedEvent
    let subscription: Subscription
    let notificationID: Int

    func body(organizationID: String, baseURL: String) -> ByteBuffer {
        let inputs = subscription.body.consumerInputs ?? [:]
        let container: JSONValue = ["id": .string(organizationID), "baseUrl": .string(baseURL + "/")]
        return JSONBody.encode(
            JSONValue.members([
                "subscriptionId": .string(subscription.id), "notificationId": .integer(notificationID),
                "id": .string(event.id), "eventType": .string(event.eventType),
                "publisherId": .string(event.publisherID),
                "message": message(inputs["messagesToSend"]),
                "detailedMessage": message(inputs["detailedMessagesToSend"]),
                "resource": resource(inputs["resourceDetailsToSend"]),
                "resourceVersion": .string(event.resourceVersion),
                "resourceContainers": [
                    "collection": container, "account": container,
                    "project": ["id": .string(event.project.id), "baseUrl": .string(baseURL + "/")],
                ],
                "createdDate": .string(Timestamp.azure(event.createdAt)),
            ])
        )
    }

    private func message(_ wanted: String?) -> JSONValue? {
        switch wanted {
        case nil, "", "all": event.message.json
        case "none": nil
        case let kind?: event.message.json[kind].map { .object([kind: $0]) }
        }
    }

    private func resource(_ wanted: String?) -> JSONValue {
        switch wanted {
        case "none": .null
        // What is kept is not published but for "key fields like URL and ID".
        case "minimal":
            .members(["id": event.resource["id"] ?? event.resource["runId"], "url": event.resource["runUrl"]])
        default: event.resource
        }
    }

    /// No signature: the service has none. A header of the `httpHeaders` input stands as configured.
    static func headers(
        _ inputs: [String: String], subscriptionID: String, activityID: String
    ) -> [(name: String, value: String)] {
        var headers = [
            (name: "Content-Type", value: "application/json; charset=utf-8"), ("X-VSS-ActivityId", activityID),
            ("X-VSS-SubscriptionId", subscriptionID), ("Request-Id", activityID),
        ]
        let username = inputs["basicAuthUsername"] ?? ""
        let password = inputs["basicAuthPassword"] ?? ""
        if !username.isEmpty || !password.isEmpty {
            let credentials = Data("\(username):\(password)".utf8).base64EncodedString()
            headers.append(("Authorization", "Basic \(credentials)"))
        }
        for line in (inputs["httpHeaders"] ?? "").split(whereSeparator: \.isNewline) {
            let parts = line.split(separator: ":", maxSplits: 1)
            if parts.count == 2 {
                headers.append((String(parts[0]), parts[1].trimmingCharacters(in: .whitespaces)))
            }
        }
        return headers
    }
}
