"""Drives the built server with the image's real entry script: it claims over TLS, runs, and a second claim is refused.

The stand-in for the agent's package comes from deploy/agent/test. It has no session with the simulated organization, so the
launch is pending throughout.
"""

import json
import os
import pathlib
import secrets
import shutil
import socket
import sys
import tempfile

from conformance import (
    ROOT, SLIPWAY, Azure, check, launches, prepare_moto, receiver_port, run, slipway, start_services, wait, write,
    write_configuration)

sys.path.insert(0, os.path.join(ROOT, "deploy/agent/test"))
from world import World, set_up  # noqa: E402


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def configure(folder, facts, moto_url, subnet, group, port, secret):
    config = write_configuration(folder, facts, moto_url, subnet, group)
    text = pathlib.Path(config).read_text().replace(
        "receiver: { host: 127.0.0.1, port: 0,",
        f"claims: {{ secrets: ['file:{write(folder, 'claim-secret', secret)}'] }}\n"
        f"receiver: {{ host: 127.0.0.1, port: {port}, publicURL: 'https://localhost:{port}',")
    pathlib.Path(config).write_text(text)
    return config


def started_agent_task(ecs):
    """The one agent task that runs on moto, and what its container is told."""
    arns = ecs.list_tasks(cluster="build-agents", desiredStatus="RUNNING")["taskArns"]
    if not arns:
        return None
    task = ecs.describe_tasks(cluster="build-agents", tasks=arns)["tasks"][0]
    return task, {
        variable["name"]: variable["value"]
        for override in task["overrides"]["containerOverrides"] for variable in override.get("environment", [])
    }


def container(image, environment, **changes):
    """A world of deploy/agent/test with what RunTask told the container."""
    world = World(image, "job_after=0.3 job_seconds=0.3")
    certificate = world.folder / "tls.crt"
    shutil.copy(image / "tls.crt", certificate)
    world.environment.update({
        **environment, "SLIPWAY_CA_FILE": str(certificate), "SLIPWAY_CLAIM_SECONDS": "20",
        # The simulated organization speaks plain HTTP.
        "SLIPWAY_ALLOW_HTTP": "1", **changes,
    })
    world.own()
    return world


def registrations(azure):
    listed = azure.call("GET", "_apis/distributedtask/pools/44/agents?includeCapabilities=true")["value"]
    return [agent for agent in listed if agent["name"].startswith("slipway-") and "placeholder" not in agent["name"]]


def main(folder, programs):
    moto_url, facts, sandbox = start_services(programs)
    azure = Azure(facts)
    ecs, subnet, group = prepare_moto(moto_url, facts)
    port, secret = free_port(), secrets.token_hex(32)
    config = configure(folder, facts, moto_url, subnet, group, port, secret)
    environment = dict(os.environ, AWS_ACCESS_KEY_ID="test", AWS_SECRET_ACCESS_KEY="test")
    log = open(f"{folder}/server.log", "w")
    server = programs.start(SLIPWAY, "serve", "--config", config, env=environment, stderr=log)
    check(receiver_port(f"{folder}/server.log") == port, "the server listens")

    sandbox.stdin.write("1\n")
    sandbox.stdin.flush()
    check(wait(lambda: started_agent_task(ecs), "an agent task on moto"), "a waiting job leads to RunTask")
    task, told = started_agent_task(ecs)
    launch = task["startedBy"].removeprefix("slipway/")
    check(told.get("SLIPWAY_CLAIM_URL") == f"https://localhost:{port}/claims/{launch}", "the container is told where to claim")
    check(not any("TOKEN" in name for name in told) and facts["token"] not in json.dumps(task, default=str),
          "and no token")

    with tempfile.TemporaryDirectory(prefix="slipway-claims-") as place:
        image = set_up(place)
        shutil.copy(f"{folder}/tls.crt", image / "tls.crt")
        (image / "tls.crt").chmod(0o644)
        claims(container, image, told, azure, config, launch)
        key = claims.key
    code = told["SLIPWAY_CLAIM_CODE"]

    closed = wait(lambda: all(one["state"] == "closed" for one in launches(config) if one["id"] == launch), "the launch to close")
    shown = slipway(config, "launches", "show", launch).stdout
    check(closed and "used twice" in shown, "the second key has ended the launch, and its story says why")
    check(not [agent for agent in registrations(azure) if launch in agent["name"]], "its registration is gone")
    exported = slipway(config, "ledger", "export", "--format", "jsonl").stdout
    check('"claimed"' in exported.replace("\\", "") and "isClaimMisused" in exported, "the ledger tells of the claim and its misuse")
    check(slipway(config, "ledger", "verify").returncode == 0, "the ledger verifies")
    server.terminate()
    check(server.wait(15) == 0, "SIGTERM ends the server with exit code 0")
    log.close()

    written = {path.name: path.read_bytes() for path in pathlib.Path(folder).iterdir() if path.is_file()}
    own = {"claim-secret", "azp-token"}
    for what, text, among in (
            ("claim code", code.split(".")[1], set(written)), ("private key", key, set(written)),
            ("claim secret", secret, set(written) - own), ("organization's token", facts["token"], set(written) - own)):
        found = sorted(name for name in among if text.encode() in written[name])
        check(not found, f"no {what} in what the server wrote ({len(among)} files){': ' + ', '.join(found) if found else ''}")


def claims(container, image, told, azure, config, launch):
    """The container's own claim, a replay with another key, a guess, and another launch's path."""
    world = container(image, told)
    try:
        code = world.run()
        check(code == 0, f"the entry script claims, runs the agent and ends with 0{'' if code == 0 else world.output}")
        text = (world.seen / "copy.credentials_rsaparams").read_text()
        claims.key = json.loads(text)["d"]
        settings = json.loads((world.root / ".agent").read_text(encoding="utf-8-sig"))
        credentials = json.loads((world.root / ".credentials").read_text(encoding="utf-8-sig"))
        listed = [agent for agent in registrations(azure) if agent["name"] == f"slipway-{launch}"]
        check([agent["id"] for agent in listed] == [settings["agentId"]], "the agent is registered under the id that it was told")
        check(listed and listed[0]["systemCapabilities"].get("Agent.Version") == "4.272.0", "with its version")
        check(settings["serverUrl"].rstrip("/") == azure.base and credentials["scheme"] == "OAuth"
              and credentials["data"]["clientId"], "its files name the organization and what it signs in with")
        check(not world.places_of(azure.token), "the organization's token is nowhere in the container")
    finally:
        world.close()
    for what, changes in {
        "a guessed code": {"SLIPWAY_CLAIM_CODE": "1." + "0" * 64},
        "the code at another launch's address": {"SLIPWAY_CLAIM_URL": told["SLIPWAY_CLAIM_URL"] + "9"},
        "the code once more, with another key": {},
    }.items():
        world = container(image, told, **changes)
        try:
            check(world.run() == 31 and not (world.root / ".agent").exists(), f"{what} is refused, and no agent starts")
        finally:
            world.close()


if __name__ == "__main__":
    run(main)
