/// What the live log of a pipeline's task is told, each thing once, from what is seen of the launch. A value.
public struct BookingTale: Hashable, Sendable {
    private var told: Set<BookingMessage> = []
    /// Percent of the way to the agent.
    public private(set) var progress = 0

    public init() {}

    /// What is new, in order.
    public mutating func news(of booking: Booking, _ launch: Launch?) -> [BookingMessage] {
        guard let agent = booking.agent else { return [] }
        var news = [BookingMessage(.accepted, agent.name.rawValue, agent.pool, agent.profile)]
        var reached = 10
        if let launch, launch.binding?.booking == booking.id {
            if launch.registeredAt != nil {
                news.append(BookingMessage(.registered, agent.name.rawValue))
                reached = 30
            }
            if let agentTask = launch.agentTask, let placement = launch.placement {
                let id = agentTask.rawValue.split(separator: "/").last.map(String.init) ?? agentTask.rawValue
                news.append(BookingMessage(.placed, id, placement))
                reached = 50
            }
            if launch.runningAt != nil {
                news.append(BookingMessage(.agentTaskState, "RUNNING"))
                reached = 80
            }
            if launch.agentTaskStop != nil { news.append(BookingMessage(.agentTaskState, "STOPPED")) }
            if launch.onlineAt != nil {
                news.append(BookingMessage(.online, agent.name.rawValue))
                reached = 90
            }
        }
        progress = max(progress, reached)
        return news.filter { told.insert($0).inserted }
    }
}
