internal import SlipwayCore
public import PrometheusText

/// Every metric of the server: names, meanings, labels. `docs/metrics.md` is written from it.
///
/// Labels take few values: pools and profiles of the configuration, and words of the code. No id of a job, launch, run or
/// agent task, no name of a project, pipeline or person.
public enum SlipwayMetric {
    /// A heading of the page, and what is below it.
    public struct Group: Sendable {
        public var title: String
        public var families: [MetricFamily]
    }

    public static let groups: [Group] = [
        Group(title: "Jobs", families: jobs), Group(title: "Agents and launches", families: launches),
        Group(title: "Agents that pipelines ask for", families: bookings),
        Group(title: "Receiver", families: receiver), Group(title: "Store", families: store),
        Group(title: "Calls", families: calls), Group(title: "State of the server", families: server),
    ]

    public static let all: [MetricFamily] = groups.flatMap(\.families)

    // MARK: Jobs

    public static let jobsWaiting = MetricFamily(
        "slipway_jobs_waiting", .gauge,
        help:
            "Job requests that waited for an agent when the pool was last read; profile none: no profile serves them.",
        labels: ["pool", "profile"])
    public static let longestWait = MetricFamily(
        "slipway_jobs_waiting_longest_seconds", .gauge,
        help: "How long the one of them that was queued first has waited; 0 where none waits.",
        labels: ["pool", "profile"])
    public static let jobsDecided = MetricFamily(
        "slipway_jobs_decided", .gauge,
        help: "Waiting job requests by what the latest plan decided on them.", labels: ["pool", "decision"])
    public static let decisions = MetricFamily(
        "slipway_decisions_total", .counter,
        help:
            "Decisions that differed from the one before on the same job request; that an agent is on its way is none. One of \(Decision.metricNames.joined(separator: ", ")).",
        labels: ["pool", "decision"])
    public static let jobWait = MetricFamily(
        "slipway_job_wait_seconds", .histogram(buckets: longBuckets),
        help: "From the queueing of a job until an agent of Slipway's was seen to hold it. By Azure's clock and ours.",
        labels: ["pool", "profile"])
    public static let hookLag = MetricFamily(
        "slipway_hook_lag_seconds", .histogram(buckets: longBuckets),
        help:
            "From the queueing of a job until the delivery that announced it was recorded. By Azure's clock and ours.",
        labels: ["pool"])
    public static let unannouncedJobs = MetricFamily(
        "slipway_jobs_unannounced_total", .counter,
        help: "Jobs that a sweep found and that no hook announced within a minute.")

    static let jobs = [
        jobsWaiting, longestWait, jobsDecided, decisions, jobWait, hookLag, unannouncedJobs,
    ]

    // MARK: Agents and launches

    public static let agentsStarting = MetricFamily(
        "slipway_agents_starting", .gauge,
        help: "Launches on their way: planned, starting or pending.", labels: ["pool", "profile"])
    public static let agentsOnline = MetricFamily(
        "slipway_agents_online", .gauge, help: "Launches whose agent is online and has no job.",
        labels: ["pool", "profile"])
    public static let agentsWarm = MetricFamily(
        "slipway_agents_warm_wanted", .gauge,
        help: "Agents that are to be online without a job at this time, for jobs to come.", labels: ["pool", "profile"])
    public static let agentsBusy = MetricFamily(
        "slipway_agents_busy", .gauge, help: "Launches whose agent holds a job.", labels: ["pool", "profile"])
    public static let launchesOpen = MetricFamily(
        "slipway_launches_open", .gauge, help: "Launches that aren't closed, by state.",
        labels: ["pool", "profile", "state"], maximumSeries: 5_000)
    public static let launchesMade = MetricFamily(
        "slipway_launches_made_total", .counter, help: "Launches that were planned and committed.",
        labels: ["pool", "profile"])
    public static let launchesClosed = MetricFamily(
        "slipway_launches_closed_total", .counter,
        help: "Launches that ended, by outcome; ran: its agent ran one job, whatever the job's result.",
        labels: ["pool", "profile", "outcome"], maximumSeries: 5_000)
    public static let phase = MetricFamily(
        "slipway_phase_seconds", .histogram(buckets: longBuckets),
        help: "How long a phase of a launch took; see the table of phases.",
        labels: ["phase", "pool", "profile"], maximumSeries: 5_000)
    public static let refusals = MetricFamily(
        "slipway_run_task_refusals_total", .counter,
        help: "Tries to start an agent task that led to none, by reason.", labels: ["pool", "profile", "reason"],
        maximumSeries: 5_000)
    public static let rungOpen = MetricFamily(
        "slipway_rung_open", .gauge,
        help: "1 while a rung of a profile's ladder is left out since it kept refusing; rungs are numbered from 1.",
        labels: ["pool", "profile", "rung", "placement"], maximumSeries: 5_000)
    public static let straysRemoved = MetricFamily(
        "slipway_strays_removed_total", .counter,
        help: "Agent tasks and registrations that no open launch answered for and that were removed.", labels: ["what"])
    public static let parallelJobsLimit = MetricFamily(
        "slipway_parallel_jobs_limit", .gauge,
        help: "The organization's self-hosted parallel jobs; absent where there is no limit or it isn't known.")
    public static let parallelJobsUsed = MetricFamily(
        "slipway_parallel_jobs_used", .gauge, help: "How many of them ran when that was last read.")

    static let launches = [
        agentsStarting, agentsOnline, agentsBusy, agentsWarm, launchesOpen, launchesMade, launchesClosed, phase,
        refusals, rungOpen,
        straysRemoved, parallelJobsLimit, parallelJobsUsed,
    ]

    // MARK: Bookings

    public static let serverTaskCalls = MetricFamily(
        "slipway_server_task_calls_total", .counter,
        help:
            "Calls of pipelines' tasks, by what became of them: accepted, verified, or the code of the refusal.",
        labels: ["outcome"])
    public static let bookingsAccepted = MetricFamily(
        "slipway_bookings_accepted_total", .counter,
        help: "Agents that pipelines' tasks asked for; none: the inputs were no good, which the task is told.",
        labels: ["pool", "profile"])
    public static let bookingsDecided = MetricFamily(
        "slipway_bookings_decided_total", .counter,
        help: "How that ended, with the reason that the task is told.",
        labels: ["pool", "profile", "result", "reason"], maximumSeries: 5_000)
    public static let bookingTime = MetricFamily(
        "slipway_booking_seconds", .histogram(buckets: longBuckets),
        help: "From the acceptance of a call until it was known how it ends.", labels: ["pool", "profile", "result"],
        maximumSeries: 5_000)
    public static let bookingsClosed = MetricFamily(
        "slipway_bookings_closed_total", .counter,
        help:
            "Bookings that nothing more is told about: told, nobodyWaits, or gaveUp when Azure DevOps was not reached for "
            + "an hour.",
        labels: ["result"])
    public static let bookingsOpen = MetricFamily(
        "slipway_bookings_open", .gauge,
        help: "Pipelines' tasks that wait: undecided, or untold how it ended.", labels: ["state"])

    static let bookings = [
        serverTaskCalls, bookingsAccepted, bookingsDecided, bookingTime, bookingsClosed, bookingsOpen,
    ]

    // MARK: Receiver

    public static let deliveries = MetricFamily(
        "slipway_deliveries_total", .counter,
        help: "Deliveries that were recorded, by what became of them.", labels: ["disposition"])
    public static let duplicates = MetricFamily(
        "slipway_delivery_duplicates_total", .counter, help: "How many of them had been recorded before.")
    public static let oddDeliveries = MetricFamily(
        "slipway_deliveries_odd_total", .counter, help: "How many of them had a field that was not as expected.")
    public static let unrecordedDeliveries = MetricFamily(
        "slipway_deliveries_unrecorded_total", .counter,
        help: "Deliveries that the store did not take; each was answered with 503.")
    public static let failedAuthentications = MetricFamily(
        "slipway_receiver_authentication_failures_total", .counter,
        help: "Hooks that were refused for their credentials, by what was wrong.", labels: ["reason"])
    public static let claims = MetricFamily(
        "slipway_claims_total", .counter,
        help: "Claims of starting containers, by what became of them; used: a code was used twice, with two keys.",
        labels: ["outcome"])
    public static let answers = MetricFamily(
        "slipway_receiver_answers_total", .counter, help: "Answers of the public listener, by status.",
        labels: ["status"])
    public static let connections = MetricFamily(
        "slipway_receiver_connections", .gauge, help: "Connections that are open on the public listener.")
    public static let refusedConnections = MetricFamily(
        "slipway_receiver_connections_refused_total", .counter,
        help: "Connections that were closed at once, since too many were open.")
    public static let evictedConnections = MetricFamily(
        "slipway_receiver_connections_evicted_total", .counter,
        help: "Connections without credentials that were closed to make room.")
    public static let failedHandshakes = MetricFamily(
        "slipway_receiver_handshake_failures_total", .counter, help: "TLS handshakes that failed.")
    public static let malformedRequests = MetricFamily(
        "slipway_receiver_malformed_requests_total", .counter,
        help: "Requests that were not HTTP, or could be read in two ways.")
    public static let timeouts = MetricFamily(
        "slipway_receiver_timeouts_total", .counter,
        help: "Connections whose peer was too slow, idle ones included.")
    public static let agentTaskMessages = MetricFamily(
        "slipway_agent_task_messages_total", .counter,
        help: "Messages of the queue of task state changes, by what became of them.", labels: ["result"])

    static let receiver = [
        deliveries, duplicates, oddDeliveries, unrecordedDeliveries, failedAuthentications, claims, answers,
        connections,
        refusedConnections, evictedConnections, failedHandshakes, malformedRequests, timeouts, agentTaskMessages,
    ]

    // MARK: Store

    public static let storeWrite = MetricFamily(
        "slipway_store_write_seconds", .histogram(buckets: shortBuckets),
        help: "From asking the store to write until it was on disk or refused.", labels: ["write"])
    public static let storeErrors = MetricFamily(
        "slipway_store_errors_total", .counter,
        help:
            "Reads and writes that the store did not do, by reason; versionConflict and duplicateLaunch are ordinary.",
        labels: ["operation", "reason"])
    public static let storeQueued = MetricFamily(
        "slipway_store_queued_writes", .gauge, help: "Writes that wait for the disk: how far the ledger lags.")
    public static let storeTransactions = MetricFamily(
        "slipway_store_transactions_total", .counter,
        help: "Transactions that were committed, one write to the disk each.")
    public static let storeReadable = MetricFamily(
        "slipway_store_readable", .gauge, help: "1 if the store could be read for this scrape.")
    public static let ledgerRecords = MetricFamily(
        "slipway_ledger_records", .gauge, help: "The number of the ledger's last record.")
    public static let storeBytes = MetricFamily(
        "slipway_store_bytes", .gauge, help: "Size of the store's files: the database and its write-ahead log.",
        labels: ["file"])

    static let store = [
        storeWrite, storeErrors, storeQueued, storeTransactions, storeReadable, ledgerRecords, storeBytes,
    ]

    // MARK: Calls

    public static let awsCalls = MetricFamily(
        "slipway_aws_calls_total", .counter,
        help: "Attempts of calls to AWS, by outcome; a throttled one has the outcome throttle.",
        labels: ["service", "operation", "outcome"])
    public static let awsCallTime = MetricFamily(
        "slipway_aws_call_seconds", .histogram(buckets: shortBuckets), help: "How long an attempt took.",
        labels: ["service", "operation"])
    public static let awsCredentialsExpiry = MetricFamily(
        "slipway_aws_credentials_expiry_timestamp_seconds", .gauge,
        help: "When the credentials that were last used for AWS end; absent where they don't.")
    public static let azureCalls = MetricFamily(
        "slipway_azure_devops_calls_total", .counter,
        help: "Attempts of calls to Azure DevOps, by outcome.", labels: ["operation", "outcome"])
    public static let azureCallTime = MetricFamily(
        "slipway_azure_devops_call_seconds", .histogram(buckets: shortBuckets), help: "How long an attempt took.",
        labels: ["operation"])
    public static let rateLimit = MetricFamily(
        "slipway_azure_devops_rate_limit", .gauge,
        help: "Throughput units in Azure DevOps' window; absent until an answer told.")
    public static let rateLimitRemaining = MetricFamily(
        "slipway_azure_devops_rate_limit_remaining", .gauge, help: "Throughput units that were left of it.")

    static let calls = [
        awsCalls, awsCallTime, awsCredentialsExpiry, azureCalls, azureCallTime, rateLimit, rateLimitRemaining,
    ]

    // MARK: State of the server

    public static let checkFailed = MetricFamily(
        "slipway_check_failed", .gauge,
        help: "1 while a check of /readyz fails; kind note: jobs are served all the same.", labels: ["check", "kind"])
    public static let poolRead = MetricFamily(
        "slipway_pool_read_timestamp_seconds", .gauge,
        help: "When the pool was asked for the job requests that it last answered.", labels: ["pool"])
    public static let certificateExpiry = MetricFamily(
        "slipway_certificate_expiry_timestamp_seconds", .gauge,
        help: "When the certificate of the public listener ends.")
    public static let tokenExpiry = MetricFamily(
        "slipway_azure_devops_token_expiry_timestamp_seconds", .gauge,
        help:
            "When the token or the client secret for Azure DevOps ends, as azureDevOps.tokenExpires says. Absent where that is not set."
    )
    public static let buildInfo = MetricFamily(
        "slipway_build_info", .gauge, help: "1, with the version that runs.", labels: ["version"])
    public static let droppedSeries = MetricFamily(
        "slipway_metrics_dropped_series_total", .counter,
        help: "How often a value was left out since its metric had its maximum of series.")
    public static let processStart = MetricFamily(
        "process_start_time_seconds", .gauge, help: "When the process started.")
    public static let processMemory = MetricFamily(
        "process_resident_memory_bytes", .gauge, help: "Memory in use; on Linux.")
    public static let processCPU = MetricFamily(
        "process_cpu_seconds_total", .counter, help: "Processor time used.")

    static let server = [
        checkFailed, poolRead, certificateExpiry, tokenExpiry, buildInfo, droppedSeries, processStart, processMemory,
        processCPU,
    ]

    // MARK: Buckets

    /// Milliseconds to hours: phases, and waiting.
    static let longBuckets = [
        0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 45, 60, 90, 120, 300, 600, 1_800, 3_600, 7_200,
    ]
    /// Tenths of a millisecond to half a minute: the disk, and calls.
    static let shortBuckets = [
        0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30,
    ]
}
