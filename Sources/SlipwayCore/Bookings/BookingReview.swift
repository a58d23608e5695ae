/// Holds what a booking asks for against the configuration. Pure.
public struct BookingReview: Sendable {
    /// A pool of the configuration, as far as bookings may use it.
    public struct Pool: Hashable, Sendable {
        public var name: String
        public var profiles: [Profile]

        public init(name: String, profiles: [Profile]) {
            self.name = name
            self.profiles = profiles
        }
    }

    let pools: [Pool]
    let sizes: SizeOffers

    public init(pools: [Pool], sizes: SizeOffers) {
        self.pools = pools
        self.sizes = sizes
    }

    public struct Objection: Error, Hashable, Sendable {
        public var message: BookingMessage
    }

    /// Throws the first thing that speaks against it, in the words for the pipeline's author.
    public func agent(_ inputs: BookingInputs, run: Int) throws(Objection) -> BookedAgent {
        let forms = try InputForms(inputs)
        let pool = try pool(forms.pool)
        let profile = try profile(forms.profile, of: pool)
        let taskDefinition = try taskDefinition(forms.image, profile)
        try checkAllowed(forms, profile)
        try checkOffered(forms, profile)
        guard let name = BoundAgentName(run: run, key: forms.key) else {
            throw Objection(message: InputForms.keyInvalid(forms.key))
        }
        return BookedAgent(
            name: name, pool: pool.name, profile: profile.name, cpu: forms.cpu, memory: forms.memory,
            ephemeralStorageGiB: forms.ephemeralStorageGiB, taskDefinition: taskDefinition, wait: forms.wait,
            timeoutMinutes: forms.timeoutMinutes)
    }

    /// What a gate asks about.
    public func profile(_ inputs: BookingInputs) throws(Objection) -> (pool: Pool, profile: Profile) {
        let pool = try pool(InputForms.pool(inputs))
        return (pool, try profile(InputForms.profile(inputs), of: pool))
    }

    private func pool(_ name: String) throws(Objection) -> Pool {
        guard let pool = pools.first(where: { $0.name.lowercased() == name.lowercased() }) else {
            throw Objection(message: BookingMessage(.poolUnknown, name, list(pools.map(\.name))))
        }
        return pool
    }

    private func profile(_ name: String, of pool: Pool) throws(Objection) -> Profile {
        guard let profile = pool.profiles.first(where: { $0.name == name }) else {
            throw Objection(
                message: BookingMessage(.profileUnknown, pool.name, name, list(pool.profiles.map(\.name))))
        }
        return profile
    }

    private func taskDefinition(_ image: String?, _ profile: Profile) throws(Objection) -> String? {
        guard let image else { return nil }
        if let taskDefinition = profile.bookable.images[image] { return taskDefinition }
        if profile.bookable.images.values.contains(image) { return image }
        let names = profile.bookable.images.keys.sorted()
        throw Objection(
            message: BookingMessage(
                .imageNotAllowed, profile.name, image, names.isEmpty ? "none but its own" : list(names)))
    }

    private func checkAllowed(_ forms: InputForms, _ profile: Profile) throws(Objection) {
        let largest = profile.bookable
        try checkAllowed(forms.cpu, largest.cpu ?? profile.cpu, "CPU units", profile)
        try checkAllowed(forms.memory, largest.memory ?? profile.memory, "MiB", profile)
        try checkAllowed(
            forms.ephemeralStorageGiB, largest.ephemeralStorageGiB ?? profile.ephemeralStorageGiB, "GiB of disk",
            profile)
    }

    private func checkAllowed(
        _ asked: Int?, _ largest: Int?, _ unit: String, _ profile: Profile
    ) throws(Objection) {
        guard let asked else { return }
        guard let largest else {
            throw Objection(
                message: BookingMessage(
                    .sizeNotAllowed, profile.name, "the \(unit) of its task definition", "\(asked)"))
        }
        guard asked > largest else { return }
        throw Objection(
            message: BookingMessage(.sizeNotAllowed, profile.name, "\(largest) \(unit)", "\(asked)"))
    }

    /// What neither the call nor the profile says is the task definition's, which is not known here.
    private func checkOffered(_ forms: InputForms, _ profile: Profile) throws(Objection) {
        guard forms.cpu != nil || forms.memory != nil, profile.placements.contains(where: \.isFargate),
            let cpu = forms.cpu ?? profile.cpu, let memory = forms.memory ?? profile.memory,
            !sizes.contains(cpu: cpu, memory: memory)
        else { return }
        let nearest = sizes.nearest(cpu: cpu, memory: memory).map { "\($0.cpu) with \($0.memory)" }
        throw Objection(message: BookingMessage(.sizeNotOffered, "\(cpu)", "\(memory)", list(nearest)))
    }

    private func list(_ names: [String]) -> String { names.isEmpty ? "none" : names.joined(separator: ", ") }
}
