internal import AWSClient
internal import AzureDevOps
internal import CoreMetrics
internal import PrometheusText
internal import SlipwayMetrics

/// Counts and times the calls to the two services.
struct CallMetrics: Sendable {
    let factory: any MetricsFactory

    private static let success = "success"

    @Sendable func noteAWS(_ report: AWSCallReport) {
        let call = [report.service, report.operation]
        let outcome = report.error?.classification.rawValue ?? Self.success
        Counter(SlipwayMetric.awsCalls, call + [outcome], factory).increment()
        Timer(SlipwayMetric.awsCallTime, call, factory).record(report.duration)
    }

    @Sendable func noteAzureDevOps(_ report: AzureDevOpsCallReport) {
        let outcome = report.error?.code.description ?? Self.success
        Counter(SlipwayMetric.azureCalls, [report.operation, outcome], factory).increment()
        Timer(SlipwayMetric.azureCallTime, [report.operation], factory).record(report.duration)
    }
}

extension Timer {
    fileprivate func record(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        recordNanoseconds(seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
    }
}
