internal import SlipwayCore

/// `BookingDesk`, `BookingKeeper` and `BookingWorker`.
extension EngineModel {
    private static let lookMilliseconds: Int64 = 1_000

    /// Answers whether it is accepted, which it is once it is on disk.
    func accept(_ identity: BookingIdentity, _ name: BoundAgentName, large: Bool) -> Bool {
        guard world.disk.bookings[identity.id] == nil else { return true }
        let profile = large ? "large" : "small"
        let booking = Booking(
            identity: identity, project: "project", timeline: "timeline",
            origin: JobOrigin(projectID: "project", runID: name.run), run: name.run,
            inputs: BookingInputs(pool: world.policy.name, profile: profile),
            agent: BookedAgent(
                name: name, pool: world.policy.name, profile: profile, wait: name.run % 2 == 0 ? .online : .registered),
            acceptedAt: world.clock)
        guard (try? write { (disk) throws(Disk.Refusal) in try disk.write(booking) }) != nil else { return false }
        world.note("booking \(booking.id) of \(name) is accepted")
        attend(to: booking.id)
        hookArrives()
        return true
    }

    /// Answers whether it was heard.
    func cancel(_ identity: BookingIdentity) -> Bool {
        guard let booking = world.disk.bookings[identity.id],
            let decided = booking.deciding(.cancelled(booking), at: world.clock)
        else { return true }
        guard (try? commit(decided)) != nil else { return false }
        hookArrives()
        return true
    }

    func noteRefusals(_ decisions: [Decision]) {
        for decision in decisions where decision.name == "refuse" {
            if let booking = decision.booking { bookingRefusals[booking] = decision.reason }
        }
    }

    /// Once a second, as long as its task waits.
    func attend(to id: BookingID) {
        guard isAlive, let booking = world.disk.bookings[id], booking.isOpen else { return }
        let launch = book.first { $0.binding?.booking == id }
        if let outcome = booking.verdict(
            launch: launch, refusal: bookingRefusals[id], problem: nil, at: world.clock),
            let decided = booking.deciding(outcome, at: world.clock)
        {
            _ = try? commit(decided)
            if outcome.result != .succeeded { hookArrives() }
        }
        guard isAlive, let outcome = world.disk.bookings[id]?.outcome else { return workLater(id) }
        call(.tellPlan) { [world] in
            world.taskIsTold(booking.identity, outcome)
        } then: { [self] answer in
            if answer != nil, let told = world.disk.bookings[id]?.closing(.told, at: world.clock) {
                _ = try? commit(told)
            }
            workLater(id)
        }
    }

    private func workLater(_ id: BookingID) { after(Self.lookMilliseconds) { [self] in attend(to: id) } }

    private func commit(_ transition: BookingTransition) throws {
        try write { (disk) throws(Disk.Refusal) in try disk.write(transition.booking) }
        world.note(
            "\(transition.entry.kind) \(transition.booking.id): \(transition.booking.outcome?.message.text ?? "")")
    }
}
