/// What the planner wants, each with its reason for the person who asks.
public struct Decision: Hashable, Sendable {
    public enum Action: Hashable, Sendable {
        /// A new launch, to be committed.
        case launch(Launch)
        /// End a launch as surplus.
        case stop(LaunchID)
        /// An agent is free or on its way: nothing more to do.
        case served
        /// Nothing can be done now, because of the reason.
        case hold(HoldCause)
        /// Nothing will be done for it any more, because of the reason.
        case refuse
    }

    public var action: Action
    /// The job request it is about; nil for one that is about a launch alone.
    public var request: JobRequestID?
    /// The booking it is about.
    public var booking: BookingID?
    /// The profile, where it is about agents that are kept warm.
    public var profile: String?
    public var reason: String
    /// Launches were made for it and failed, and no more will be.
    public var isGivenUp: Bool

    public init(
        action: Action, request: JobRequestID?, booking: BookingID? = nil, profile: String? = nil, reason: String,
        isGivenUp: Bool = false
    ) {
        self.action = action
        self.request = request
        self.booking = booking
        self.profile = profile
        self.reason = reason
        self.isGivenUp = isGivenUp
    }

    /// It is held for the organization's parallel jobs alone.
    public var awaitsParallelJob: Bool { action == .hold(.parallelJobs) }

    public var name: String {
        switch action {
        case .launch: "launch"
        case .stop: "stop"
        case .served: "served"
        case .hold: "hold"
        case .refuse: "refuse"
        }
    }
}
