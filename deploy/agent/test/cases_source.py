"""The files themselves: layout, shellcheck, hadolint where they are."""

import re
import shutil
import subprocess

from support import Missing, case, equal
from world import HERE

AGENT = HERE.parent


@case("source: shellcheck")
def _(_image):
    if not shutil.which("shellcheck"):
        raise Missing("shellcheck is not on this machine")
    package = HERE / "package"
    scripts = [AGENT / "entrypoint.sh", package / "config.sh", package / "run.sh", *sorted((package / "bin").iterdir())]
    made = subprocess.run(["shellcheck", "-x", *scripts], capture_output=True, text=True, cwd=AGENT)
    equal((made.returncode, made.stdout), (0, ""))


@case("source: hadolint")
def _(_image):
    if not shutil.which("hadolint"):
        raise Missing("hadolint is not on this machine")
    made = subprocess.run(
        ["hadolint", AGENT / "Dockerfile", AGENT / "Dockerfile.windows"], capture_output=True, text=True
    )
    equal((made.returncode, made.stdout), (0, ""))


@case("source: every exit code is on the page, and no other")
def _(_image):
    text = (AGENT / "entry" / "outcome.sh").read_text()
    used = {int(number) for number in re.findall(r"^exit_\w+=(\d+)", text, re.M)} | {0}
    page = {int(number) for number in re.findall(r"^\| (\d+) \|", (AGENT / "README.md").read_text(), re.M)}
    equal(page, used)


@case("source: every variable is on the page")
def _(_image):
    text = (AGENT / "entry" / "settings.sh").read_text()
    names = set(re.findall(r"\b(?:AZP|SLIPWAY)_[A-Z_]+\b", text))
    page = (AGENT / "README.md").read_text()
    equal({name for name in names if f"`{name}`" not in page}, set())
