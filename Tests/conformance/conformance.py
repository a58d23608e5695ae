"""Drives the built server against moto and reports each thing that a user would miss."""

import base64
import copy
import glob
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request

import boto3

from agent_key import make_key, sign_in

ROOT, SLIPWAY = sys.argv[1], os.path.abspath(sys.argv[2])
PASSWORD = "conformance-password-1"
JOBS = 3
LIMIT_SECONDS = 120

passed, failed = 0, 0


def check(holds, what):
    global passed, failed
    passed, failed = passed + bool(holds), failed + (not holds)
    print(("ok      " if holds else "FAILED  ") + what, flush=True)


def wait(condition, what, seconds=LIMIT_SECONDS):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.25)
    print(f"waited {seconds} s for: {what}", file=sys.stderr)
    return False


class Programs:
    """What is started here is ended here."""

    def __init__(self):
        self.running = []

    def start(self, *command, **options):
        process = subprocess.Popen(command, text=True, **options)
        self.running.append(process)
        return process

    def end(self):
        for process in reversed(self.running):
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()


class Azure:
    """The simulated organization, as an agent's listener speaks to it."""

    def __init__(self, facts):
        self.base, self.token = facts["azureDevOps"].rstrip("/"), facts["token"]
        self.authorization = "Basic " + base64.b64encode(f":{self.token}".encode()).decode()

    def with_bearer(self, token):
        """The same organization, called by an agent with a token of its own."""
        other = copy.copy(self)
        other.authorization = f"Bearer {token}"
        return other

    def call(self, method, path, body=None, timeout=60):
        separator = "&" if "?" in path else "?"
        request = urllib.request.Request(
            f"{self.base}/{path}{separator}api-version=7.1", method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": self.authorization, "Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=timeout) as answer:
            text = answer.read()
            return json.loads(text) if text else None


def overridden(task):
    """The variables that an agent task's containers got from its RunTask."""
    return {
        variable["name"]: variable["value"]
        for override in task["overrides"]["containerOverrides"] for variable in override.get("environment", [])
    }


def run_container(azure, ecs, task):
    """What the official start script does, in short: register, take one job, report it, deregister, end."""
    environment = overridden(task)
    pools = azure.call("GET", f"_apis/distributedtask/pools?poolName={environment['AZP_POOL']}")
    pool = f"_apis/distributedtask/pools/{pools['value'][0]['id']}"
    name = environment["AZP_AGENT_NAME"]
    key, modulus = make_key()
    agent = azure.call("POST", f"{pool}/agents", {
        "name": name, "version": "4.272.0", "osDescription": "stand-in", "maxParallelism": 1,
        "provisioningState": "Provisioned", "systemCapabilities": {"Agent.Name": name, "Agent.Version": "4.272.0"},
        "authorization": {"publicKey": {"exponent": "AQAB", "modulus": modulus}},
    })
    run_job(sign_in(azure, key, agent["authorization"]), pool, agent["id"], name)
    azure.call("DELETE", f"{pool}/agents/{agent['id']}")
    ecs.stop_task(cluster="build-agents", task=task["taskArn"], reason="Essential container in task exited")


def run_job(azure, pool, agent, name, meanwhile=lambda: None):
    """What a listener does with --once: a session, one job, its report. `meanwhile` is called while the job runs."""
    session = azure.call("POST", f"{pool}/sessions", {
        "ownerName": name, "agent": {"id": agent, "name": name, "version": "4.272.0"},
        "systemCapabilities": {"Agent.Name": name, "Agent.Version": "4.272.0"},
    })["sessionId"]
    message = None
    while message is None:
        message = azure.call("GET", f"{pool}/messages?sessionId={session}&lastMessageId=0", timeout=90)
    azure.call("DELETE", f"{pool}/messages/{message['messageId']}?sessionId={session}")
    job = json.loads(message["body"])
    azure.call(
        "PATCH", f"{pool}/jobrequests/{job['requestId']}?lockToken=00000000-0000-0000-0000-000000000000",
        {"requestId": job["requestId"]})
    meanwhile()
    time.sleep(2)
    plan = job["plan"]
    azure.call("POST", f"{plan['scopeIdentifier']}/_apis/distributedtask/hubs/build/plans/{plan['planId']}/events", {
        "name": "JobCompleted", "jobId": job["jobId"], "requestId": job["requestId"], "result": "succeeded",
        "agentShuttingDown": True,
    })
    azure.call("DELETE", f"{pool}/sessions/{session}")


def run_containers(azure, ecs, errors, over):
    """One stand-in for each agent task that appears on moto."""
    seen = set()
    while not over.is_set():
        arns = [arn for arn in ecs.list_tasks(cluster="build-agents")["taskArns"] if arn not in seen]
        for task in ecs.describe_tasks(cluster="build-agents", tasks=arns)["tasks"] if arns else []:
            seen.add(task["taskArn"])

            def run(task=task):
                try:
                    run_container(azure, ecs, task)
                except Exception as error:  # reported as a failed check
                    errors.append(f"{task['taskArn']}: {error!r}")

            threading.Thread(target=run, daemon=True).start()
        over.wait(0.5)


def prepare_moto(url, facts):
    request = urllib.request.Request(
        f"{url}/moto-api/state-manager/set-transition", method="POST",
        data=json.dumps({"model_name": "ecs::task", "transition": {"progression": "manual", "times": 1_000_000}}).encode(),
        headers={"Content-Type": "application/json"})
    urllib.request.urlopen(request).read()
    options = dict(
        endpoint_url=url, region_name="eu-west-1", aws_access_key_id="test", aws_secret_access_key="test")
    ecs, ec2 = boto3.client("ecs", **options), boto3.client("ec2", **options)
    subnet = ec2.describe_subnets()["Subnets"][0]
    group = ec2.describe_security_groups(Filters=[{"Name": "vpc-id", "Values": [subnet["VpcId"]]}])["SecurityGroups"][0]
    ecs.create_cluster(clusterName="build-agents")
    ecs.register_task_definition(
        family="azp-agent", networkMode="awsvpc", requiresCompatibilities=["FARGATE"], cpu="1024", memory="2048",
        containerDefinitions=[{
            "name": "agent", "image": "agent:1", "memory": 2048,
            "secrets": [{"name": "AZP_TOKEN", "valueFrom": "arn:aws:secretsmanager:eu-west-1:123456789012:secret:azp"}],
        }])
    return ecs, subnet["SubnetId"], group["GroupId"]


def write(folder, name, text):
    path = os.path.join(folder, name)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
        file.write(text)
    return path


def make_certificate(folder, *names):
    """For localhost, where it is used, and further names."""
    alternatives = ",".join(f"DNS:{name}" for name in ("localhost", *names))
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
         "-subj", "/CN=localhost", "-addext", f"subjectAltName={alternatives}", "-keyout", f"{folder}/tls.key", "-out",
         f"{folder}/tls.crt"], check=True, capture_output=True)


def write_configuration(folder, facts, moto_url, subnet, group, aws=""):
    make_certificate(folder)
    return write(folder, "slipway.yaml", f"""
receiver: {{ host: 127.0.0.1, port: 0, certificate: {folder}/tls.crt, privateKey: {folder}/tls.key }}
console: {{ port: 0 }}
store: {{ path: {folder}/slipway.db }}
hooks: {{ username: slipway, passwords: ["file:{write(folder, 'hook-password', PASSWORD)}"] }}
azureDevOps: {{ organization: "{facts['azureDevOps']}", token: "file:{write(folder, 'azp-token', facts['token'])}" }}
aws: {{ region: eu-west-1, cluster: build-agents, endpoint: "{moto_url}"{aws} }}
engine: {{ activeSweepMilliseconds: 500 }}
pools:
  - name: {facts['pool']}
    sweepSeconds: 5
    profiles:
      - name: small
        taskDefinition: azp-agent
        container: agent
        placements:
          - {{ launchType: FARGATE, subnets: [{subnet}], securityGroups: [{group}] }}
""")


def post(folder, port, sample, password=PASSWORD):
    """The status that curl gets."""
    answer = subprocess.run(
        ["curl", "--silent", "--show-error", "--output", "/dev/null", "--write-out", "%{http_code}", "--cacert",
         f"{folder}/tls.crt", "--user", f"slipway:{password}", "--header", "Content-Type: application/json; charset=utf-8",
         "--data-binary", f"@{sample}", "--max-time", "10", f"https://localhost:{port}/hooks/azure-devops"],
        capture_output=True, text=True)
    return answer.stdout


def slipway(config, *arguments):
    environment = dict(os.environ, AWS_ACCESS_KEY_ID="test", AWS_SECRET_ACCESS_KEY="test")
    return subprocess.run(
        [SLIPWAY, *arguments, "--config", config], capture_output=True, text=True, env=environment)


def launches(config):
    answer = slipway(config, "launches", "list", "--json")
    if answer.returncode:
        return []
    listed = json.loads(answer.stdout)
    return listed["launches"] if isinstance(listed, dict) else listed


def receiver_port(log):
    """The port that the system chose for the server, once its log tells it."""
    found = []

    def look():
        with open(log) as file:
            lines = [line for line in file if "The receiver listens" in line]
        found[:] = re.findall(r"127\.0\.0\.1:(\d+)", "".join(lines))
        return found

    return int(found[0]) if wait(look, "the server to listen", 30) else 0


def start_services(programs):
    """moto and the simulated organization: moto's URL, what the sandbox says of itself, and the sandbox."""
    moto = programs.start(
        f"{ROOT}/Tests/support/moto", "serve", stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    moto_url = moto.stdout.readline().split()[-1]
    sandbox = programs.start(
        SLIPWAY, "sandbox", "--no-containers", stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    return moto_url, json.loads(sandbox.stdout.readline()), sandbox


def main(folder, programs):
    moto_url, facts, sandbox = start_services(programs)
    azure = Azure(facts)
    ecs, subnet, group = prepare_moto(moto_url, facts)
    config = write_configuration(folder, facts, moto_url, subnet, group)
    environment = dict(os.environ, AWS_ACCESS_KEY_ID="test", AWS_SECRET_ACCESS_KEY="test")
    log = open(f"{folder}/server.log", "w")
    server = programs.start(SLIPWAY, "serve", "--config", config, env=environment, stderr=log)
    port = receiver_port(f"{folder}/server.log")
    check(post(folder, port, "/dev/null", "wrong-password-000") == "401",
          "the server listens and refuses a wrong password with 401")

    over, errors = threading.Event(), []
    threading.Thread(target=run_containers, args=(azure, ecs, errors, over), daemon=True).start()
    sandbox.stdin.write(f"{JOBS}\n")
    sandbox.stdin.flush()
    samples = sorted(glob.glob(f"{ROOT}/webhooks/samples/*.json"))
    statuses = {os.path.basename(sample): post(folder, port, sample) for sample in samples}
    check(samples and set(statuses.values()) == {"200"}, f"{len(samples)} published payloads are answered 200: "
          + (", ".join(f"{name} {status}" for name, status in statuses.items() if status != "200") or "all"))
    again = post(folder, port, samples[0])
    check(again == "200", "a duplicate is answered 200")

    done = wait(lambda: sum(launch["state"] == "closed" for launch in launches(config)) >= JOBS, "every launch to close")
    over.set()
    closed = launches(config)
    check(done and len(closed) == JOBS, f"{JOBS} jobs led to {len(closed)} launches, all closed")
    check(closed and all(launch["outcome"]["kind"] == "ran" for launch in closed), "each launch ran its job")
    check(not errors, f"every container ran to its end{': ' + '; '.join(errors) if errors else ''}")
    tasks = ecs.describe_tasks(cluster="build-agents", tasks=ecs.list_tasks(cluster="build-agents")["taskArns"], include=["TAGS"])["tasks"]
    check(len(tasks) == JOBS and all(task["lastStatus"] == "STOPPED" for task in tasks),
          f"moto has {len(tasks)} agent tasks, all stopped")
    check(facts["token"] not in json.dumps(tasks, default=str), "the organization's token is in none of them")
    left = [agent["name"] for agent in azure.call("GET", "_apis/distributedtask/pools/44/agents")["value"]
            if agent["name"].startswith("slipway-")]
    check(not left, f"no registration is left{': ' + ', '.join(left) if left else ''}")
    check_strays(config, ecs, subnet, group)
    verified = slipway(config, "ledger", "verify")
    check(verified.returncode == 0, "the ledger verifies")
    exported = slipway(config, "ledger", "export", "--format", "jsonl").stdout.splitlines()
    kinds = {json.loads(line)["kind"] for line in exported}
    check({"delivery.recorded", "delivery.duplicate", "launch.planned", "launch.closed"} <= kinds,
          f"the ledger's {len(exported)} records tell of deliveries and launches")
    server.terminate()
    check(server.wait(15) == 0, "SIGTERM ends the server with exit code 0")
    log.close()
    with open(f"{folder}/server.log") as file:
        text = file.read()
    check(facts["token"] not in text and PASSWORD not in text, "no secret is in the server's log")
    if failed:
        print(text[-4_000:], file=sys.stderr)


def check_strays(config, ecs, subnet, group):
    """What runs on moto beside the launches: a stray of ours, another organization's agent task, and somebody else's."""
    key = launches(config)[0]["id"].split("-")[0]
    arns = [
        ecs.run_task(
            cluster="build-agents", taskDefinition="azp-agent", launchType="FARGATE", startedBy=started_by,
            networkConfiguration={"awsvpcConfiguration": {"subnets": [subnet], "securityGroups": [group]}},
        )["tasks"][0]["taskArn"]
        for started_by in (f"slipway/{key}-44-999-1", "slipway/000000-44-999-1", "ecs-svc/1")
    ]
    listed = slipway(config, "agents", "list", "--json")
    members = json.loads(listed.stdout) if listed.returncode == 0 else []
    check([(member["agentTasks"], member["isStray"]) for member in members] == [(arns[:1], True)],
          f"of what runs beside the launches, the stray alone is listed {listed.stdout if len(members) != 1 else ''}")
    explained = slipway(config, "agents", "prune", "--dry-run")
    check(explained.returncode == 0 and explained.stdout.count("\n") == 1 and arns[0] in explained.stdout,
          "a dry run explains it " + (explained.stderr if explained.returncode else ""))
    for arn in arns:
        ecs.stop_task(cluster="build-agents", task=arn)


def run(main):
    # Then what was started is ended too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    programs = Programs()
    with tempfile.TemporaryDirectory(prefix="slipway-conformance-") as folder:
        try:
            main(folder, programs)
        finally:
            programs.end()
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    run(main)
