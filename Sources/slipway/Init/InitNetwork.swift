internal import AWSClient

/// Where agent tasks may run, as it could be found out.
struct InitNetwork: Hashable, Sendable {
    /// What it was seen of.
    enum Origin: Hashable, Sendable {
        /// Agent tasks that run now.
        case agentTasks
        /// The region's default VPC, whose subnets lead into the internet by public addresses.
        case defaultVPC(String)
    }

    var origin: Origin
    var subnets: [String]
    /// Empty: the VPC's own.
    var securityGroups: [String] = []
    var assignsPublicIP = false
    /// What could not be seen, and why; nil: nothing.
    var doubt: String?

    static func doubt(_ what: String, because error: any Error) -> String {
        "\(what) (\((error as? AWSError)?.message ?? "\(error)"))"
    }
}
