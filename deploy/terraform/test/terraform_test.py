"""Applies the example to moto, and lets the built server work with what it made."""

import base64
import copy
import glob
import json
import os
import re
import secrets
import subprocess
import sys
import textwrap
import threading
import time

ROOT, SLIPWAY, MIRROR = sys.argv[1], os.path.abspath(sys.argv[2]), sys.argv[3]
sys.path.insert(0, f"{ROOT}/Tests/conformance")

import boto3  # noqa: E402

from claimant import Claimant, check_told  # noqa: E402
from descriptions import check_descriptions  # noqa: E402
from conformance import (  # noqa: E402
    PASSWORD, Azure, check, launches, make_certificate, post, receiver_port, run, run_job, start_services, wait)
from events import Recorder, log_has, put_event  # noqa: E402
from made import check_made, check_planned, statements  # noqa: E402
from pages import check_pages  # noqa: E402
from refusals import rounds  # noqa: E402
from rendered import check_accepted, check_rendered, right_values  # noqa: E402
from terraform_root import Terraform, drift, resources  # noqa: E402

EXAMPLE, MACHINE, MODULES = "examples/complete", "examples/machine", "test/modules"
CLUSTER = "build-agents"
CLAIM_SECRET = secrets.token_hex(32)


class AWS:
    """Clients of moto, with one pair of keys."""

    def __init__(self, url, key="test", secret="test"):
        self.options = dict(
            endpoint_url=url, region_name="eu-west-1", aws_access_key_id=key, aws_secret_access_key=secret)

    def __getattr__(self, service):
        return boto3.client(service.replace("_", "-"), **self.options)


def write_variables(folder, aws, facts):
    """terraform.tfvars: what exists before the example is applied. Secrets are made by hand, as docs/install.md says."""
    subnets = aws.ec2.describe_subnets()["Subnets"]
    ids = [subnet["SubnetId"] for subnet in subnets]

    def secret(name, value):
        return aws.secretsmanager.create_secret(Name=name, SecretString=value)["ARN"]

    def text(path):
        with open(path) as file:
            return file.read()

    make_certificate(folder, "slipway.example.com")
    values = {
        "region": "eu-west-1", "vpc_id": subnets[0]["VpcId"], "agent_subnet_ids": ids[:2], "server_subnet_ids": ids[:2],
        "public_subnet_ids": ids[1:3], "host_name": "slipway.example.com",
        "organization": "https://dev.azure.com/fabrikam", "pool": facts["pool"], "hook_source_cidrs": ["40.74.28.0/23"],
        "claim_source_cidrs": ["203.0.113.10/32"],
        "agent_image_tag": "4.272.0", "slipway_image_tag": "1.0.0", "cost_center": "4711",
        "agent_token_secret_arn": secret("azp-agent-token", facts["token"]),
        "slipway_secret_arn": secret(
            "slipway", json.dumps({"azureDevOpsToken": facts["token"], "hookPassword": PASSWORD})),
        "claim_secret_arn": secret("slipway-claims", CLAIM_SECRET),
        "tls_secret_arn": secret("slipway-tls", json.dumps(
            {"certificate": text(f"{folder}/tls.crt"), "privateKey": text(f"{folder}/tls.key")})),
        "alarm_actions": ["arn:aws:sns:eu-west-1:123456789012:build-alarms"],
    }
    path = f"{folder}/terraform.tfvars.json"
    with open(path, "w") as file:
        json.dump(values, file)
    return path


def check_refusals(terraform, folder, aws, right, arns):
    """What the modules take, and what they refuse. Returns the configuration that the right values give."""
    code, output = terraform.run(MODULES, "init", "-input=false", "-backend=false")
    check(code == 0, f"terraform init takes the modules {output if code else ''}")
    errors = terraform.plan_errors(MODULES, right, folder)
    check(not errors, f"right values are planned, Windows, ARM, machines and a schedule among them {errors or ''}")
    configuration = None
    if not errors:
        planned = terraform.show(MODULES, f"{folder}/given.tfplan")["planned_values"]
        configuration, policy = (planned["outputs"][name]["value"] for name in ("slipway_yaml", "policy_json"))
        check_planned(check, resources(planned["root_module"]), configuration)
        check_rendered(check, ROOT, configuration, policy, arns)
    check_zones(terraform, folder, aws, right)
    for cases, values in rounds(right):
        errors = terraform.plan_errors(MODULES, values, folder)
        for module, variable, value, message in cases:
            found = any("Invalid value for variable" in error and message in error for error in errors)
            check(found, f"refused: {module}, {variable} = {json.dumps(value)[:60]}: “{message}”{'' if found else errors}")
        strange = [error for error in errors if not any(case[3] in error for case in cases)]
        check(not strange, f"and nothing else is wrong with that plan {strange or ''}")
    return configuration


def check_zones(terraform, folder, aws, right):
    """Two subnets in one zone: EFS would refuse the second way in only when everything else is made."""
    first = aws.ec2.describe_subnets(SubnetIds=right["server"]["subnet_ids"][:1])["Subnets"][0]
    twin = aws.ec2.create_subnet(
        VpcId=first["VpcId"], AvailabilityZone=first["AvailabilityZone"], CidrBlock="172.31.240.0/24")["Subnet"]["SubnetId"]
    values = copy.deepcopy(right)
    values["server"]["subnet_ids"] = [first["SubnetId"], twin]
    errors = terraform.plan_errors(MODULES, values, folder)
    found = any("each in another zone" in error and f"{twin} is in {first['AvailabilityZone']}" in error for error in errors)
    check(found and len(errors) == 1, f"two subnets of the store in one zone are refused, and named {'' if found else errors}")


def check_machine(terraform, folder, own):
    """The example with a machine. Planned alone: its volume is protected from being destroyed."""
    with open(own) as file:
        given = json.load(file)
    taken = ("region", "vpc_id", "agent_subnet_ids", "host_name", "hook_source_cidrs", "claim_source_cidrs",
             "organization", "pool", "agent_image_tag", "claim_secret_arn", "alarm_actions", "cost_center")
    values = {name: given[name] for name in taken}
    values.update(machine_subnet_id=given["public_subnet_ids"][0], ami_id="ami-12c6146b")
    path = f"{folder}/machine.tfvars.json"
    with open(path, "w") as file:
        json.dump(values, file)
    code, output = terraform.run(MACHINE, "init", "-input=false", "-no-color", "-backend=false")
    check(code == 0, f"terraform init takes the example with a machine {output if code else ''}")
    code, output = terraform.run(MACHINE, "plan", "-input=false", "-no-color", f"-out={folder}/machine.tfplan", f"-var-file={path}")
    check(code == 0 and "Warning" not in output, f"and so does terraform plan {output if code or 'Warning' in output else ''}")
    if code:
        return
    planned = {f"{item['type']}.{item['name']}": item.get("values", {})
               for item in resources(terraform.show(MACHINE, f"{folder}/machine.tfplan")["planned_values"]["root_module"])}
    # A plan has no more than a hash of it.
    with open(f"{terraform.copy}/{MACHINE}/main.tf") as file:
        script = re.search(r"user_data = <<-END\n(.*?)\n  END\n", file.read(), re.S)[1]
    for name, value in (("var.region", "eu-west-1"), ("data.aws_partition.current.dns_suffix", "amazonaws.com")):
        script = script.replace(f"${{{name}}}", value)
    script = textwrap.dedent(script)
    read = subprocess.run(["bash", "-n"], input=script, capture_output=True, text=True)
    attached = planned["aws_iam_role_policy_attachment.session_manager"]["policy_arn"]
    check(attached == "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore" and read.returncode == 0
          and "${" not in script and "https://s3.eu-west-1.amazonaws.com/amazon-ssm-eu-west-1/latest/debian_$(dpkg" in script,
          f"the machine can be entered, by Session Manager, whose agent it installs {read.stderr}")
    check(planned["aws_eip.slipway"]["domain"] == "vpc", "it has an address of its own, which stays")
    check(planned["aws_volume_attachment.store"].get("stop_instance_before_detaching"),
          "it is stopped before its store is taken from it")


def check_first_apply(terraform, folder, variables):
    """As docs/install.md begins: the repositories are made with everything else, and nothing that needs their images runs."""
    code, output = terraform.run(
        EXAMPLE, "plan", "-input=false", "-no-color", f"-out={folder}/before.tfplan", "-var=images_pushed=false", *variables)
    check(code == 0, f"terraform plan takes the example before there are images {output if code else ''}")
    if code == 0:
        planned = resources(terraform.show(EXAMPLE, f"{folder}/before.tfplan")["planned_values"]["root_module"])
        counts = {item["values"]["name"]: item["values"]["desired_count"] for item in planned if item["type"] == "aws_ecs_service"}
        check(counts == {"slipway": 0} and any(item["type"] == "aws_ecr_repository" for item in planned),
              f"then it starts neither Slipway nor standing agents {counts}")


def check_changes(terraform, folder, aws, variables):
    """New images, more standing agents, and subnets in another order."""
    with open(f"{folder}/terraform.tfvars.json") as file:
        given = json.load(file)
    with open(f"{terraform.copy}/test/moto.tfvars.json") as file:
        standing = json.load(file)["standing_agents"]
    standing["office"]["count"] = 3
    changed = f"{folder}/changed.tfvars.json"
    with open(changed, "w") as file:
        json.dump({"agent_image_tag": "4.273.0", "slipway_image_tag": "1.1.0", "standing_agents": standing,
                   "server_subnet_ids": given["server_subnet_ids"][::-1]}, file)
    code, output = terraform.run(EXAMPLE, "plan", "-input=false", "-no-color", f"-out={folder}/changed.tfplan", *variables,
                                 f"-var-file={changed}")
    check(code == 0, f"a change is planned {output if code else ''}")
    if code:
        return
    changes = {item["address"]: item["change"]["actions"]
               for item in terraform.show(EXAMPLE, f"{folder}/changed.tfplan")["resource_changes"]}
    definitions = {address: actions for address, actions in changes.items() if ".aws_ecs_task_definition." in address}
    check(len(definitions) == 5 and all(actions == ["create", "delete"] for actions in definitions.values()),
          f"each task definition has its new revision before the old one is let go {[*definitions.values()]}")
    ways = {address: actions for address, actions in changes.items() if ".aws_efs_mount_target." in address}
    check(len(ways) == 2 and all(actions == ["no-op"] for actions in ways.values()),
          f"the order of subnets changes nothing of the store's ways in {[*ways.values()]}")
    code, output = terraform.run(EXAMPLE, "apply", "-input=false", "-no-color", f"{folder}/changed.tfplan")
    check(code == 0, f"and applied {output if code else ''}")
    active = {family: len(aws.ecs.list_task_definitions(familyPrefix=family, status="ACTIVE")["taskDefinitionArns"])
              for family in ("azp-agent-small", "azp-agent-standing-office", "slipway")}
    check(set(active.values()) == {2}, f"the old revisions can still be run {active}")
    service = aws.ecs.describe_services(cluster=CLUSTER, services=["azp-agent-office-fixed"])["services"][0]
    # moto forgets the capacity provider, so that Terraform makes the service anew: whether it heeds the number is told by the
    # code alone.
    with open(f"{terraform.copy}/modules/agents/standing.tf") as file:
        bodies = dict(re.findall(r'^resource "aws_ecs_service" "(\w+)" \{$(.*?)^\}$', file.read(), re.M | re.S))
    heeds = {name: "desired_count" not in re.sub(r"^  desired_count .*", "", body, flags=re.M) for name, body in bodies.items()}
    check(service["desiredCount"] == 3 and heeds == {"fixed": True, "scheduled": False},
          f"and there are as many standing agents as are asked for, where no schedule says {service['desiredCount']} {heeds}")


def check_protected(terraform, variables):
    """The store is not destroyed by the way. Then this test takes the protection out, as somebody who means it would."""
    code, output = terraform.run(EXAMPLE, "plan", "-destroy", "-input=false", "-no-color", *variables)
    check(code == 1 and "module.server.aws_efs_file_system.this has lifecycle.prevent_destroy" in " ".join(output.split()),
          f"a plan that would destroy the store is refused {'' if code == 1 else output}")
    path = f"{terraform.copy}/modules/server/store.tf"
    with open(path) as file:
        text = file.read()
    with open(path, "w") as file:
        file.write(text.replace("prevent_destroy = true", "prevent_destroy = false"))


def check_drift(terraform, folder, variables):
    code, output = terraform.run(
        EXAMPLE, "plan", "-input=false", "-no-color", f"-out={folder}/second.tfplan", *variables)
    check(code == 0, f"a second plan is made {output if code else ''}")
    lines = drift(terraform.show(EXAMPLE, f"{folder}/second.tfplan"))
    check(not lines, f"it changes nothing but what moto does not keep {lines or ''}")
    # Here, since the configuration is known only once the agents are made.
    code, output = terraform.run(EXAMPLE, "plan", "-input=false", "-no-color", *variables, "-var=claim_source_cidrs=[]")
    check(code == 1 and "no agent would reach them" in output,
          f"a plan in which no agent could claim is refused {'' if code == 1 else output}")


def check_tags(made):
    tagged = [item for item in made if "tags_all" in item["values"]]
    bare = [item["address"] for item in tagged if item["values"]["tags_all"].get("CostCenter") != "4711"]
    check(len(tagged) > 20 and not bare, f"all {len(tagged)} things that can have tags have the cost centre's {bare or ''}")


def write_files_as_the_container_does(folder, aws, yaml):
    """The command of the container `files`, with /run/slipway elsewhere; the certificate comes from the secret."""
    definition = aws.ecs.describe_task_definition(taskDefinition="slipway")["taskDefinition"]
    files = next(container for container in definition["containerDefinitions"] if container["name"] == "files")
    environment = {variable["name"]: variable["value"] for variable in files["environment"]}
    check(environment["CONFIGURATION"] == yaml, "the service's configuration is the output slipway_yaml")
    for secret in files["secrets"]:
        arn, member = secret["valueFrom"].removesuffix("::").rsplit(":", 1)
        text = aws.secretsmanager.get_secret_value(SecretId=arn)["SecretString"]
        environment[secret["name"]] = json.loads(text)[member]
    run_folder = f"{folder}/run"
    os.mkdir(run_folder)
    command = [*files["entryPoint"], *[part.replace("/run/slipway", run_folder) for part in files["command"]]]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    modes = {name: oct(os.stat(f"{run_folder}/{name}").st_mode & 0o777) for name in os.listdir(run_folder)}
    check(done.returncode == 0 and modes == dict.fromkeys(["slipway.yaml", "tls.crt", "tls.key"], "0o600"),
          f"the container “files” writes configuration and certificate, for its own user alone {done.stderr}")
    return run_folder


def keys_with_the_policy(aws, policy):
    """Keys that may do what the policy says and no more. moto can't judge resources and conditions: they are left out."""
    actions = [action for _, listed, _, _ in statements(policy).values() for action in listed]
    # AWS has one permission for deleting one message and ten; moto has two.
    actions += ["sqs:DeleteMessageBatch"] if "sqs:DeleteMessage" in actions else []
    allowed = [{"Effect": "Allow", "Action": actions, "Resource": "*"}]
    document = {"Version": "2012-10-17", "Statement": allowed}
    keys = {}
    everything = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    for name, text in (("slipway", document), ("tester", everything)):
        aws.iam.create_user(UserName=name)
        aws.iam.put_user_policy(UserName=name, PolicyName=name, PolicyDocument=json.dumps(text))
        key = aws.iam.create_access_key(UserName=name)["AccessKey"]
        keys[name] = (key["AccessKeyId"], key["SecretAccessKey"])
    return keys


def register_machine(aws):
    """moto starts no task by a capacity provider without a machine in the cluster, Fargate's included."""
    instance = aws.ec2.run_instances(ImageId="ami-12c6146b", MinCount=1, MaxCount=1)["Instances"][0]["InstanceId"]
    aws.ecs.register_container_instance(
        cluster=CLUSTER, instanceIdentityDocument=json.dumps({
            "instanceId": instance, "region": "eu-west-1", "accountId": "123456789012", "imageId": "ami-12c6146b",
            "availabilityZone": "eu-west-1a", "instanceType": "t2.micro", "version": "2017-09-30"}))


def run_task_requests(recorder):
    """The bodies of RunTask that Slipway sent."""
    requests = []
    for line in recorder.call("download-recording").splitlines():
        entry = json.loads(line)
        headers = {name.lower(): value for name, value in entry["headers"].items()}
        if headers.get("user-agent", "").startswith("slipway") and headers.get("x-amz-target", "").endswith(".RunTask"):
            requests.append(json.loads(base64.b64decode(entry["body"]) if entry.get("body_encoded") else entry["body"]))
    return requests


def register_lasting_agent(azure):
    """Azure DevOps fails a job at once when no registered agent satisfies its demands: see docs/agent-task.md."""
    pool = azure.call("GET", "_apis/distributedtask/pools")["value"]
    number = next(item["id"] for item in pool if not item.get("isHosted"))
    azure.call("POST", f"_apis/distributedtask/pools/{number}/agents", {
        "name": "lasting-large", "version": "4.272.0", "maxParallelism": 1, "provisioningState": "Provisioned",
        "systemCapabilities": {"Agent.Name": "lasting-large", "Agent.Version": "4.272.0", "size": "large"},
    })


def push_images(aws):
    """A stand-in for the image of each profile, under the tag that its task definition names."""
    for name in ("small", "large"):
        definition = aws.ecs.describe_task_definition(taskDefinition=f"azp-agent-{name}")["taskDefinition"]
        repository, _, tag = definition["containerDefinitions"][0]["image"].partition("/")[2].partition(":")
        try:
            aws.ecr.put_image(
                repositoryName=repository, imageTag=tag, imageManifest='{"schemaVersion": 2}',
                imageManifestMediaType="application/vnd.oci.image.manifest.v1+json")
        except aws.ecr.exceptions.ImageAlreadyExistsException:
            pass  # both profiles have the same


def check_server(folder, programs, moto_url, facts, sandbox, outputs):
    """The server, with the very configuration, what differs on this machine by environment alone."""
    aws = AWS(moto_url)
    run_folder = write_files_as_the_container_does(folder, aws, outputs["slipway_yaml"])
    register_machine(aws)
    push_images(aws)
    register_lasting_agent(Azure(facts))
    keys = keys_with_the_policy(aws, json.loads(outputs["policy_json"]))
    set_transition(moto_url)
    reset_auth(moto_url, "0")
    aws = AWS(moto_url, *keys["tester"])
    config = f"{run_folder}/slipway.yaml"
    os.environ.update({
        "AWS_ACCESS_KEY_ID": keys["slipway"][0], "AWS_SECRET_ACCESS_KEY": keys["slipway"][1],
        "SLIPWAY_AWS_ENDPOINT": moto_url, "SLIPWAY_AZUREDEVOPS_ORGANIZATION": facts["azureDevOps"],
        "SLIPWAY_RECEIVER_HOST": "127.0.0.1", "SLIPWAY_RECEIVER_PORT": "0",
        "SLIPWAY_RECEIVER_CERTIFICATE": f"{run_folder}/tls.crt", "SLIPWAY_RECEIVER_PRIVATEKEY": f"{run_folder}/tls.key",
        "SLIPWAY_CONSOLE_PORT": "0", "SLIPWAY_STORE_PATH": f"{folder}/slipway.db",
        "SLIPWAY_ENGINE_ACTIVESWEEPMILLISECONDS": "500",
        # No sweep comes to help: only the delivery tells of the job.
        "SLIPWAY_POOLS_0_SWEEPSECONDS": "3600",
    })
    report = subprocess.run([SLIPWAY, "doctor", "--config", config, "--json"], capture_output=True, text=True)
    check_report(report)

    recorder = Recorder(moto_url)
    recorder.call("start-recording")
    log = open(f"{folder}/server.log", "w")
    server = programs.start(SLIPWAY, "serve", "--config", config, stderr=log)
    port = receiver_port(f"{folder}/server.log")
    check(port > 0, "the server listens")
    time.sleep(2)
    sandbox.stdin.write("1\n")
    sandbox.stdin.flush()
    time.sleep(1)
    check(not aws.ecs.list_tasks(cluster=CLUSTER)["taskArns"], "a job waits, and nothing has told the server")
    sample = glob.glob(f"{ROOT}/webhooks/samples/*job-state-changed-event.waiting.constructed.json")[0]
    check(post(folder, port, sample) == "200", "a delivery is answered 200")
    started = wait(lambda: aws.ecs.list_tasks(cluster=CLUSTER)["taskArns"], "an agent task", 60)
    check(started, "an agent task starts in the cluster that Terraform made, by the policy's actions alone")
    if started:
        follow(folder, aws, facts, outputs, recorder, config, port)
    elsewhere = AWS(moto_url, *keys["slipway"])
    check_denied(lambda: elsewhere.ecs.list_clusters(), "ecs:ListClusters")
    check_denied(lambda: elsewhere.sqs.send_message(QueueUrl=outputs["event_queue_url"], MessageBody="x"), "sqs:SendMessage")
    server.terminate()
    check(server.wait(30) == 0, "SIGTERM ends the server with exit code 0")
    log.close()
    with open(f"{folder}/server.log") as file:
        text = file.read()
    check("A claim code was used twice" in text and CLAIM_SECRET not in text and facts["token"] not in text,
          "its log tells of the second key, and no secret")
    check_log_alarm(aws, text)
    reset_auth(moto_url, "inf")


def check_log_alarm(aws, log):
    """The filter's pattern is held against the line that the server wrote."""
    found = aws.logs.describe_metric_filters(logGroupName="/slipway/slipway")["metricFilters"][0]
    phrase = found["filterPattern"].strip('"')
    check(found["filterPattern"] == f'"{phrase}"' and sum(phrase in line for line in log.splitlines()) == 1,
          f"the log's filter finds that line, and no other: {found['filterPattern']}")
    metric = found["metricTransformations"][0]
    alarm = aws.cloudwatch.describe_alarms(AlarmNames=["slipway-claim-misused"])["MetricAlarms"][0]
    check((alarm["Namespace"], alarm["MetricName"], alarm["Threshold"]) == (metric["metricNamespace"], metric["metricName"], 0),
          "and its alarm counts what it finds")


def check_report(report):
    try:
        results = json.loads(report.stdout)["results"]
    except ValueError:
        return check(False, f"slipway doctor takes the configuration {report.stdout} {report.stderr}")
    findings = {result["check"]: result["findings"] for result in results}
    # Of the subscriptions, which nobody made, it only warns. moto answers 500 to what it doesn't have.
    bad = [(name, finding) for name, found in findings.items() for finding in found
           if finding["status"] in ("failed", "unreachable", "skipped")
           and not (name.startswith(("quotas", "permissions", "execution role of ")) and "HTTP 500" in finding["message"])]
    check(not bad, f"slipway doctor takes the configuration and finds cluster, secrets and roles in order {bad or ''}")
    messages = [(finding["status"], finding["message"]) for found in findings.values() for finding in found]
    for text in ("addresses are free, for 60 agents at most", "is there", "its roles exist"):
        seen = any(text in message for _, message in messages)
        check(seen, f"by the optional permissions it tells: {text} {'' if seen else messages}")
    untold = [message for status, message in messages if status == "warning" and "can't be told" in message]
    check(not untold, f"and nothing is left that it may not ask {untold or ''}")
    expected = {"cluster build-agents", "network", "quotas", "permissions", "task definition azp-agent-small", "task definition azp-agent-large",
                "execution role of azp-agent-small", "execution role of azp-agent-large", "event queue"}
    check(expected <= findings.keys(), f"it looked at {', '.join(sorted(expected))} {'' if expected <= findings.keys() else list(findings)}")


def follow(folder, aws, facts, outputs, recorder, config, port):
    task = aws.ecs.describe_tasks(
        cluster=CLUSTER, tasks=aws.ecs.list_tasks(cluster=CLUSTER)["taskArns"], include=["TAGS"])["tasks"][0]
    check(task["taskDefinitionArn"].endswith(":task-definition/azp-agent-small:1"), "of the profile's task definition")
    tags = {tag["key"]: tag["value"] for tag in task["tags"]}
    check(tags.get("slipway:profile") == "small" and tags.get("slipway:pool") == facts["pool"],
          "with tags that tell profile and pool")
    request = run_task_requests(recorder)[0]
    placement = outputs["profiles"]["small"]["placements"][0]
    network = request["networkConfiguration"]["awsvpcConfiguration"]
    check(network == {"subnets": placement["subnets"], "securityGroups": [outputs["agents_security_group_id"]],
                      "assignPublicIp": "DISABLED"}, "in the agents' subnets and security group")
    check(request["capacityProviderStrategy"][0]["capacityProvider"] == "FARGATE_SPOT" and "launchType" not in request,
          "on the first placement, FARGATE_SPOT")
    check(request["propagateTags"] == "TASK_DEFINITION", "and ECS is told to copy the cost tags to it")
    check(facts["token"] not in json.dumps(request) and CLAIM_SECRET not in json.dumps(request),
          "neither the organization's token nor the claim secret is in the call")
    check_told(check, task)

    put_event(aws.events, task, lastStatus="RUNNING", version=3)
    check(wait(lambda: log_has(folder, "Agent tasks are followed by events"), "trust in the queue", 30),
          "the rule lets its event through, into the queue that the server reads")
    azure, errors = Azure(facts), []
    claimant = Claimant(check, folder, port, task, azure)

    def work():
        try:
            listener, pool, agent, name = claimant.claim()
            run_job(listener, pool, agent, name, meanwhile=lambda: (
                wait(lambda: launches(config)[0]["state"] == "busy", "the launch to be busy", 30), claimant.claim_again()))
            aws.ecs.stop_task(cluster=CLUSTER, task=task["taskArn"], reason="Essential container in task exited")
        except Exception as error:  # reported as a failed check
            errors.append(repr(error))

    container = threading.Thread(target=work, daemon=True)
    container.start()
    container.join(90)
    put_event(aws.events, aws.ecs.describe_tasks(cluster=CLUSTER, tasks=[task["taskArn"]])["tasks"][0],
              lastStatus="STOPPED", desiredStatus="STOPPED", stopCode="EssentialContainerExited",
              stoppedReason="Essential container in task exited", version=9,
              containers=[{"name": "agent", "exitCode": 0}])
    closed = wait(lambda: [launch["state"] for launch in launches(config)] == ["closed"], "the launch to close", 60)
    check(closed and not errors, f"the job ran and its launch is closed {errors or ''}")
    if closed:
        check(launches(config)[0]["outcome"]["kind"] == "ran", "with the outcome that it ran")
        check(not claimant.registered(), "and Slipway took the registration away")


def check_destroyed(aws):
    left = {
        "queues": aws.sqs.list_queues().get("QueueUrls", []),
        "rules": [rule["Name"] for rule in aws.events.list_rules()["Rules"]],
        "roles": [role["RoleName"] for role in aws.iam.list_roles()["Roles"]],
        "load balancers": [item["LoadBalancerName"] for item in aws.elbv2.describe_load_balancers()["LoadBalancers"]],
        "file systems": [item["FileSystemId"] for item in aws.efs.describe_file_systems()["FileSystems"]],
        "repositories": [item["repositoryName"] for item in aws.ecr.describe_repositories()["repositories"]],
        "log groups": [item["logGroupName"] for item in aws.logs.describe_log_groups()["logGroups"]],
        "security groups": [item["GroupName"] for item in aws.ec2.describe_security_groups()["SecurityGroups"]
                            if item["GroupName"] != "default"],
    }
    left = {kind: names for kind, names in left.items() if names}
    check(not left, f"and leaves nothing {left or ''}")


def check_denied(call, action):
    try:
        call()
        check(False, f"the policy's keys may not {action}")
    except Exception as error:
        check("AccessDenied" in str(error) or "403" in str(error), f"the policy's keys may not {action}")


def request_moto(url, path, body, content_type):
    subprocess.run(
        ["curl", "--silent", "--show-error", "--fail", "--output", "/dev/null", "--header", f"Content-Type: {content_type}",
         "--data", body, f"{url}/moto-api/{path}"], check=True)


def set_transition(url):
    """An agent task on moto runs until it is stopped."""
    request_moto(url, "state-manager/set-transition", json.dumps(
        {"model_name": "ecs::task", "transition": {"progression": "manual", "times": 1_000_000}}), "application/json")


def reset_auth(url, after_calls):
    request_moto(url, "reset-auth", after_calls, "text/plain")


def main(folder, programs):
    os.environ["MOTO_RECORDER_FILEPATH"] = f"{folder}/moto-recording"
    for name in [name for name in os.environ if name.startswith(("AWS_", "SLIPWAY_", "TF_VAR_"))]:
        if name != "SLIPWAY_TERRAFORM_MIRROR":
            del os.environ[name]
    moto_url, facts, sandbox = start_services(programs)
    terraform = Terraform(f"{ROOT}/deploy/terraform", folder, MIRROR, moto_url)
    code, output = terraform.run(".", "fmt", "-check", "-recursive", "-diff")
    check(code == 0, f"terraform fmt has nothing to change {output if code else ''}")
    check_descriptions(check, terraform.copy)
    check_pages(check, ROOT)
    code, output = terraform.run(EXAMPLE, "init", "-input=false", "-no-color")
    if code and not MIRROR and "Failed to query available provider packages" in output:
        print("skipped: the provider hashicorp/aws can't be had here, neither from the registry nor from a mirror")
        return
    check(code == 0, f"terraform init takes the example {output if code else ''}")
    code, output = terraform.run(EXAMPLE, "validate", "-no-color")
    check(code == 0 and "Warning" not in output, f"terraform validate finds nothing {output if 'Warning' in output or code else ''}")

    own = write_variables(folder, AWS(moto_url), facts)
    right, known, arns = right_values(AWS(moto_url), folder)
    variables = [f"-var-file={own}", "-var-file=../../test/moto.tfvars.json"]
    check_first_apply(terraform, folder, variables)
    code, output = terraform.run(EXAMPLE, "plan", "-input=false", "-no-color", f"-out={folder}/first.tfplan", *variables)
    check(code == 0, f"terraform plan takes the example {output if code else ''}")
    applied = []
    # The provider waits more than it works: the refusals fit in.
    applying = threading.Thread(
        target=lambda: applied.append(terraform.run(EXAMPLE, "apply", "-input=false", "-no-color", f"{folder}/first.tfplan")))
    applying.start()
    check_machine(terraform, folder, own)
    configuration = check_refusals(terraform, folder, AWS(moto_url), right, arns)
    applying.join()
    code, output = applied[0]
    check(code == 0, f"terraform apply makes it on moto {output if code else ''}")
    if code == 0:
        check_drift(terraform, folder, variables)
        made = resources(terraform.show(EXAMPLE)["values"]["root_module"])
        check_tags(made)
        outputs = terraform.outputs(EXAMPLE)
        with open(own) as file:
            check_made(check, AWS(moto_url), outputs, json.load(file), made)
        check_server(folder, programs, moto_url, facts, sandbox, outputs)
        if configuration:
            check_accepted(check, ROOT, folder, programs, facts, configuration, known)
        check_changes(terraform, folder, AWS(moto_url), variables)
    check_protected(terraform, variables)
    # moto has no DeleteFileSystemPolicy: the policy goes with its file system.
    terraform.run(EXAMPLE, "state", "rm", "module.server.aws_efs_file_system_policy.this")
    code, output = terraform.run(EXAMPLE, "destroy", "-auto-approve", "-input=false", "-no-color", *variables)
    check(code == 0, f"terraform destroy succeeds {output if code else ''}")
    check_destroyed(AWS(moto_url))


run(main)
