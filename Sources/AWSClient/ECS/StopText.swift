/// Texts of `stoppedReason` and of a container's `reason`, matched by substrings: AWS varies the rest. The first that
/// matches counts, so the special ones come before the families they belong to.
struct StopText: Sendable {
    /// All must be in the text.
    var parts: [String]
    var cause: ECSStop.Cause
    var remedy: ECSStop.Remedy

    private init(_ parts: String..., cause: ECSStop.Cause, _ remedy: ECSStop.Remedy) {
        self.parts = parts
        self.cause = cause
        self.remedy = remedy
    }

    func matches(_ text: String) -> Bool {
        self.parts.allSatisfy { text.contains($0) }
    }

    static let all: [StopText] = [
        StopText("OutOfMemory", cause: .outOfMemory, .changeConfiguration),

        // The wait is over sooner or later; another try gets another interface.
        StopText("Timeout waiting for network interface provisioning", cause: .network, .relaunch),
        StopText("InsufficientFreeAddressesInSubnet", cause: .network, .relaunch),
        StopText("TagPolicyViolation", cause: .network, .changeConfiguration),
        StopText("attempting to Create Network Interface", cause: .network, .relaunch),
        StopText("failed to configure ENI", cause: .network, .relaunch),

        StopText("CannotPullContainer", "i/o timeout", cause: .imagePull, .relaunch),
        StopText("CannotPullContainer", "EOF", cause: .imagePull, .relaunch),
        StopText("CannotPullContainer", "toomanyrequests", cause: .imagePull, .relaunch),
        StopText("CannotPullContainer", cause: .imagePull, .changeConfiguration),

        StopText("Timeout waiting for EphemeralStorage", cause: .resourceInitialization, .relaunch),
        StopText("ResourceInitializationError", "AccessDenied", cause: .resourceInitialization, .changeConfiguration),
        StopText(
            "ResourceInitializationError", "ResourceNotFound", cause: .resourceInitialization, .changeConfiguration),
        StopText("ResourceInitializationError", cause: .resourceInitialization, .relaunch),
        StopText("ResourceNotFoundException", cause: .resourceInitialization, .changeConfiguration),

        StopText("RESOURCE:", cause: .capacity, .relaunch),
        StopText("Capacity is unavailable at this time", cause: .capacity, .relaunch),
        StopText("EMPTY CAPACITY PROVIDER", cause: .capacity, .relaunch),
        StopText("NO ACTIVE INSTANCES", cause: .capacity, .relaunch),
        StopText("TaskFailedToStart: AGENT", cause: .capacity, .relaunch),
        StopText("TaskFailedToStart: ATTRIBUTE", cause: .capacity, .changeConfiguration),

        StopText("CannotStartContainerError", cause: .containerStart, .changeConfiguration),
        StopText("CannotCreateVolumeError", cause: .containerStart, .changeConfiguration),
        StopText("CannotInspectContainerError", cause: .containerStart, .relaunch),
        StopText("ContainerRuntimeTimeoutError", cause: .containerStart, .relaunch),
        StopText("ContainerRuntimeError", cause: .containerStart, .relaunch),
        StopText("InternalError", cause: .containerStart, .relaunch),
    ]
}
