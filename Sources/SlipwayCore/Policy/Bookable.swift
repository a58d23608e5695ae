/// What a pipeline may ask for beyond a profile's own size and image.
public struct Bookable: Hashable, Sendable {
    /// The largest CPU units, MiB and GiB; nil: the profile's own.
    public var cpu: Int?
    public var memory: Int?
    public var ephemeralStorageGiB: Int?
    /// Task definitions by the name that a pipeline calls them by.
    public var images: [String: String]

    public init(
        cpu: Int? = nil, memory: Int? = nil, ephemeralStorageGiB: Int? = nil, images: [String: String] = [:]
    ) {
        self.cpu = cpu
        self.memory = memory
        self.ephemeralStorageGiB = ephemeralStorageGiB
        self.images = images
    }
}
