/// Who is told of each committed change of a booking: metrics.
public protocol BookingObserver: Sendable {
    /// `old` is nil for a new booking. Returns at once; never throws, never waits.
    func bookingChanged(from old: Booking?, to new: Booking)
}
