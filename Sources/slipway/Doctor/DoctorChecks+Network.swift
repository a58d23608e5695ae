internal import AWSClient
internal import SlipwayCore

/// Where agent tasks run, and how many there is room for.
extension DoctorChecks {
    var networkChecks: [DoctorCheck] {
        let placements = NetworkReview.placements(of: configuration.pools)
        guard !placements.isEmpty else { return [] }
        let region = configuration.aws.region
        return [
            DoctorCheck(
                name: "network", needs: [Self.identityName], mend: "aws ec2 describe-subnets --region \(region)"
            ) {
                try await question("the network", ["ec2:DescribeSubnets", "ec2:DescribeSecurityGroups"]).findings {
                    let subnets = try await services.subnets(Set(placements.flatMap(\.subnets)).sorted())
                    let groups = try await services.securityGroups(Set(placements.flatMap(\.securityGroups)).sorted())
                    let cluster = try? await services.cluster(configuration.aws.cluster)
                    return NetworkReview(
                        pools: configuration.pools, subnets: subnets, groups: groups,
                        runningCount: cluster?.runningTasksCount ?? 0, region: region
                    ).findings
                }
            }
        ]
    }

    /// Only of Fargate, where AWS counts vCPUs. Elsewhere it is the cluster's own machines that end.
    var quotaChecks: [DoctorCheck] {
        let quotas = QuotaReview.Quota.all.filter { QuotaReview.isUsed($0, in: configuration.pools) }
        guard !quotas.isEmpty else { return [] }
        let region = configuration.aws.region
        return [
            DoctorCheck(
                name: "quotas", needs: [Self.identityName],
                mend: "aws service-quotas list-service-quotas --service-code fargate --region \(region)"
            ) {
                let actions = ["servicequotas:GetServiceQuota", "servicequotas:GetAWSDefaultServiceQuota"]
                return try await question("the quotas of Fargate", actions).findings {
                    let sizes = await definedSizes()
                    let review = QuotaReview(pools: configuration.pools, region: region) { profile in
                        profile.cpu ?? sizes[profile.taskDefinition]
                    }
                    var findings: [Finding] = []
                    for quota in quotas {
                        findings.append(review.finding(quota, vCPUs: try await services.fargateQuota(quota.code)))
                    }
                    return findings
                }
            }
        ]
    }

    /// CPU units by task definition. What one of them lacks is told by its own check.
    private func definedSizes() async -> [String: Int] {
        var sizes: [String: Int] = [:]
        for name in taskDefinitions {
            sizes[name] = (try? await services.taskDefinition(name))?.cpu.flatMap { Int($0) }
        }
        return sizes
    }

    func question(_ subject: String, _ actions: [String], on resource: String = "*") -> AWSQuestion {
        AWSQuestion(
            subject: subject, actions: actions, resource: resource, hasOwnEndpoint: configuration.aws.endpoint != nil)
    }
}
