"""The preregistered form."""

import base64
import json
import pathlib
import subprocess
import tempfile
import time

import keys
from services import Answer, agent_settings, claim_answer, credentials
from support import case, claiming, each, equal

FILES = [".agent", ".credentials", ".credentials_rsaparams"]


@case("claim: the three files, then one job")
def _(image):
    with claiming(image) as world:
        equal(world.run("--once"), 0, world)
        equal(world.events(), ["run", "online", "job", "job done", "session deleted"])
        equal(world.lines("run.arguments"), ["run", "--once"])
        # A job works with the mask and folder that it would have elsewhere.
        equal((world.lines("umask"), world.lines("folder")), (["0022"], [str(world.root)]))
        equal([line.split()[0] for line in world.lines("modes")], ["600"] * 3)
        equal(json.loads((world.seen / "copy.agent").read_text()), agent_settings())
        equal(json.loads((world.seen / "copy.credentials").read_text()), credentials())
        keys.check((world.seen / "copy.credentials_rsaparams").read_text(), world.claim.modulus)
        body = world.claim.bodies[0]
        equal(set(body), {"publicKey", "agentVersion", "osDescription"})
        equal((body["publicKey"]["exponent"], body["agentVersion"]), ("AQAB", "4.272.0"))
        assert "Linux" in body["osDescription"], body
        equal(list(world.scratch.iterdir()), [])


@case("claim: the key file in OpenSSL's eyes")
def _(image):
    with claiming(image) as world, tempfile.TemporaryDirectory() as folder:
        equal(world.run(), 0, world)
        k = keys.read((world.seen / "copy.credentials_rsaparams").read_text())
        place = pathlib.Path(folder)
        (place / "key").write_text(keys.key_in_pem(k["p"], k["q"]))
        (place / "text").write_text("assertion")
        public = [2, world.claim.modulus], [2, base64.b64decode("AQAB")]
        body = b"".join(keys.der(tag, b"\0" + value) for tag, value in public)
        identifier = bytes.fromhex("300d06092a864886f70d0101010500")
        (place / "public").write_bytes(keys.der(0x30, identifier + keys.der(3, b"\0" + keys.der(0x30, body))))
        openssl(place, "dgst", "-sha256", "-sign", "key", "-out", "signature", "text")
        openssl(place, "pkey", "-pubin", "-inform", "DER", "-in", "public", "-out", "public.pem")
        openssl(place, "dgst", "-sha256", "-verify", "public.pem", "-signature", "signature", "text")


def openssl(folder, *arguments):
    subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)


@case("claim: 30 keys keep their fixed lengths, also with short integers")
def _(image):
    texts = keys.short_keys() + [keys.new_key() for _ in range(20)]
    script = (
        'source "$1"; shift; for file in "$@"; do read_key <"$file"; printf "%s\\n" "$key_modulus $key_file_text"; done'
    )
    short = set()
    with tempfile.TemporaryDirectory() as folder:
        files = []
        for number, text in enumerate(texts):
            files.append(pathlib.Path(folder) / f"{number:02}")
            files[-1].write_text(text)
        made = subprocess.run(
            ["bash", "-c", script, "keys", str(image / "entrypoint.sh"), *files], capture_output=True, text=True
        )
    equal((made.returncode, made.stderr), (0, ""))
    lines = made.stdout.splitlines()
    equal(len(lines), 30)
    for line in lines:
        modulus, text = line.split(" ", 1)
        short |= keys.short_integers(keys.check(text, base64.b64decode(modulus, validate=True)))
    equal(short, {"d", "dp", "dq", "inverseQ"})


@case("claim: a key of another size or exponent is not used")
def _(image):
    for options in (["rsa_keygen_bits:3072"], ["rsa_keygen_bits:2048", "rsa_keygen_pubexp:17"]):
        pem = subprocess.run(
            ["openssl", "genpkey", "-algorithm", "RSA", *(x for option in options for x in ("-pkeyopt", option))],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        script = 'source "$1"; read_key || exit 9'
        made = subprocess.run(
            ["bash", "-c", script, "keys", str(image / "entrypoint.sh")], input=pem, capture_output=True, text=True
        )
        equal(made.returncode, 9)


@case("claim: short integers through the whole script")
def _(image):
    key = keys.short_keys()[0]
    with claiming(image) as world:
        world.program(
            "openssl",
            f'#!/bin/bash\nif [[ $1 == genpkey ]]; then cat {world.folder}/key; else exec /usr/bin/openssl "$@"; fi\n',
        )
        (world.folder / "key").write_text(key)
        world.own()
        equal(world.run(), 0, world)
        k = keys.check((world.seen / "copy.credentials_rsaparams").read_text(), world.claim.modulus)
        assert {"dp", "dq"} <= keys.short_integers(k)


@each("claim: {} ends it at once", [400, 401, 403, 404, 409, 410, 413, 302, 500, 204])
def _(image, status):
    with claiming(image, answers=[Answer(status, b"because\x1b[31m of that", location="http://127.0.0.1:9/")]) as world:
        equal(world.run(), 31, world)
        equal((len(world.claim.requests), world.events()), (1, []))
        assert f"status {status}" in world.output and "\x1b" not in world.output, world.output
        equal([name for name in FILES if (world.root / name).exists()], [])
        equal(list(world.scratch.iterdir()), [])


@each("claim: {} is tried again with the same key", [408, 429, 502, 503, 504])
def _(image, status):
    with claiming(image, answers=[Answer(status), Answer(status, b"<html>"), Answer()]) as world:
        equal(world.run(), 0, world)
        equal(len(world.claim.bodies), 3)
        keys.check((world.seen / "copy.credentials_rsaparams").read_text(), world.claim.modulus)


@case("claim: an answer cut off is tried again")
def _(image):
    with claiming(image, answers=[Answer(cut=True), Answer()]) as world:
        equal(world.run(), 0, world)
        equal(len(world.claim.bodies), 2)


@case("claim: pauses grow, and the deadline ends it")
def _(image):
    with claiming(image, answers=[Answer(503)], SLIPWAY_CLAIM_SECONDS="3") as world:
        began = time.monotonic()
        equal(world.run(), 32, world)
        assert 1.4 <= time.monotonic() - began < 10
        # The fourth pause would be over the deadline.
        gaps = [late - early for early, late in zip(world.claim.times, world.claim.times[1:])]
        assert 2 <= len(gaps) <= 3 and all(gap >= least for gap, least in zip(gaps, (0.2, 0.4, 0.8))), gaps


@case("claim: nobody listens")
def _(image):
    with claiming(image, SLIPWAY_CLAIM_URL="http://127.0.0.1:9/claim", SLIPWAY_CLAIM_SECONDS="1.5") as world:
        equal(world.run(), 32, world)
        assert "tries" in world.output, world.output


@case("claim: an answer that does not come is waited for until the deadline only")
def _(image):
    with claiming(image, answers=[Answer(delay=20)], SLIPWAY_CLAIM_SECONDS="2") as world:
        began = time.monotonic()
        equal(world.run(), 32, world)
        assert time.monotonic() - began < 8


@case("claim: a slow answer is taken")
def _(image):
    with claiming(image, answers=[Answer(delay=2)]) as world:
        equal(world.run(), 0, world)
        equal(len(world.claim.bodies), 1)


@each("claim: an answer of 300 KB is refused, its size {}", ["announced", "not announced"])
def _(image, how):
    answer = Answer(body=b" " * 300_000) if how == "announced" else Answer(stream=300_000)
    with claiming(image, answers=[answer]) as world:
        equal(world.run(), 33, world)
        assert "larger" in world.output, world.output
        equal(world.events(), [])


WRONG = {
    "nothing": b"",
    "no JSON": b"{",
    "two values": claim_answer() * 2,
    "an array": b"[]",
    "too deep": b"[" * 30000,
    "no agent": b'{"credentials":{}}',
    "no credentials": json.dumps({"agent": agent_settings()}).encode(),
    "agentId as text": claim_answer(agent_settings(agentId="4711")),
    "agentId 0": claim_answer(agent_settings(agentId=0)),
    "agentId 1.5": claim_answer(agent_settings(agentId=1.5)),
    "no agentName": claim_answer(agent_settings(agentName=...)),
    "no poolId": claim_answer(agent_settings(poolId=...)),
    "poolName as number": claim_answer(agent_settings(poolName=3)),
    "serverUrl plain http": claim_answer(agent_settings(serverUrl="http://dev.azure.com/fabrikam/")),
    "serverUrl with a user": claim_answer(agent_settings(serverUrl="https://dev.azure.com@example.com/")),
    "empty workFolder": claim_answer(agent_settings(workFolder="")),
    "agentCloudId": claim_answer(agent_settings(agentCloudId="x")),
    "scheme PAT": claim_answer(given={**credentials(token="x"), "scheme": "PAT"}),
    "clientId with a line end": claim_answer(given=credentials(clientId="a\nb")),
    "no authorizationUrl": claim_answer(given=credentials(authorizationUrl=...)),
    "oauthEndpointUrl as list": claim_answer(given=credentials(oauthEndpointUrl=["https://a.example.com/"])),
    "credentials as list": json.dumps({"agent": agent_settings(), "credentials": []}).encode(),
}


@each("claim: refused answer: {}", WRONG)
def _(image, what):
    with claiming(image, answers=[Answer(body=WRONG[what])] if WRONG[what] else [Answer(200, b" ")]) as world:
        if what == "nothing":
            world.claim.answers[0].body = b""
        equal(world.run(), 33, world)
        equal((len(world.claim.requests), world.events()), (1, []))
        equal([name for name in FILES if (world.root / name).exists()], [])


@case("claim: optional fields may be left out")
def _(image):
    body = claim_answer(agent_settings(poolName=..., acceptTeeEula=...), credentials(oauthEndpointUrl=...))
    with claiming(image, answers=[Answer(body=body)]) as world:
        equal(world.run(), 0, world)


@each(
    "claim: refused address: {}",
    [
        "http://slipway.example.com/claim",
        "http://127.0.0.1@example.com/claim",
        "http://127.0.0.1.example.com/claim",
        "ftp://slipway.example.com/claim",
        "https://user:pass@slipway.example.com/claim",
        'https://slipway.example.com/"x"',
        "https://slipway.example.com/ x",
        "https:///claim",
        "file:///etc/passwd",
    ],
)
def _(image, url):
    with claiming(image, SLIPWAY_CLAIM_URL=url) as world:
        equal(world.run(), 20, world)
        equal(world.claim.requests, [])


@case("claim: plain http is refused on loopback too, unless allowed")
def _(image):
    with claiming(image, SLIPWAY_ALLOW_HTTP="") as world:
        equal(world.run(), 20, world)
        equal(world.claim.requests, [])


@each("claim: only {} set", ["SLIPWAY_CLAIM_URL", "SLIPWAY_CLAIM_CODE"])
def _(image, kept):
    with claiming(image, AZP_URL="https://dev.azure.com/fabrikam", AZP_TOKEN="pat-5ecret-for-nothing") as world:
        for name in ("SLIPWAY_CLAIM_URL", "SLIPWAY_CLAIM_CODE"):
            if name != kept:
                del world.environment[name]
        equal(world.run(), 20, world)
        equal((world.claim.requests, world.events()), ([], []))


@case("claim: a code that is no bearer token is refused")
def _(image):
    with claiming(image, SLIPWAY_CLAIM_CODE='x"\nurl = "http://127.0.0.1/') as world:
        equal(world.run(), 20, world)


@case("claim: a repeated claim with another key would be refused")
def _(image):
    # That the service would notice: a second container with the same code.
    with claiming(image) as world:
        equal(world.run(), 0, world)
        equal(world.run(), 31, world)


@case("claim: AZP_WORK goes before the answer's work folder")
def _(image):
    with claiming(image) as world:
        world.environment["AZP_WORK"] = str(world.folder / "elsewhere")
        equal(world.run(), 0, world)
        equal(json.loads((world.seen / "copy.agent").read_text())["workFolder"], str(world.folder / "elsewhere"))
        assert (world.folder / "elsewhere").is_dir()


@case("claim: a token given for nothing is dropped, and said")
def _(image):
    with claiming(image, AZP_TOKEN="pat-5ecret-for-nothing", AZP_URL="https://dev.azure.com/fabrikam") as world:
        equal(world.run(), 0, world)
        assert "for nothing" in world.output
        equal(world.places_of("pat-5ecret-for-nothing"), [])


def certificate(folder):
    subprocess.run(
        [
            "openssl",
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-days",
            "2",
            "-subj",
            "/CN=127.0.0.1",
            "-addext",
            "subjectAltName=IP:127.0.0.1",
            "-keyout",
            folder / "key.pem",
            "-out",
            folder / "certificate.pem",
        ],
        check=True,
        capture_output=True,
    )
    return folder / "certificate.pem", folder / "key.pem"


@case("claim: over TLS with a private authority")
def _(image):
    with tempfile.TemporaryDirectory() as folder:
        files = certificate(pathlib.Path(folder))
        with claiming(image, tls=files, SLIPWAY_ALLOW_HTTP="") as world:
            (world.folder / "ca.pem").write_bytes(files[0].read_bytes())
            world.own()
            world.environment["SLIPWAY_CA_FILE"] = str(world.folder / "ca.pem")
            equal(world.run(), 0, world)
            equal(len(world.claim.bodies), 1)


@case("claim: a certificate of an unknown authority ends it at once")
def _(image):
    with tempfile.TemporaryDirectory() as folder:
        files = certificate(pathlib.Path(folder))
        with claiming(image, tls=files) as world:
            began = time.monotonic()
            equal(world.run(), 32, world)
            assert time.monotonic() - began < 8 and "certificate" in world.output, world.output
            equal(world.claim.requests, [])


@case("claim: SLIPWAY_CA_FILE trusts that authority only")
def _(image):
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as other:
        files, others = certificate(pathlib.Path(folder)), certificate(pathlib.Path(other))
        with claiming(image, tls=files) as world:
            (world.folder / "ca.pem").write_bytes(others[0].read_bytes())
            world.own()
            world.environment["SLIPWAY_CA_FILE"] = str(world.folder / "ca.pem")
            equal(world.run(), 32, world)
            equal(world.claim.requests, [])


@case("claim: the code is in no process while curl waits")
def _(image):
    with claiming(image, answers=[Answer(delay=2)]) as world:
        world.start()
        world.await_true(lambda: world.claim.requests, "the claim")
        curls, found = 0, []
        for folder in pathlib.Path("/proc").glob("[0-9]*"):
            try:
                text = (folder / "cmdline").read_bytes() + (folder / "environ").read_bytes()
            except OSError:
                continue
            curls += str(world.scratch).encode() in text and text.startswith(b"curl")
            if world.claim.code.encode() in text:
                found.append(text)
        equal((curls, found), (1, []))
        equal(world.finish(), 0, world)


@case("claim: a missing SLIPWAY_CA_FILE is told")
def _(image):
    with claiming(image, SLIPWAY_CA_FILE="/nowhere/ca.pem") as world:
        equal(world.run(), 20, world)


@case("claim: no secret in the listener, its files, its capabilities or any process")
def _(image):
    with claiming(image) as world:
        world.environment.update(
            {
                "ECS_CONTAINER_METADATA_URI_V4": "http://169.254.170.2/v4/secret-of-metadata",
                "AWS_EXECUTION_ENV": "AWS_ECS_FARGATE",
                "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/v2/credentials/secret-of-the-role",
                "VSO_AGENT_IGNORE": "HOME",
                "slipway.size": "large",
                "SIZE": "large",
            }
        )
        equal(world.run(), 0, world)
        environment, capabilities = world.lines("listener.environ"), world.lines("listener.capabilities")
        equal(
            [
                line
                for line in environment
                if line.startswith("SLIPWAY_")
                or world.claim.code in line
                or "metadata" in line.lower()
                and not line.startswith("VSO_")
            ],
            [],
        )
        # A job may use the task role, and may ask for what its profile demands.
        assert "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI=/v2/credentials/secret-of-the-role" in environment
        assert {"slipway.size=large", "SIZE=large"} <= set(capabilities), capabilities
        assert "agent.disableupdate=true" in environment
        equal([line for line in capabilities if "secret-of" in line or line.startswith(("AWS_", "ECS_", "HOME="))], [])
        equal([line for line in world.lines("listener.cmdline") if line == world.claim.code], [])
        equal(world.places_of(world.claim.code), [])
        assert len(world.lines("processes")) > 50
        private = json.loads((world.seen / "copy.credentials_rsaparams").read_text())["d"]
        equal(world.places_of(private), ["agent/.credentials_rsaparams", "agent/seen/copy.credentials_rsaparams"])
