"""What the module slipway renders: each key of docs/configuration.md, a policy that goes with it, and a server that takes it."""

import json
import os
import re
import secrets
import shutil
import subprocess

import yaml

from conformance import PASSWORD, SLIPWAY, receiver_port, wait
from made import statements
from refusals import CONSOLE, PIPELINES, RIGHT, SECRET, SUBNETS

# Keys that the module leaves to Slipway, or to its environment: there is one right value where it runs, or none that is
# asked for. And entra, which excludes the token that the test's organization takes.
LEFT_OUT = {
    "receiver.host", "receiver.refusingMilliseconds", "hooks.header", "hooks.header.name", "hooks.header.values",
    "azureDevOps.entra", "azureDevOps.entra.tenantID", "azureDevOps.entra.clientID", "azureDevOps.entra.clientSecret",
    "aws.endpoint", "aws.startsPerSecond", "aws.startBurst", "engine", "engine.activeSweepMilliseconds",
    "pools[].profiles[].placements[].launchType", "pools[].profiles[].placements[].platformVersion",
}


# Where RIGHT has /run/secrets, in the tests' folder.
SECRETS = "all-keys"


def right_values(aws, folder):
    """RIGHT with subnets and secrets that are there, what each secret is, and their ARNs."""
    os.mkdir(f"{folder}/{SECRETS}")
    subnets = {subnet["AvailabilityZone"]: subnet["SubnetId"] for subnet in aws.ec2.describe_subnets()["Subnets"]}
    known = {
        "hookPassword": PASSWORD,
        **{name: secrets.token_hex(32) for name in ("claims", "pipelines", "console", "operator")},
    }
    text, arns = json.dumps(RIGHT).replace("/run/secrets", f"{folder}/{SECRETS}"), []
    for placeholder, value in ((SECRET, json.dumps(known)), (PIPELINES, known["pipelines"]), (CONSOLE, json.dumps(known))):
        arns.append(aws.secretsmanager.create_secret(Name=f"all-keys-{len(arns)}", SecretString=value)["ARN"])
        text = text.replace(placeholder, arns[-1])
    for placeholder, subnet in zip(SUBNETS, subnets.values()):
        text = text.replace(placeholder, subnet)
    return json.loads(text), known, arns


def documented_keys(page):
    """The keys of docs/configuration.md, such as pools[].profiles[].name."""
    keys, group = set(), ""
    for line in page.splitlines():
        heading = re.fullmatch(r"## `([\w.\[\]]+)`", line)
        if heading:
            group = heading[1]
            keys.add(group.removesuffix("[]"))
        row = re.match(r"\| `(\w+)` \|", line)
        if row and group:
            keys.add(f"{group}.{row[1]}")
    return keys


def rendered_keys(value, path=""):
    if isinstance(value, dict):
        for name, member in value.items():
            yield (inner := f"{path}.{name}" if path else name)
            yield from rendered_keys(member, inner)
    elif isinstance(value, list):
        for element in value:
            yield from rendered_keys(element, f"{path}[]")


def check_rendered(check, root, configuration, policy, arns):
    with open(f"{root}/docs/configuration.md") as file:
        documented = documented_keys(file.read())
    rendered = set(rendered_keys(yaml.safe_load(configuration)))
    missing, strange = documented - rendered - LEFT_OUT, (rendered | LEFT_OUT) - documented
    check(len(documented) > 80 and not missing and not strange,
          f"every key of docs/configuration.md is rendered, {len(LEFT_OUT)} apart {missing or ''} {strange or ''}")
    large = yaml.safe_load(configuration)["pools"][0]["profiles"][3]
    check({name: large[name] for name in ("cpu", "memory", "ephemeralStorageGiB", "largest", "images", "warm")} == {
        "cpu": 4096, "memory": 8192, "ephemeralStorageGiB": 50,
        "largest": {"cpu": 8192, "memory": 32768, "ephemeralStorageGiB": 100},
        "images": [{"name": "jdk/21", "taskDefinition": "azp-agent-jdk"}],
        "warm": [{"agents": 2, "days": ["mon-fri"], "from": "07:00", "to": "19:00", "timeZone": "Europe/Berlin"},
                 {"agents": 1}],
    }, "a profile has its own size, what pipelines may ask for, and warm agents")
    may = statements(policy)
    check([arn.rpartition(":task-definition/")[2] for arn in may["StartAgentTasks"][2]] == [
        f"azp-agent-{name}:*" for name in ("jdk", "large", "machine", "small", "windows")]
        and sum("azp-agent-jdk-" in role for role in may["GiveThemTheirRoles"][2]) == 2,
        "it may start the task definition of an image that pipelines ask for, and give it its roles")
    check(may["ReadSecrets"][2] == sorted(arns), "and read each secret that is referred to")


def status(url, certificate, token=None):
    """The status that curl gets for a GET."""
    header = ["--header", f"Authorization: Bearer {token}"] if token else []
    answer = subprocess.run(
        ["curl", "--silent", "--output", "/dev/null", "--write-out", "%{http_code}", "--cacert", certificate, *header,
         "--max-time", "10", url], capture_output=True, text=True)
    return answer.stdout


def check_accepted(check, root, folder, programs, facts, configuration, known):
    """The server runs with all of it, what differs on this machine by environment: see check_server."""
    files = {"token": facts["token"], "old-claims": secrets.token_hex(32), "slipway.yaml": configuration}
    for name, content in files.items():
        with open(f"{folder}/{SECRETS}/{name}", "w") as file:
            file.write(content)
    shutil.copy(f"{root}/deploy/costs/price-book.yaml", f"{folder}/{SECRETS}/price-book.yaml")
    environment = dict(os.environ, SLIPWAY_STORE_PATH=f"{folder}/all-keys.db", SLIPWAY_CONSOLE_HOST="127.0.0.1")
    log = open(f"{folder}/all-keys.log", "w+")
    server = programs.start(SLIPWAY, "serve", "--config", f"{folder}/{SECRETS}/slipway.yaml", stderr=log, env=environment)
    port = receiver_port(log.name)

    def text():
        with open(log.name) as file:
            return file.read()

    check(port > 0 and server.poll() is None, f"the server takes a configuration with every key {'' if port else text()}")
    if port:
        url = f"https://localhost:{port}/tasks/verify"
        found = [status(url, f"{folder}/tls.crt", token) for token in (None, known["console"], known["pipelines"])]
        check(found == ["401", "401", "200"], f"it lets a pipeline's task in by the token of server_tasks alone {found}")
        wait(lambda: "The console listens" in text(), "the console", 30)
        address = re.search(r"127\.0\.0\.1:\d+", next(line for line in text().splitlines() if "The console listens" in line))[0]
        found = [status(f"http://{address}/api/v1/health", f"{folder}/tls.crt", token)
                 for token in (None, known["pipelines"], known["console"], known["operator"])]
        check(found[:2] == ["401", "401"] and not {"401", "403"} & set(found[2:]),
              f"and to the console whoever has one of its {found}")
    server.terminate()
    server.wait(60)
    log.close()
