"""Starts the server on a store of its own, and has schemathesis try its API: see run."""

import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time
import urllib.request

PROGRAM, SCHEMATHESIS = sys.argv[1:]
READ_TOKEN, OPERATE_TOKEN = "read-token-for-the-openapi-test", "operate-token-for-the-openapi-test"

CONFIGURATION = """
receiver: {{ host: 127.0.0.1, port: 0, certificate: {folder}/tls.crt, privateKey: {folder}/tls.key }}
console:
  port: 0
  tokens:
    - {{ name: reader, scope: read, token: env:READ_TOKEN }}
    - {{ name: operator, scope: operate, token: env:OPERATE_TOKEN }}
store: {{ path: {folder}/slipway.db }}
hooks: {{ username: slipway, passwords: ["env:HOOK_PASSWORD"] }}
azureDevOps: {{ organization: "http://127.0.0.1:9/nobody", token: env:AZP_TOKEN }}
aws: {{ region: eu-west-1, cluster: build-agents, endpoint: "http://127.0.0.1:9" }}
pools:
  - name: ecs-linux
    profiles:
      - {{ name: small, taskDefinition: azp-agent, container: agent, placements: [{{ launchType: FARGATE, subnets: [subnet-a] }}] }}
"""


def wait_for(log, pattern, server):
    """The port in the log's line; ends the test if the server ends or takes 30 seconds."""
    for _ in range(600):
        found = re.search(pattern, log.read_text())
        if found:
            return int(found.group(1))
        if server.poll() is not None:
            break
        time.sleep(0.05)
    sys.exit("the server does not listen: " + log.read_text())


def deliver(port, certificate):
    """A few deliveries, one of which can't be read, so that lists have more than one page."""
    for body in ['{"id":"%d"}' % number for number in range(5)] + ["no JSON"]:
        subprocess.run(
            ["curl", "--silent", "--show-error", "--fail", "--output", "/dev/null", "--cacert", certificate,
             "--resolve", f"localhost:{port}:127.0.0.1", "--user", "slipway:password-of-the-hooks-1",
             "--header", "Content-Type: application/json", "--data", body,
             f"https://localhost:{port}/hooks/azure-devops"],
            check=True)


def command(base, token, *arguments):
    return subprocess.run(
        [SCHEMATHESIS, "run", f"{base}/api/v1/openapi.json", "--header", f"Authorization: Bearer {token}",
         "--seed", "1", "--generation-database", "none", "--no-color", *arguments],
        cwd=FOLDER).returncode


with tempfile.TemporaryDirectory() as name:
    FOLDER = pathlib.Path(name)
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
         "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", FOLDER / "tls.key",
         "-out", FOLDER / "tls.crt"], check=True, stderr=subprocess.DEVNULL)
    (FOLDER / "slipway.yaml").write_text(CONFIGURATION.format(folder=FOLDER))
    environment = os.environ | {
        "READ_TOKEN": READ_TOKEN, "OPERATE_TOKEN": OPERATE_TOKEN, "HOOK_PASSWORD": "password-of-the-hooks-1",
        "AZP_TOKEN": "organization-token-that-nobody-may-see", "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
    }
    log = FOLDER / "server.log"
    with log.open("w") as output:
        server = subprocess.Popen(
            [PROGRAM, "serve", "--config", FOLDER / "slipway.yaml"], stdout=output, stderr=output, env=environment)
    try:
        receiver = wait_for(log, r"127\.0\.0\.1:(\d+).*The receiver listens", server)
        console = wait_for(log, r"127\.0\.0\.1:(\d+).*The console listens", server)
        deliver(receiver, FOLDER / "tls.crt")
        base = f"http://127.0.0.1:{console}"
        # Who may operate is sent everything. One check is left out: what is made up by a schema is no cursor of an earlier
        # answer, and is refused.
        failed = command(
            base, OPERATE_TOKEN, "--max-examples", "10", "--phases", "coverage,fuzzing",
            "--exclude-checks", "positive_data_acceptance")
        if server.poll() is not None:
            sys.exit("the server has ended: " + log.read_text())
        if "Console request failed" in log.read_text():
            sys.exit("a request was answered with 500: " + log.read_text())
        request = urllib.request.Request(f"{base}/api/v1/records?limit=200", headers={"Authorization": f"Bearer {READ_TOKEN}"})
        kinds = {record["kind"] for record in json.load(urllib.request.urlopen(request))["records"]}
        print("records: " + ", ".join(sorted(kinds)))
        sys.exit(1 if failed else 0)
    finally:
        server.terminate()
        server.wait(timeout=60)
