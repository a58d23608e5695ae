/// Service Quotas: how much of something an account may have in a region. Reads only.
public struct ServiceQuotasClient: Sendable {
    private let client: AWSClient

    public init(client: AWSClient) {
        self.client = client
    }

    /// The account's own value, or AWS's default where it has none.
    ///
    /// - Throws: `AWSError`; its code is `NoSuchResourceException` when there is no such quota. `CancellationError` when
    ///   cancelled.
    public func quota(service: String, code: String) async throws -> Double {
        do {
            return try await value("GetServiceQuota", service, code)
        } catch let error as AWSError where error.code.rawValue == "NoSuchResourceException" {
            return try await value("GetAWSDefaultServiceQuota", service, code)
        }
    }

    private func value(_ operation: String, _ service: String, _ code: String) async throws -> Double {
        let call = try AWSCall.json(
            .serviceQuotas, operation, Input(serviceCode: service, quotaCode: code), isRepeatable: true)
        return try await client.json(call, as: Output.self).quota.value
    }

    private struct Input: Encodable {
        var serviceCode: String
        var quotaCode: String

        enum CodingKeys: String, CodingKey {
            case serviceCode = "ServiceCode"
            case quotaCode = "QuotaCode"
        }
    }

    private struct Output: Decodable, Sendable {
        struct Quota: Decodable, Sendable {
            var value: Double

            enum CodingKeys: String, CodingKey { case value = "Value" }
        }

        var quota: Quota

        enum CodingKeys: String, CodingKey { case quota = "Quota" }
    }
}
