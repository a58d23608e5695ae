"""Wrong values, each with a part of the message that must name it."""

import copy

ACCOUNT = "123456789012"
CLUSTER = f"arn:aws:ecs:eu-west-1:{ACCOUNT}:cluster/build-agents"
SECRET, PIPELINES, CONSOLE = (
    f"arn:aws:secretsmanager:eu-west-1:{ACCOUNT}:secret:{name}-AbCdEf" for name in ("slipway", "pipelines", "console"))
ROLE = f"arn:aws:iam::{ACCOUNT}:role/azp-agent"
KEY = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/1234abcd"
SUBNETS = ["subnet-0a1b2c3d", "subnet-0a1b2c3e"]
CONFIGURATION = (
    "receiver: { certificate: /run/slipway/tls.crt, privateKey: /run/slipway/tls.key }\n"
    "store: { path: /var/lib/slipway/slipway.db }\npools: []\n")
PROFILE = {"image": "example.com/agent:1.2.3", "cpu": 1024, "memory": 2048}


def agents(name, **members):
    """A profile as the module agents tells it."""
    return {
        "task_definition": f"azp-agent-{name}", "container": "agent", "task_role_arn": f"{ROLE}-{name}-task",
        "execution_role_arn": f"{ROLE}-{name}-execution",
        "placements": [{
            "capacity_provider": "FARGATE", "subnets": SUBNETS, "security_groups": ["sg-1"], "assign_public_ip": False,
        }],
        **members,
    }


# Right values, and what the example does not use.
RIGHT = {
    "repositories": {"names": ["azp-agent"]},
    "agents": {
        "vpc_id": "vpc-0a1b2c3d",
        "subnet_ids": SUBNETS,
        "organization": "https://dev.azure.com/fabrikam",
        "kms_key_arns": [KEY],
        "egress_cidrs": ["10.0.0.0/8"],
        "egress_security_group_ids": ["sg-0a1b2c3f"],
        "ec2_capacity_provider": {
            "name": "machines",
            "auto_scaling_group_arn":
                f"arn:aws:autoscaling:eu-west-1:{ACCOUNT}:autoScalingGroup:1:autoScalingGroupName/machines",
        },
        "profiles": {
            "small": dict(PROFILE, secrets={"AZP_TOKEN": f"{SECRET}:token::"}),
            "arm": dict(PROFILE, platform="LINUX/ARM64", ephemeral_storage=100,
                        secrets={"AZP_TOKEN": f"arn:aws:ssm:eu-west-1:{ACCOUNT}:parameter/azp/token"}),
            "windows": dict(PROFILE, platform="WINDOWS_SERVER_2022_CORE/X86_64", placements=["FARGATE"],
                            secrets={"AZP_TOKEN": f"{SECRET}:token::"}),
            # No pair of Fargate's, which does not matter on machines.
            "machines": dict(PROFILE, cpu=3072, memory=5000, placements=["machines"]),
        },
        "standing_agents": {
            "office": {
                "profile": "small", "pool": "standing", "count": 2,
                "schedule": {"evening": {"cron": "cron(0 19 ? * MON-FRI *)", "timezone": "Europe/Berlin", "count": 0}},
            },
            "always": {"profile": "small", "pool": "standing", "count": 1, "once": True},
        },
    },
    "task_events": {"cluster_arn": CLUSTER},
    "slipway": {
        "receiver": {"public_url": "https://slipway.example.com:8443"},
        "azure_devops": {
            "organization": "https://dev.azure.com/fabrikam", "token": "file:/run/secrets/token",
            "token_expires": "2099-01-31", "respect_parallel_jobs": False,
        },
        "hooks": {"passwords": [f"aws-secretsmanager:{SECRET}#hookPassword"]},
        "claims": {"secrets": [f"aws-secretsmanager:{SECRET}#claims", "file:/run/secrets/old-claims"]},
        "server_tasks": {"tokens": [f"aws-secretsmanager:{PIPELINES}"]},
        "console": {
            "host": "0.0.0.0", "port": 8081, "token": f"aws-secretsmanager:{CONSOLE}#console",
            "tokens": [{"name": "operators", "scope": "operate", "token": f"aws-secretsmanager:{CONSOLE}#operator"}],
        },
        "costs": {
            "price_book": "/run/secrets/price-book.yaml",
            "budgets": [{"project": "shipyard", "monthly": 250}, {"project": "harbour", "monthly": "99.50", "when": "hold"}],
        },
        "event_queue": {
            "url": f"https://sqs.eu-west-1.amazonaws.com/{ACCOUNT}/slipway-events",
            "arn": f"arn:aws:sqs:eu-west-1:{ACCOUNT}:slipway-events",
        },
        "profiles": {
            # By hand, without its platform: Linux.
            "small": agents("small"),
            "windows": agents("windows", platform="WINDOWS_SERVER_2022_CORE/X86_64"),
            "machine": agents("machine", platform="LINUX/X86_64"),
            "large": agents("large", platform="LINUX/X86_64"),
            # For its image alone.
            "jdk": agents("jdk"),
        },
        "pools": [{
            "name": "ecs", "sweep_seconds": 30, "maximum_agents": 100, "maximum_agents_per_project": 20,
            "when_given_up": "tag", "when_interrupted": "retryStage", "placeholders": "manage",
            "profiles": [
                {"name": "windows"}, {"name": "small"}, {"name": "machine", "registration": "self"},
                {
                    "name": "large", "registration": "preregistered", "demands": ["size -equals large"],
                    "cpu": 4096, "memory": 8192, "ephemeral_storage": 50,
                    "maximum_agents": 20, "maximum_replacements": 2,
                    "deadlines": {
                        "startSeconds": 800, "onlineSeconds": 500, "idleSeconds": 200, "busySeconds": 80000,
                        "leaveSeconds": 100, "surplusSeconds": 50, "warmSeconds": 7200,
                    },
                    "warm": [
                        {"agents": 2, "days": ["mon-fri"], "from": "07:00", "to": "19:00", "time_zone": "Europe/Berlin"},
                        {"agents": 1},
                    ],
                    "largest": {"cpu": 8192, "memory": 32768, "ephemeral_storage": 100},
                    "images": {"jdk/21": "jdk"},
                },
            ],
        }],
        "cluster_arn": CLUSTER,
    },
    "server": {
        "image": "example.com/slipway:1.0.0",
        "cluster_arn": CLUSTER,
        "slipway_yaml": CONFIGURATION,
        "policy_json": '{"Version": "2012-10-17", "Statement": []}',
        "tls_secret_arn": SECRET,
        "vpc_id": "vpc-0a1b2c3d",
        "subnet_ids": SUBNETS,
        # A listener of the reader's own.
        "target_group_arn": f"arn:aws:elasticloadbalancing:eu-west-1:{ACCOUNT}:targetgroup/slipway/1234",
        "load_balancer_security_group_id": "sg-0a1b2c3d",
        "hook_source_cidrs": [],
        # And a private way in.
        "private_load_balancer_subnet_ids": SUBNETS,
        "claim_security_group_ids": ["sg-0a1b2c3e"],
    },
}


def profile(name, **members):
    return {name: dict(PROFILE, **members)}


def pool(name, profile="small", registration=None, **members):
    return [dict({"name": name, "profiles": [{"name": profile, "registration": registration}]}, **members)]


def pool_of(name, **members):
    """A pool with a profile that has these."""
    return [{"name": name, "profiles": [dict({"name": "small"}, **members)]}]


# Module, variable, wrong value, and what the message says.
WRONG = [
    ("repositories", "names", ["Agent"], "A repository's name has 2 to 256 lower-case"),
    ("repositories", "untagged_days", 0, "untagged_days is a whole number from 1"),
    ("agents", "profiles", profile("odd-pair", cpu=1024, memory=1024),
     "odd-pair has cpu 1024 and memory 1024, with that cpu memory is one of 2048, 3072"),
    ("agents", "profiles", profile("odd-cpu", cpu=1000), "but cpu is one of 256, 512, 1024"),
    ("agents", "profiles", profile("mips", platform="LINUX/MIPS"), "A profile's platform is one of LINUX/X86_64"),
    ("agents", "profiles", profile("windows-spot", platform="WINDOWS_SERVER_2022_CORE/X86_64"), "Fargate Spot has no Windows"),
    ("agents", "profiles", profile("windows-small", platform="WINDOWS_SERVER_2022_CORE/X86_64", placements=["FARGATE"], cpu=512),
     "Windows on Fargate has cpu 1024, 2048 or 4096"),
    ("agents", "profiles", profile("disk", ephemeral_storage=20), "ephemeral_storage is a whole number of GiB from 21 to 200"),
    ("agents", "profiles", profile("latest", image="example.com/agent:latest"), "nobody can tell which image ran a job"),
    ("agents", "profiles", profile("untagged", image="example.com:5000/agent"), "nobody can tell which image ran a job"),
    ("agents", "profiles", profile("token", environment={"AZP_TOKEN": "secret"}), "AZP_TOKEN and AZP_CLIENTSECRET belong into"),
    ("agents", "profiles", profile("pool", environment={"SLIPWAY_CLAIM_URL": "x"}), "come from Slipway"),
    ("agents", "profiles", profile("secret-name", environment={"SLIPWAY_ONCE": "0"}), "SLIPWAY_ONCE and VSO_AGENT_IGNORE are made here"),
    ("agents", "profiles", profile("secret", secrets={"AZP_TOKEN": "the token itself"}), "Never the secret itself"),
    ("agents", "profiles", profile("spot", placements=["SPOT"]), "of the cluster's capacity providers"),
    ("agents", "profiles", {"Small": PROFILE}, "profiles holds one or more, whose names"),
    ("agents", "subnet_ids", ["subnet-0a1b2c3d"], "subnet_ids are 2 to 16 different subnets"),
    ("agents", "subnet_ids", ["10.0.0.0/24", "10.0.1.0/24"], "subnet_ids are ids of subnets"),
    ("agents", "egress_cidrs", ["10.0.0.0"], "egress_cidrs are one or more ranges in CIDR notation"),
    ("agents", "egress_security_group_ids", ["10.0.0.0/8"], "egress_security_group_ids are ids of security groups"),
    ("agents", "log_retention_days", 10, "log_retention_days is a span that CloudWatch Logs offers"),
    ("agents", "name", "Azp_Agent", "name has 1 to 24 lower-case letters"),
    ("agents", "organization", None, "standing_agents need it"),
    ("agents", "standing_agents", {"office": {"profile": "huge", "pool": "p", "count": 1}},
     "The profile of standing_agents is one of"),
    ("agents", "standing_agents", {"bare": {"profile": "machines", "pool": "p", "count": 1}},
     "standing_agents register by themselves"),
    ("agents", "standing_agents",
     {"crew": {"profile": "small", "pool": "p", "count": 1, "schedule": {"a": {"cron": "0 7 * * *", "count": 1}}}},
     "A cron of standing_agents has six fields"),
    ("agents", "tags", {"aws:x": "y"}, "no key begins with aws:"),
    ("agents", "permissions_boundary", "boundary", "permissions_boundary is the ARN of an IAM policy"),
    ("task_events", "name", "slipway.fifo", "The name of queue and rule has 1 to 59"),
    ("task_events", "cluster_arn", "build-agents", "cluster_arn is the ARN of an ECS cluster"),
    ("task_events", "retention_seconds", 60, "retention_seconds is a whole number from 3600"),
    ("slipway", "receiver", {"public_url": "https://slipway.example.com/hooks"}, "without a path"),
    ("slipway", "receiver", {"public_url": "https://slipway.example.com", "port": 443}, "runs without privileges"),
    ("slipway", "azure_devops", {"organization": "https://dev.azure.com/fabrikam"}, "has either token or entra"),
    ("slipway", "azure_devops", {"organization": "https://dev.azure.com/fabrikam", "token": "aws-secretsmanager:name"},
     "a name alone would not bound Slipway's permission"),
    ("slipway", "hooks", {"passwords": ["the password itself"]}, "hooks.passwords are references"),
    ("slipway", "hooks", {"passwords": []}, "one reference, or two while they are rotated"),
    ("slipway", "claims", {"secrets": []}, "claims.secrets are one reference, or two while they are rotated"),
    ("slipway", "claims", {"secrets": ["the secret itself"]}, "claims.secrets are references"),
    ("slipway", "claims", None, "registration preregistered needs claims"),
    ("slipway", "server_tasks", {"tokens": []}, "server_tasks.tokens are one reference, or two while they are rotated"),
    ("slipway", "server_tasks", {"tokens": ["the token itself"]}, "server_tasks.tokens are references"),
    ("slipway", "console", {"host": "0.0.0.0"}, "on another address than 127.0.0.1 needs console.token"),
    ("slipway", "console", {"port": 80}, "console.port is 1024 to 65535"),
    ("slipway", "console", {"token": "the token itself"}, "The console's tokens are references"),
    ("slipway", "console", {"tokens": [{"name": "a", "scope": "all", "token": "file:/a"}]}, "of one of console.tokens is read or operate"),
    ("slipway", "console", {"tokens": [{"name": "loopback", "scope": "read", "token": "file:/a"}]}, "neither token nor loopback"),
    ("slipway", "console", {"tokens": [{"name": "a", "scope": "read", "token": "file:/a"}] * 2}, "each with a name of its own"),
    ("slipway", "costs", {"price_book": "prices.yaml"}, "costs.price_book is an absolute path"),
    ("slipway", "costs", {"budgets": [{"project": "a", "monthly": "0"}]}, "monthly is an amount above zero"),
    ("slipway", "costs", {"budgets": [{"project": "a", "monthly": "ten"}]}, "monthly is an amount above zero"),
    ("slipway", "costs", {"budgets": [{"project": "a", "monthly": 1}, {"project": "A", "monthly": 2}]}, "A project has one of costs.budgets"),
    ("slipway", "costs", {"budgets": [{"project": "a", "monthly": 1, "when": "stop"}]}, "of one of costs.budgets is warn or hold"),
    ("slipway", "pools", pool_of("pair", cpu=1024, memory=1024), "small has or offers cpu 1024 and memory 1024"),
    ("slipway", "pools", pool_of("offered", largest={"cpu": 3000}), "small has or offers cpu 3000 and memory as before"),
    ("slipway", "pools", pool_of("disk", ephemeral_storage=20), "A size of ephemeral_storage is a whole number of GiB from 21 to 200"),
    ("slipway", "pools", pool_of("deadline", deadlines={"coffeeSeconds": 1}), "surplusSeconds and warmSeconds"),
    ("slipway", "pools", pool_of("warm-seconds", deadlines={"warmSeconds": 60}), "warmSeconds from 300 to 43200"),
    ("slipway", "pools", pool_of("crowd", warm=[{"agents": 51}]), "agents of a warm window are a whole number from 1"),
    ("slipway", "pools", pool_of("days", warm=[{"agents": 1, "days": ["Monday"]}]), "days of a warm window are days of the week"),
    ("slipway", "pools", pool_of("hours", warm=[{"agents": 1, "from": "7:00"}]), "A warm window goes from a time of day"),
    ("slipway", "pools", pool_of("no-image", images={"jdk": "huge"}), "images has names of 1 to 128"),
    ("slipway", "pools", pool_of("other-image", images={"jdk": "windows"}), "the container and the platform of the profile that offers it"),
    ("slipway", "pools", pool("strange", profile="huge"), "Each pool has one or more profiles"),
    ("slipway", "pools", pool("given-up", when_given_up="weep"), "when_given_up is leave, tag or cancel"),
    ("slipway", "pools", pool("interrupted", when_interrupted="weep"), "when_interrupted is leave or retryStage"),
    ("slipway", "pools", pool("placeholders", placeholders="off"), "placeholders is manage or leave"),
    ("slipway", "pools", pool("registered", registration="token"), "A profile's registration is self or preregistered"),
    ("slipway", "pools", pool("windows", profile="windows", registration="preregistered"),
     "Agents on Windows can't be preregistered, since Windows keeps their key"),
    ("server", "image", "example.com/slipway", "image has a tag other than latest"),
    ("server", "memory", 512 * 9, "Fargate offers no such pair of cpu and memory"),
    ("server", "hook_source_cidrs", ["0.0.0.0/0"], "name those of the service tag AzureDevOps"),
    ("server", "hook_source_cidrs", ["anywhere"], "hook_source_cidrs are ranges in CIDR notation"),
    ("server", "claim_source_cidrs", ["0.0.0.0/0"], "claim_source_cidrs open the port to a /7 or more"),
    ("server", "claim_source_cidrs", ["203.0.113.10"], "claim_source_cidrs are ranges in CIDR notation"),
    ("server", "claim_security_group_ids", [], "claim_security_group_ids go with private_load_balancer_subnet_ids"),
    ("server", "claim_security_group_ids", ["agents"], "claim_security_group_ids are ids of security groups"),
    ("server", "private_load_balancer_subnet_ids", ["10.0.0.0/24"], "private_load_balancer_subnet_ids are ids of subnets"),
    ("server", "slipway_yaml", CONFIGURATION.replace("/var/lib/slipway", "/tmp"), "the store in /var/lib/slipway"),
    ("server", "subnet_ids", SUBNETS[:1], "subnet_ids are 2 to 16 different subnets"),
    ("server", "load_balancer_subnet_ids", SUBNETS, "Give either load_balancer_subnet_ids"),
    ("server", "load_balancer_security_group_id", None, "load_balancer_security_group_id goes with target_group_arn"),
    ("server", "tls_secret_arn", f"{SECRET}:certificate::", "without a member's name behind it"),
    ("server", "log_retention_days", 91, "log_retention_days is a span that CloudWatch Logs offers"),
]


# The checks of these look at each other, so one plan has wrong values of one of them only.
RELATED = (
    "organization", "profiles", "standing_agents", "claims", "pools", "slipway_yaml", "load_balancer_subnet_ids",
    "claim_source_cidrs", "claim_security_group_ids", "private_load_balancer_subnet_ids")
# Maps and lists: one plan takes a wrong member for each message.
JOINED = ("profiles", "standing_agents", "pools")


def joined(some, more):
    return some + more if isinstance(some, list) else {**some, **more}


def fits(case, taken):
    """Whether a case may share a plan with those that are taken, and be told from them."""
    module, variable, _, message = case
    for other_module, other_variable, _, other_message in taken:
        if module != other_module:
            continue
        if variable == other_variable and not (variable in JOINED and message != other_message):
            return False
        if variable != other_variable and variable in RELATED and other_variable in RELATED:
            return False
    return True


def rounds(right):
    """All wrong values in as few plans as may be: lists of cases, and the values to plan with."""
    cases = list(WRONG)
    while cases:
        taken, values = [], copy.deepcopy(right)
        for case in cases:
            if fits(case, taken):
                module, variable, value, _ = case
                is_further = any(case[:2] == other[:2] for other in taken)
                values[module][variable] = joined(values[module][variable], value) if is_further else value
                taken.append(case)
        cases = [case for case in cases if case not in taken]
        yield taken, values
