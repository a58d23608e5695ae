internal import SlipwayCore

/// A value that has passed the checks of its key.
enum ConfigurationValue: Hashable, Sendable {
    case text(String)
    case integer(Int)
    case flag(Bool)
    case secret(SecretReference)
    case demands([Demand])
    case texts([String])
    case secrets([SecretReference])
}
