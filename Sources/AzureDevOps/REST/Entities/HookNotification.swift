public import Foundation

/// One event on its way to one subscription, as the history of the service hooks tells it. Request and response are not
/// read: they repeat the receiver's credentials.
public struct HookNotification: Sendable, Equatable, Decodable {
    public var id: Int64
    public var subscriptionID: String?
    public var eventID: String?
    /// `queued`, `processing`, `requestInProgress` or `completed`.
    public var status: String?
    /// `pending`, `succeeded`, `failed` or `filtered`.
    public var result: String?
    public var createdDate: Date?
    public var modifiedDate: Date?
    /// How often the receiver was called.
    public var requestAttempts: Int?
    /// In seconds.
    public var requestDuration: Double?
    public var errorMessage: String?

    enum CodingKeys: String, CodingKey {
        case id, status, result, createdDate, modifiedDate, details
        case subscriptionID = "subscriptionId"
        case eventID = "eventId"
    }

    private enum DetailKeys: CodingKey { case requestAttempts, requestDuration, errorMessage }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        id = try container.decode(Int64.self, forKey: .id)
        subscriptionID = container.tolerantGUID(.subscriptionID)
        eventID = container.tolerantGUID(.eventID)
        status = container.tolerant(String.self, .status)
        result = container.tolerant(String.self, .result)
        createdDate = container.tolerantDate(.createdDate)
        modifiedDate = container.tolerantDate(.modifiedDate)
        let details = try? container.nestedContainer(keyedBy: DetailKeys.self, forKey: .details)
        requestAttempts = details?.tolerant(Int.self, .requestAttempts)
        requestDuration = details?.tolerant(Double.self, .requestDuration)
        errorMessage = details?.tolerant(String.self, .errorMessage)?.operatorText
    }
}
