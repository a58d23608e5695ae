"""What Terraform planned and made, held against what it should be."""

import json

# moto's own, for what it reads of CloudFormation.
import yaml

ACCOUNT = "123456789012"
ECS = f"arn:aws:ecs:eu-west-1:{ACCOUNT}"


def sorted_list(value):
    return sorted([value] if isinstance(value, str) else value)


def statements(document):
    """The statements of a policy by their names, with their lists in order."""
    document = json.loads(document) if isinstance(document, str) else document
    return {
        statement["Sid"]: (
            statement["Effect"], sorted_list(statement["Action"]), sorted_list(statement["Resource"]),
            statement.get("Condition", {}),
        )
        for statement in document["Statement"]
    }


def slipway_statements(outputs, secrets):
    """All that Slipway may do: docs/agent-task.md says why."""
    in_cluster = {"ArnEquals": {"ecs:cluster": f"{ECS}:cluster/build-agents"}}
    profiles = [outputs["profiles"][name] for name in ("small", "large")]
    roles = [role for profile in profiles for role in (profile["execution_role_arn"], profile["task_role_arn"])]
    return {
        "StartAgentTasks": ("Allow", ["ecs:RunTask"], sorted(
            f"{ECS}:task-definition/azp-agent-{name}:*" for name in ("small", "large")), in_cluster),
        "TagThemAtTheStart": ("Allow", ["ecs:TagResource"], [f"{ECS}:task/build-agents/*"],
                              {"StringEquals": {"ecs:CreateAction": "RunTask"}}),
        "GiveThemTheirRoles": ("Allow", ["iam:PassRole"], sorted(roles),
                               {"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}}),
        "FollowAndStopThem": ("Allow", ["ecs:DescribeTasks", "ecs:StopTask"], [f"{ECS}:task/build-agents/*"], in_cluster),
        "FindThem": ("Allow", ["ecs:ListTasks"], ["*"], in_cluster),
        "LookAtTheCluster": ("Allow", ["ecs:DescribeClusters"], [f"{ECS}:cluster/build-agents"], {}),
        "LookAtTaskDefinitions": ("Allow", ["ecs:DescribeTaskDefinition"], ["*"], {}),
        "ReadTaskEvents": ("Allow", ["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"],
                           [f"arn:aws:sqs:eu-west-1:{ACCOUNT}:slipway-events"], {}),
        "ReadSecrets": ("Allow", ["secretsmanager:GetSecretValue"], sorted(secrets), {}),
        "AskAboutNetworkQuotasLogsAndParameters": ("Allow", [
            "ec2:DescribeSecurityGroups", "ec2:DescribeSubnets", "logs:DescribeLogGroups",
            "servicequotas:GetAWSDefaultServiceQuota", "servicequotas:GetServiceQuota", "ssm:DescribeParameters"],
            ["*"], {}),
        "AskWhetherSecretsExist": ("Allow", ["secretsmanager:DescribeSecret"],
                                   [f"arn:aws:secretsmanager:eu-west-1:{ACCOUNT}:secret:*"], {}),
        "AskAboutImages": ("Allow", ["ecr:DescribeImages"], [f"arn:aws:ecr:eu-west-1:{ACCOUNT}:repository/*"], {}),
        "AskAboutRolesAndTheirPolicies": ("Allow", ["iam:GetRole", "iam:SimulatePrincipalPolicy"],
                                          [f"arn:aws:iam::{ACCOUNT}:role/*"], {}),
    }


def check_made(check, aws, outputs, given, made):
    check_policies(check, aws, outputs, given)
    check_task_events(check, aws, outputs)
    check_ways_in(check, aws, outputs)
    check_agents(check, aws, given)
    check_service(check, aws, made)
    check_repositories(check, aws)


def role_policy(aws, role, name):
    return statements(aws.iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"])


def check_policies(check, aws, outputs, given):
    expected = slipway_statements(outputs, [given["slipway_secret_arn"], given["claim_secret_arn"]])
    found = statements(outputs["policy_json"])
    check(found == expected, f"Slipway's policy is exactly what it needs {'' if found == expected else found}")

    task = role_policy(aws, "slipway-task", "slipway")
    extra = {name: task[name] for name in task if name not in expected}
    store = extra.pop("OpenTheStore", (None, None, None, {}))
    check({name: task.get(name) for name in expected} == expected and store[1] == [
        "elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"] and "elasticfilesystem:AccessPointArn" in str(store[3]),
        "the service's role has it, and the store by its access point")
    check(set(extra) == {"ExecuteCommand"}, "and ECS Exec, which the example asks for")

    execution = role_policy(aws, "azp-agent-small-execution", "start")
    repository = f"arn:aws:ecr:eu-west-1:{ACCOUNT}:repository/azp-agent"
    check(execution["PullImage"][2] == [repository]
          and execution["WriteLogs"][2] == [f"arn:aws:logs:eu-west-1:{ACCOUNT}:log-group:/slipway/azp-agent/small:*"]
          and set(execution) == {"PullImage", "SignInToRegistry", "WriteLogs"},
          "an agent starts with its own image and log, and no secret")
    standing = role_policy(aws, "azp-agent-standing-execution", "start")
    check(standing["ReadSecrets"] == ("Allow", ["secretsmanager:GetSecretValue"], [given["agent_token_secret_arn"]], {})
          and set(standing) == {"ReadSecrets", "PullImage", "SignInToRegistry", "WriteLogs"},
          "a standing agent starts with its own secret, image and log, and no more")
    check(aws.iam.list_role_policies(RoleName="azp-agent-small-task")["PolicyNames"] == []
          and aws.iam.list_attached_role_policies(RoleName="azp-agent-small-task")["AttachedPolicies"] == [],
          "its jobs may do nothing in AWS")
    trust = aws.iam.get_role(RoleName="azp-agent-small-task")["Role"]["AssumeRolePolicyDocument"]["Statement"]
    check(len(trust) == 1 and trust[0]["Principal"] == {"Service": "ecs-tasks.amazonaws.com"}
          and trust[0]["Condition"]["StringEquals"] == {"aws:SourceAccount": ACCOUNT},
          "ECS takes the roles for this account's tasks alone")


def check_task_events(check, aws, outputs):
    rule = aws.events.describe_rule(Name="slipway-events")
    check(json.loads(rule["EventPattern"]) == {
        "source": ["aws.ecs"], "detail-type": ["ECS Task State Change"],
        "detail": {"clusterArn": [f"{ECS}:cluster/build-agents"], "startedBy": [{"prefix": "slipway/"}]},
    }, "the rule's pattern is that of docs/task-events.md")
    url = outputs["event_queue_url"]
    attributes = aws.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    statement = json.loads(attributes["Policy"])["Statement"][0]
    check(statement["Principal"] == {"Service": "events.amazonaws.com"} and statement["Action"] == "sqs:SendMessage"
          and statement["Condition"] == {"ArnEquals": {"aws:SourceArn": rule["Arn"]}}, "only the rule sends to the queue")
    redrive = json.loads(attributes["RedrivePolicy"])
    target = aws.events.list_targets_by_rule(Rule="slipway-events")["Targets"][0]
    check(redrive["deadLetterTargetArn"].endswith(":slipway-events-dead") and int(redrive["maxReceiveCount"]) == 20
          and target["DeadLetterConfig"]["Arn"] == redrive["deadLetterTargetArn"],
          "what neither EventBridge nor Slipway gets rid of goes to the dead queue")
    alarms = {alarm["AlarmName"] for alarm in aws.cloudwatch.describe_alarms()["MetricAlarms"]
              if alarm["AlarmActions"] and alarm["OKActions"]}
    expected = {"slipway-events-age", "slipway-events-dead", "slipway-events-failed", "slipway-not-running", "slipway-unhealthy",
                "slipway-claim-misused"}
    check(alarms == expected, f"the alarms tell somebody: {', '.join(sorted(alarms))}")


def check_ways_in(check, aws, outputs):
    groups = {group["GroupId"]: group for group in aws.ec2.describe_security_groups()["SecurityGroups"]}
    named = {group["GroupName"]: group for group in groups.values()}
    check(groups[outputs["agents_security_group_id"]]["IpPermissions"] == [], "nothing comes in to an agent")

    def way(group):
        """Who comes in: ports, and a range or a group."""
        return sorted(
            (rule["FromPort"], rule["ToPort"], source)
            for rule in named[group]["IpPermissions"]
            for source in [item["CidrIp"] for item in rule["IpRanges"]]
            + [groups[item["GroupId"]]["GroupName"] for item in rule["UserIdGroupPairs"]])

    check(way("slipway-load-balancer") == [(443, 443, "203.0.113.10/32"), (443, 443, "40.74.28.0/23")],
          "Azure DevOps and the agents' NAT gateway alone reach the load balancer")
    check(way("slipway-server") == [(8443, 8443, "slipway-load-balancer")], "the load balancer alone reaches Slipway")
    check(way("slipway-store") == [(2049, 2049, "slipway-server")], "Slipway alone reaches its store")
    out = [(rule["IpProtocol"], [item["CidrIp"] for item in rule["IpRanges"]])
           for rule in groups[outputs["agents_security_group_id"]]["IpPermissionsEgress"]]
    check(("-1", ["0.0.0.0/0"]) in out, "an agent reaches what its build fetches, and Slipway's public address")
    balancer = aws.elbv2.describe_load_balancers()["LoadBalancers"][0]
    listener = aws.elbv2.describe_listeners(LoadBalancerArn=balancer["LoadBalancerArn"])["Listeners"][0]
    check((balancer["Type"], listener["Protocol"], listener["Port"]) == ("network", "TCP", 443), "TLS passes the load balancer")
    attributes = aws.elbv2.describe_target_group_attributes(
        TargetGroupArn=listener["DefaultActions"][0]["TargetGroupArn"])["Attributes"]
    check({"Key": "preserve_client_ip.enabled", "Value": "true"} in attributes, "and so does the caller's address")


def check_agents(check, aws, given):
    definition = aws.ecs.describe_task_definition(taskDefinition="azp-agent-small", include=["TAGS"])
    tags = {tag["key"]: tag["value"] for tag in definition["tags"]}
    agent = definition["taskDefinition"]["containerDefinitions"][0]
    check(agent["stopTimeout"] == 120 and not agent.get("linuxParameters")
          and agent["command"] == ["--once"], "an agent has no second init, 120 seconds to end, and one job")
    large = aws.ecs.describe_task_definition(taskDefinition="azp-agent-large")["taskDefinition"]["containerDefinitions"][0]
    environment = {variable["name"]: variable["value"] for variable in agent["environment"]}
    check(not agent.get("secrets") and not large.get("secrets") and set(environment) == {"VSO_AGENT_IGNORE"},
          "it gets no token, nor any other secret")
    options = agent["logConfiguration"]["options"]
    check(options["mode"] == "non-blocking" and options["awslogs-group"] == "/slipway/azp-agent/small",
          "its log does not hold it up")
    check(tags["CostCenter"] == "4711", "ECS has the cost centre's tag to copy to agent tasks")
    group = aws.logs.describe_log_groups(logGroupNamePrefix="/slipway/azp-agent/small")["logGroups"][0]
    check(group["retentionInDays"] == 30, "the log is kept for 30 days")
    standing = aws.ecs.describe_task_definition(taskDefinition="azp-agent-standing-office")["taskDefinition"]
    standing = standing["containerDefinitions"][0]
    check(standing["secrets"] == [{"name": "AZP_TOKEN", "valueFrom": given["agent_token_secret_arn"]}],
          "a standing agent's token comes from the secret")
    environment = {item["name"]: item["value"] for item in standing["environment"]}
    check({"AZP_TOKEN", "ECS_CONTAINER_METADATA_URI_V4"} <= set(environment["VSO_AGENT_IGNORE"].split(",")),
          "and is no capability")
    check(environment["AZP_POOL"] == "ecs-standing" and environment["AZP_URL"] == "https://dev.azure.com/fabrikam",
          "it knows its pool and organization")
    check((environment.get("SLIPWAY_IDLE_MINUTES"), environment.get("SLIPWAY_MAXIMUM_MINUTES")) == ("0", "0")
          and "SLIPWAY_ONCE" not in environment and standing["command"] == ["--once"],
          "it waits as long as it takes, and leaves after its job, as it is asked to")


def check_service(check, aws, made):
    service = next(item["values"] for item in made if item["address"] == "module.server.aws_ecs_service.this")
    check((service["desired_count"], service["deployment_minimum_healthy_percent"], service["deployment_maximum_percent"])
          == (1, 0, 100), "one task has the store, and never two")
    definition = aws.ecs.describe_task_definition(taskDefinition="slipway")["taskDefinition"]
    containers = {container["name"]: container for container in definition["containerDefinitions"]}
    server = containers["slipway"]
    check("secrets" not in server or server["secrets"] == [], "no secret is in the server's environment")
    check(server["dependsOn"] == [{"containerName": "files", "condition": "SUCCESS"}] and server["stopTimeout"] == 120,
          "it starts once its files are written, and has time to end")
    volume = next(volume for volume in definition["volumes"] if volume["name"] == "data")["efsVolumeConfiguration"]
    check(volume["transitEncryption"] == "ENABLED" and volume["authorizationConfig"]["iam"] == "ENABLED",
          "its store is encrypted on the way, and opened by its role")
    system = aws.efs.describe_file_systems()["FileSystems"][0]
    check(system["Encrypted"] and system["ThroughputMode"] == "elastic", "the file system is encrypted, and does not burst")


def check_repositories(check, aws):
    repositories = {item["repositoryName"]: item for item in aws.ecr.describe_repositories()["repositories"]}
    check(set(repositories) == {"azp-agent", "slipway"} and all(
        item["imageTagMutability"] == "IMMUTABLE" and item["imageScanningConfiguration"]["scanOnPush"]
        for item in repositories.values()), "image tags don't move, and images are scanned")


def check_planned(check, planned, configuration):
    """What moto can't do, and what the example does not use, is looked at in the plan."""
    of_type = {}
    for item in planned:
        of_type.setdefault(item["type"], []).append(item.get("values", {}))
    definitions = {item["family"]: item for item in of_type["aws_ecs_task_definition"]}
    windows = definitions["azp-agent-windows"]["runtime_platform"][0]
    check(windows == {"operating_system_family": "WINDOWS_SERVER_2022_CORE", "cpu_architecture": "X86_64"},
          "a Windows profile has its platform")
    check(definitions["azp-agent-arm"]["ephemeral_storage"] == [{"size_in_gib": 100}], "an ARM profile has its disk")
    machines = definitions["azp-agent-machines"]
    container = json.loads(machines["container_definitions"])[0]
    check(machines["requires_compatibilities"] == ["EC2"], "a profile on machines is for EC2")
    check(not machines["volume"] and not container["mountPoints"] and "privileged" not in container,
          "and gets nothing of the machine's")
    check_standing(check, definitions, of_type["aws_ecs_service"])
    provider = of_type["aws_ecs_capacity_provider"][0]["auto_scaling_group_provider"][0]
    check(provider["managed_termination_protection"] == "ENABLED", "a machine with an agent task on it stays")
    action = of_type["aws_appautoscaling_scheduled_action"][0]
    check(action["scalable_target_action"] == [{"max_capacity": "0", "min_capacity": "0"}]
          and action["timezone"] == "Europe/Berlin", "a schedule sets the number of standing agents")
    check(of_type["aws_efs_backup_policy"][0]["backup_policy"] == [{"status": "ENABLED"}], "the store is backed up")
    check([item.get("preserve_client_ip") for item in of_type["aws_lb_target_group"]] == ["true"],
          "Slipway sees who calls by the private load balancer")
    balancers = [(item["name"], item["internal"]) for item in of_type["aws_lb"]]
    check(balancers == [("slipway-private", True)],
          "with a target group of the reader's own no load balancer is made but the private one that is asked for")
    rules = [item for item in planned if item["type"] == "aws_vpc_security_group_ingress_rule"
             and item["name"] in ("private", "server_from_private")]
    ways = {item["name"]: (item["values"]["from_port"], item["values"].get("referenced_security_group_id"),
                           item["values"]["cidr_ipv4"]) for item in rules}
    # The private load balancer's group is made with it, so a plan has no id of it.
    check(ways == {"private": (443, "sg-0a1b2c3e", None), "server_from_private": (8443, None, None)},
          f"agents alone reach the private load balancer, by their security group {ways}")
    targets = of_type["aws_ecs_service"]
    service = next(item for item in targets if item["name"] == "slipway")
    check(len(service["load_balancer"]) == 2, "and it and the reader's own both reach Slipway")
    out = [item["values"] for item in planned if item["name"] == "agents_to_groups"]
    check([(item["ip_protocol"], item["referenced_security_group_id"]) for item in out] == [("-1", "sg-0a1b2c3f")],
          "agents with a narrow way out reach a security group besides")
    check_registrations(check, configuration)


def check_standing(check, definitions, services):
    """Agents that serve job after job, and those that leave after each."""
    containers = {name: json.loads(definitions[f"azp-agent-standing-{name}"]["container_definitions"])[0]
                  for name in ("office", "always")}
    told = {name: {item["name"]: item["value"] for item in container["environment"]} for name, container in containers.items()}
    limits = {name: (value.get("SLIPWAY_IDLE_MINUTES"), value.get("SLIPWAY_MAXIMUM_MINUTES")) for name, value in told.items()}
    check(limits == dict.fromkeys(containers, ("0", "0")), f"standing agents wait as long as it takes {limits}")
    check(told["office"].get("SLIPWAY_ONCE") == "0" and "command" not in containers["office"],
          "those without once serve job after job, by no --once in their command")
    check("SLIPWAY_ONCE" not in told["always"] and containers["always"]["command"] == ["--once"], "those with it serve one")
    names = sorted(service["name"] for service in services if service["name"].startswith("azp-agent"))
    check(names == ["azp-agent-always-fixed", "azp-agent-office"],
          f"with and without a schedule they have services of two names {names}")


def check_registrations(check, configuration):
    found = [(profile["name"], profile["registration"]) for profile in yaml.safe_load(configuration)["pools"][0]["profiles"]]
    check(found == [("windows", "self"), ("small", "preregistered"), ("machine", "self"), ("large", "preregistered")],
          f"each profile's registration is written out: on Windows self, which the next does not inherit {found}")
