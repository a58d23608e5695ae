import Testing

@testable import SlipwayCore

@Suite struct ProjectQueueTests {
    private let projects: [String?] = ["a", "b", "c", "d", nil]

    private func requests() -> [JobRequest] {
        (0..<200).map { (number: Int) -> JobRequest in
            let queuedAt = Timestamp(milliseconds: Int64(number * 73 % 200 / 3))
            let project = projects[number * 31 % 7 % projects.count]
            return JobRequest(
                id: JobRequestID(rawValue: Int64(number)), queuedAt: queuedAt, origin: JobOrigin(projectID: project),
                priority: number % 2)
        }
    }

    /// What the order is, in the simplest words: of what is left, by priority, by the project's agents, by age.
    private func next(of left: [JobRequest], _ agents: [String?: Int]) -> JobRequest? {
        left.min { one, two in
            if one.priority != two.priority { return one.priority > two.priority }
            let (ones, twos) = (agents[one.origin.projectID, default: 0], agents[two.origin.projectID, default: 0])
            if ones != twos { return ones < twos }
            return Want.request(one).isOlder(than: .request(two))
        }
    }

    @Test func theProjectWithTheFewestAgentsIsNextAndOfThoseTheOldestJob() {
        var left = requests()
        var agents: [String?: Int] = ["a": 12, "c": 3]
        var queue = ProjectQueue(left.map { ProjectQueue.Item(profile: "small", want: .request($0)) })
        var served = 0
        while let item = queue.next(agents) {
            let expected = next(of: left, agents)
            #expect(item.want.request?.id == expected?.id)
            left.removeAll { $0.id == item.want.request?.id }
            served += 1
            // Not all that are served get an agent.
            if served % 4 != 0 { agents[item.want.origin.projectID, default: 0] += 1 }
        }
        #expect(left.isEmpty)
    }
}
