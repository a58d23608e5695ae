/// What is wrong with a value, before it is known where the value stands.
struct Complaint: Error, Hashable, Sendable {
    /// As a clause, without the value of a secret.
    var found: String
    var mend: String
}
