"""See screenshots."""

import datetime
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time
import urllib.request

from browser import Browser

PROGRAM, STORE_BENCH, CHROMIUM = sys.argv[1], sys.argv[2], sys.argv[4]
FOLDER = pathlib.Path(sys.argv[3])
SIZES = [("light", 1280, False), ("dark", 1280, True), ("narrow", 400, False)]
MAXIMUM_BYTES = 150_000

CONFIGURATION = """
receiver: {{ host: 127.0.0.1, port: 0, certificate: {folder}/tls.crt, privateKey: {folder}/tls.key }}
console: {{ port: 0 }}
store: {{ path: {folder}/slipway.db }}
hooks: {{ username: slipway, passwords: ["env:HOOK_PASSWORD"] }}
azureDevOps: {{ organization: "{azureDevOps}", token: env:AZP_TOKEN, tokenExpires: {tokenExpires} }}
costs: {{ budgets: [{{ project: Fabrikam, monthly: 250, when: warn }}] }}
aws: {{ region: {region}, cluster: {cluster}, endpoint: "{ecs}" }}
log: {{ level: info }}
pools:
  - name: {pool}
    sweepSeconds: 5
    profiles:
      - name: small
        taskDefinition: {taskDefinition}
        container: {container}
        maximumAgents: 8
        placements:
          - {{ capacityProvider: FARGATE_SPOT, subnets: [subnet-a], securityGroups: [sg-1] }}
          - {{ capacityProvider: FARGATE, subnets: [subnet-a], securityGroups: [sg-1] }}
      - {{ name: large, demands: ["slipway.size -equals large"], cpu: 4096, memory: 8192, maximumAgents: 2 }}
"""


class Installation:
    """A sandbox and a server on it, in a folder of their own."""

    def __init__(self, folder, launches=0, failing=3, still_open=0, jobs=0):
        self.folder = folder
        folder.mkdir()
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
             "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", folder / "tls.key",
             "-out", folder / "tls.crt"], check=True, stderr=subprocess.DEVNULL)
        self.sandbox = subprocess.Popen(
            [PROGRAM, "sandbox", "--speed", "1"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        facts = json.loads(self.sandbox.stdout.readline())
        if launches:
            subprocess.run(
                [STORE_BENCH, "fill", folder / "slipway.db", str(launches), str(failing), str(still_open)], check=True,
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        (folder / "slipway.yaml").write_text(CONFIGURATION.format(
            folder=folder, tokenExpires=datetime.date.today() + datetime.timedelta(days=9), **facts))
        self.log = folder / "server.log"
        environment = os.environ | {
            "HOOK_PASSWORD": "password-of-the-hooks-1", "AZP_TOKEN": facts["token"],
            "AWS_ACCESS_KEY_ID": facts["accessKeyID"], "AWS_SECRET_ACCESS_KEY": facts["secretAccessKey"],
        }
        with self.log.open("w") as output:
            self.server = subprocess.Popen(
                [PROGRAM, "serve", "--config", folder / "slipway.yaml"], stdout=output, stderr=output, env=environment)
        self.base = f"http://127.0.0.1:{self.port(r'127[.]0[.]0[.]1:([0-9]+).*The console listens')}"
        if jobs:
            self.sandbox.stdin.write(f"{jobs}\n")
            self.sandbox.stdin.flush()
            time.sleep(20)
        else:
            time.sleep(4)

    def port(self, pattern):
        for _ in range(600):
            found = re.search(pattern, self.log.read_text())
            if found:
                return found.group(1)
            if self.server.poll() is not None:
                break
            time.sleep(0.1)
        sys.exit("the server does not listen: " + self.log.read_text())

    def get(self, path):
        return json.load(urllib.request.urlopen(self.base + path))

    def post(self, path, body):
        request = urllib.request.Request(
            self.base + path, json.dumps(body).encode(), {"Content-Type": "application/json"})
        return json.load(urllib.request.urlopen(request))

    def end(self):
        self.server.terminate()
        self.server.wait(timeout=60)
        self.sandbox.terminate()
        self.sandbox.wait(timeout=60)


def take(browser, state, name, address):
    """Every size of one page; answers what is wrong with it."""
    wrong = []
    for size, width, dark in SIZES:
        complaints, weight = browser.show(address, width, 900, dark)
        too_wide = browser.evaluate("document.documentElement.scrollWidth > innerWidth")
        wrong += [f"{state} {name} {size}: {text}" for text in complaints]
        if too_wide:
            wrong.append(f"{state} {name} {size}: wider than the window")
        if weight > MAXIMUM_BYTES:
            wrong.append(f"{state} {name} {size}: {weight} bytes")
        browser.picture(FOLDER / f"{state}-{name}-{size}.png")
    print(f"{state} {name}: {weight} bytes")
    return wrong


def drain(browser, installation, reason):
    """By the page's form, as a person does it; answers what is wrong."""
    browser.show(installation.base + "/", 1280, 900, False)
    browser.evaluate("document.querySelector('#drain').open = true")
    browser.evaluate(f"document.querySelector('#drain input[name=reason]').value = {json.dumps(reason)}")
    browser.evaluate("document.querySelector('#drain button').click()")
    for _ in range(50):
        time.sleep(0.1)
        said = browser.evaluate("document.querySelector('.notice.done')?.textContent")
        if said:
            break
    drained = browser.evaluate("document.querySelector('[aria-label=Drained]')?.textContent") or ""
    browser.picture(FOLDER / "failing-just-drained.png")
    return [] if said and reason in drained else [f"the form did not drain: {said!r}, {drained!r}"]


def hold(browser, installation):
    """What is marked, and what is paused, is not replaced under a person's hands; answers what is wrong."""
    wrong = []
    browser.show(installation.base + "/", 1280, 900, False)
    place = "document.querySelector('#pools')"

    def is_replaced(seconds):
        browser.evaluate(f"window.kept = {place}")
        for _ in range(seconds * 10):
            time.sleep(0.1)
            if not browser.evaluate(f"window.kept === {place}"):
                return True
        return False

    if not is_replaced(20):
        wrong.append("a page that is followed is not replaced")
    browser.evaluate(f"getSelection().selectAllChildren({place})")
    if is_replaced(6):
        wrong.append("what is marked is replaced")
    browser.evaluate("getSelection().removeAllRanges()")
    if not is_replaced(20):
        wrong.append("nothing is replaced once nothing is marked any more")
    browser.evaluate("document.querySelector('#live-pause').click()")
    if is_replaced(6):
        wrong.append("a page that is paused is replaced")
    said = browser.evaluate("document.querySelector('.live').textContent")
    if said != "pausedResume updates":
        wrong.append(f"a page that is paused says {said!r}")
    browser.evaluate("document.querySelector('#live-pause').click()")
    if not is_replaced(20):
        wrong.append("a page that goes on is not replaced")
    return wrong


def windows(browser, installation):
    """Eight windows of one browser, which has six connections to a server; answers what is wrong."""
    wrong, opened, first = [], [], browser.session
    # It listens for the others, if it is open.
    browser.call("Page.navigate", url="about:blank")

    def follows(session):
        browser.session = session
        browser.call("Page.bringToFront")
        browser.evaluate("window.kept = document.querySelector('[data-live]').firstElementChild")
        for _ in range(300):
            time.sleep(0.1)
            if browser.evaluate("window.kept !== document.querySelector('[data-live]').firstElementChild"):
                return True
        return False

    for number in range(8):
        browser.open(installation.base + ("/launches" if number % 2 else "/"))
        opened.append((browser.window, browser.session))
        for _ in range(100):
            time.sleep(0.1)
            if browser.evaluate("document.querySelector('.live span, #live-state')?.textContent") == "live":
                break
        else:
            wrong.append(f"window {number + 1} of one browser isn't live")
    answer = "fetch('/healthz').then((one) => { window.answered = one.status; })"
    browser.evaluate(f"{answer}; 0")
    time.sleep(2)
    if browser.evaluate("window.answered") != 200:
        wrong.append("with eight windows open nothing is answered any more")
    if not follows(opened[4][1]):
        wrong.append("a window beside others does not follow")
    # The one that listens for the others.
    browser.shut(opened[0][0], first)
    if not follows(opened[5][1]):
        wrong.append("once the first window is closed the others don't follow")
    for window, _ in opened[1:]:
        browser.shut(window, first)
    return wrong


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    wrong = []
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        browser = Browser(CHROMIUM, pathlib.Path(name) / "browser")
        states = {
            "empty": {}, "busy": {"jobs": 14}, "failing": {"launches": 300, "failing": 60, "still_open": 0},
            "many": {"launches": 10_000, "still_open": 0},
        }
        for state, parts in states.items():
            installation = Installation(pathlib.Path(name) / state, **parts)
            if state == "busy":
                installation.post("/api/v1/profiles/pause", {
                    "pool": installation.get("/api/v1/pools")["pools"][0]["name"], "profile": "large",
                    "reason": "the quota of large tasks is used up"})
                wrong += hold(browser, installation)
                wrong += windows(browser, installation)
            if state == "failing":
                wrong += drain(browser, installation, "until the repository's policy is mended")
            pages = {"overview": "/", "launches": "/launches", "deliveries": "/deliveries", "ledger": "/ledger",
                     "costs": "/costs?by=profile"}
            launches = installation.get("/api/v1/launches?limit=200")["launches"]
            busy = [one for one in launches if one["state"] in ("busy", "online")]
            shown = (busy or [one for one in launches if one.get("outcome", {}).get("kind") == "failed"] or launches)[:1]
            for launch in shown:
                pages["launch"] = "/launches/" + launch["id"]
            if state == "many":
                pages["filtered"] = "/launches?profile=large&outcome=failed"
            for page, path in pages.items():
                wrong += take(browser, state, page, installation.base + path)
            installation.end()
        browser.close()
    print("\n".join(wrong) or "nothing is wrong that a program can see; look at the pictures")
    sys.exit(1 if wrong else 0)


main()
