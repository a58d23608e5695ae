/// How the container of one agent task behaves.
public enum ContainerBehaviour: Sendable, Equatable {
    /// As the official start script with `--once`: configures, takes one job, removes itself, exits with 0.
    case orderly
    /// The agent task never reaches RUNNING: it stops with `TaskFailedToStart` and this reason, for example
    /// ``imagePullFailure`` or ``networkTimeout``.
    case failsToStart(reason: String)
    /// As ``orderly``, this much simulated time later.
    case slowStart(Duration)
    /// Carries a token that Azure DevOps refuses: `config.sh` fails, exit code 1.
    case badToken
    /// Ends with this exit code before it has registered anything.
    case crashesBeforeConfiguration(exitCode: Int)
    /// Registers, and then never creates its session: the agent stays offline, the container alive.
    case neverOnline
    /// Is killed this long after its session began, by the kernel for lack of memory: no cleanup, exit code 137. Its
    /// registration is left behind.
    case killed(after: Duration)
    /// Runs its job and exits with 0, without removing its registration.
    case leavesRegistration
    /// Stays in the pool for this long after its job, without telling the service that it leaves. A second job that it
    /// is given in that time is never received.
    case lingersOnline(Duration)
    /// Takes a second job, as an agent without `--once` does, then leaves in order.
    case takesSecondJob
    /// Runs its job, ends its session, and then hangs until it is stopped; then removes itself.
    case hangsAfterJob
    /// As ``orderly``, but pays no heed to SIGTERM: only SIGKILL ends it before its job does.
    case ignoresTermination
    /// Where it claims: once it has its registration, claims it again with another key, as a second container would.
    case claimsTwice
    /// Where it claims: begins with that this much simulated time after its start.
    case claimsLate(Duration)
    /// Where it claims: with a code that isn't the one it was given.
    case claimsWithWrongCode
    /// Where it claims: the first answer that grants it is lost on the way, so it claims again with the same key.
    case losesClaimAnswer

    public static let imagePullFailure = Self.failsToStart(
        reason: "CannotPullContainerError: pull image manifest has been retried 5 time(s): failed to resolve ref "
            + "registry.example.com/azp-agent:latest: not found"
    )
    public static let networkTimeout = Self.failsToStart(
        reason: "Timeout waiting for network interface provisioning to complete."
    )
}
