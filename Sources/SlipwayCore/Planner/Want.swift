/// What a launch is wanted for.
enum Want {
    case request(JobRequest)
    /// And the job request that demands its agent, if it is queued already.
    case booking(Booking, BookedAgent, demandedBy: JobRequest?)

    var request: JobRequest? {
        switch self {
        case .request(let request): request
        case .booking(_, _, let request): request
        }
    }

    var booking: BookingID? {
        switch self {
        case .request: nil
        case .booking(let booking, _, _): booking.id
        }
    }

    var priority: Int { request?.priority ?? 0 }

    var origin: JobOrigin {
        switch self {
        case .request(let request): request.origin
        case .booking(let booking, _, _): booking.origin
        }
    }

    private var since: Timestamp {
        switch self {
        case .request(let request): request.queuedAt ?? Timestamp(milliseconds: .max)
        case .booking(let booking, _, _): booking.acceptedAt
        }
    }

    /// What decides between two of one moment.
    private var number: (Int64, String) {
        switch self {
        case .request(let request): (request.id.rawValue, "")
        case .booking(let booking, _, _): (.max, booking.id.rawValue)
        }
    }

    func isOlder(than other: Want) -> Bool { since == other.since ? number < other.number : since < other.since }
}
