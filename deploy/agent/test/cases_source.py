"""The files themselves: their layout, what linters say of them, and of the Windows image all that can be looked at here."""

import re
import shutil
import subprocess

from support import Missing, case, equal
from world import HERE

AGENT = HERE.parent
SERVER = AGENT.parent / "server"
# Where scripts/prepare puts them, each in the version that it names.
INSTALLED = AGENT.parent.parent / ".venv" / "bin"

PARSE = """
import sys
import tree_sitter, tree_sitter_powershell

grammar = tree_sitter.Language(tree_sitter_powershell.language())
waiting = [tree_sitter.Parser(grammar).parse(open(sys.argv[1], "rb").read()).root_node]
while waiting:
    node = waiting.pop()
    if node.is_error or node.is_missing:
        print(f"line {node.start_point[0] + 1}: {node.text[:60]!r}")
    waiting += node.children
"""


def tool(name):
    found = INSTALLED / name if (INSTALLED / name).exists() else shutil.which(name)
    if not found:
        raise Missing(f"{name} is not on this machine: scripts/prepare test installs it")
    return found


@case("source: shellcheck")
def _(_image):
    package = HERE / "package"
    scripts = [AGENT / "entrypoint.sh", package / "config.sh", package / "run.sh", *sorted((package / "bin").iterdir())]
    made = subprocess.run([tool("shellcheck"), "-x", *scripts], capture_output=True, text=True, cwd=AGENT)
    equal((made.returncode, made.stdout), (0, ""))


@case("source: hadolint, of the server's image too")
def _(_image):
    files = [AGENT / "Dockerfile", AGENT / "Dockerfile.windows", SERVER / "Dockerfile"]
    made = subprocess.run([tool("hadolint"), *files], capture_output=True, text=True)
    equal((made.returncode, made.stdout), (0, ""))


@case("source: the Windows entry script is PowerShell")
def _(_image):
    python = tool("python")
    if subprocess.run([python, "-c", "import tree_sitter_powershell"], capture_output=True).returncode != 0:
        raise Missing("the grammar of PowerShell is not on this machine: scripts/prepare test installs it")
    made = subprocess.run([python, "-B", "-c", PARSE, AGENT / "entrypoint.ps1"], capture_output=True, text=True)
    equal((made.returncode, made.stdout), (0, ""))


def windows_script():
    """Its statements, without comments."""
    lines = (AGENT / "entrypoint.ps1").read_text().splitlines()
    return "\n".join(line for line in lines if not line.lstrip().startswith("#"))


@case("source: on Windows the token is dropped before the listener starts, and not needed again")
def _(_image):
    before, started, after = windows_script().partition("Start-Process")
    assert started and "Start-Process" not in after
    dropped = before.index("$token = $clientSecret = $secret = $null")
    for name in ("token", "clientSecret", "secret"):
        uses = [match.start() for match in re.finditer(rf"\${name}\b", before + started + after)]
        assert uses and max(uses) < dropped + 40, name
    assert before.index("'Env:VSTS_AGENT_INPUT_*'") > dropped
    for word in ("config.cmd", "remove'", "deregister", "VSTS_AGENT_INPUT", "AZP_TOKEN"):
        assert word not in after, word


@case("source: on Windows a job's user may add to the agent's folder, and change none of its programs")
def _(_image):
    text = (AGENT / "Dockerfile.windows").read_text()
    equal(re.findall(r"'ContainerUser:([^']*)'", text), ["(OI)(CI)RX", "(WD,AD)"])
    assert "/inheritance:r" in text and text.index("USER ContainerUser") > text.index("(WD,AD)")


@case("source: on Windows every variable is on the page, and those of the script reach no job")
def _(_image):
    script, page = windows_script(), (AGENT / "README.md").read_text()
    names = set(re.findall(r"\b(?:AZP|SLIPWAY)_[A-Z_]+\b", script))
    equal({name for name in names if f"`{name}`" not in page}, set())
    gone = script[script.index("$gone ="):script.index("$hidden =")]
    # A claim is refused; the others stay in the environment, as with the official script.
    rest = {"SLIPWAY_CLAIM_URL", "SLIPWAY_CLAIM_CODE", "AZP_URL", "AZP_POOL", "AZP_AGENT_NAME", "AZP_WORK"}
    equal({name for name in names if f"'{name}'" not in gone}, rest)


@case("source: the image's command leaves it to SLIPWAY_ONCE how many jobs there are")
def _(_image):
    lines = (AGENT / "Dockerfile").read_text().splitlines()
    equal([line for line in lines if line.startswith("CMD")], ["CMD []"])


@case("source: SQLite's temporary files have a place in the server's image, whose root is read-only")
def _(_image):
    text = (SERVER / "Dockerfile").read_text()
    place = re.search(r"^ENV SQLITE_TMPDIR=(\S+)$", text, re.M).group(1)
    assert f'"{place}"' in re.search(r"^VOLUME (.*)$", text, re.M).group(1), place
    assert re.search(rf"install -d -o slipway .*{place}\b", text), place


@case("source: no loop of the entry script has a `continue`, during which bash would forget a signal's trap")
def _(_image):
    scripts = [AGENT / "entrypoint.sh", *sorted((AGENT / "entry").glob("*.sh"))]
    lines = [line for script in scripts for line in script.read_text().splitlines()]
    equal([line for line in lines if re.search(r"\bcontinue\b", line.partition("#")[0])], [])


@case("source: every exit code is on the page, and no other")
def _(_image):
    text = (AGENT / "entry" / "outcome.sh").read_text()
    used = {int(number) for number in re.findall(r"^exit_\w+=(\d+)", text, re.M)} | {0}
    page = {int(number) for number in re.findall(r"^\| (\d+) \|", (AGENT / "README.md").read_text(), re.M)}
    equal(page, used)
    on_windows = {int(number) for number in re.findall(r"\b(?:Leave|exit|end =) (\d+)", windows_script())}
    assert {0, 10, 40, 41, 44} <= on_windows <= used, on_windows


@case("source: every variable is on the page")
def _(_image):
    text = (AGENT / "entry" / "settings.sh").read_text()
    names = set(re.findall(r"\b(?:AZP|SLIPWAY)_[A-Z_]+\b", text))
    page = (AGENT / "README.md").read_text()
    equal({name for name in names if f"`{name}`" not in page}, set())


@case("source: a build names its platform")
def _(_image):
    # An image that is built for the builder's own kind of processor doesn't start elsewhere.
    for file in AGENT / "README.md", SERVER / "Dockerfile":
        builds = re.findall(r"docker (?:buildx )?build\b(?:[^`\n]*\\\n)*[^`\n]*", file.read_text())
        assert builds, file
        equal([build for build in builds if "--platform " not in build and "Dockerfile.windows" not in build], [])
