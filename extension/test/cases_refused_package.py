"""What belongs in no package, and versions that would be lost on the service."""

import json

from support import EXTENSION, World, case, equal

AGENT, GATE, NAME = "SlipwayAgent", "SlipwayGate", "vss-extension.json"


def refused(name, change, *lines):
    @case(f"package refused: {name}")
    def _():
        with World() as world:
            change(world)
            equal(world.complaints(), list(lines))


def write(name, data=b"x"):
    def change(world):
        (world.root / name).parent.mkdir(parents=True, exist_ok=True)
        (world.root / name).write_bytes(data)

    return change


USELESS = "would be in the package, but nothing there refers to it; delete it, or take it out of files"
refused("a file that nothing refers to", write(f"{AGENT}/notes.md"), f"{AGENT}/notes.md: {USELESS}")
refused(
    "an editor's leftover",
    write(f"{AGENT}/task.json~"),
    f"{AGENT}/task.json~: {USELESS}",
    f"{AGENT}/task.json~: has no content type; give its kind one in vsix/opc.py, or leave it out of the package",
)
refused("a hidden file", write(f"{AGENT}/.env.json", b"{}"), f"{AGENT}/.env.json: {USELESS}")
refused(
    "strings under no language",
    write(f"{AGENT}/Strings/resources.resjson/english/resources.resjson", b"{}"),
    f"{AGENT}/Strings/resources.resjson/english/resources.resjson: {USELESS}",
)


@case("package refused: a file listed that isn't there, and one without a use")
def _():
    with World() as world:
        world.change(
            NAME, lambda value: value["files"].extend([{"path": "images/none.png"}, {"path": "identity.json"}])
        )
        equal(
            world.complaints(),
            ["images/none.png: is missing; add it, or take out what names it", f"identity.json: {USELESS}"],
        )


@case("package refused: a name that is no part's, and two that differ in case alone")
def _():
    with World() as world:
        write(f"{AGENT}/a file.json", b"{}")(world)
        write(f"{AGENT}/Task.json", b"{}")(world)
        found = world.complaints()
        illegal = (
            "is no name for a part of a package; use letters, digits, dot, hyphen and underscore, and no dot at the end"
        )
        assert f"{AGENT}/a file.json: {illegal}" in found, found
        assert f"{AGENT}/task.json: differs from {AGENT}/Task.json in case alone; a package can't hold both" in found, (
            found
        )


@case("package refused: each character that a part's name can't have")
def _():
    import sys

    sys.path.insert(0, str(EXTENSION))
    from vsix import opc
    from vsix.problems import Problems

    for name in [f"a/b{letter}c.json" for letter in ' #^[]<>?%\\"|é'] + [
        "a//b.json",
        "/a.json",
        "a./b.json",
        "a/b.json.",
    ]:
        problems = Problems()
        opc.check_names(problems, [name])
        assert any("is no name for a part" in line for line in problems.lines), name
    fine = Problems()
    opc.check_names(fine, ["a/b-c_d.e/f.json", "LICENSE"])
    equal(fine.lines, [])


refused(
    "a file that the build makes",
    lambda world: (
        write("extension.vsomanifest", b"{}")(world),
        world.change(NAME, lambda value: value["files"].append({"path": "extension.vsomanifest", "addressable": True})),
    ),
    "extension.vsomanifest: is made by the build; delete the file",
)
refused(
    "line ends of Windows",
    lambda world: (world.root / "overview.md").write_bytes(
        (world.root / "overview.md").read_bytes().replace(b"\n", b"\r\n")
    ),
    "overview.md: has line ends of Windows; save it with LF alone, or each machine builds another package",
)
refused(
    "a byte-order mark",
    lambda world: (world.root / "overview.md").write_bytes(b"\xef\xbb\xbf" + (world.root / "overview.md").read_bytes()),
    "overview.md: begins with a byte-order mark; save it without",
)
refused("text that isn't UTF-8", write("overview.md", b"\xff\xfe"), "overview.md: is not UTF-8; save it as UTF-8")


@case("package refused: a link that leads out of the repository")
def _():
    with World() as world:
        secret = world.folder.parent / f"{world.folder.name}.secret"
        secret.write_text("secret")
        try:
            (world.root / "overview.md").unlink()
            (world.root / "overview.md").symlink_to(secret)
            equal(
                world.complaints(),
                ["overview.md: is a link that leads out of the repository; put the file itself there"],
            )
        finally:
            secret.unlink()


refused(
    "identity.json gone",
    lambda world: (world.root / "identity.json").unlink(),
    "identity.json: is missing; add it, or take out what names it",
)
refused(
    "identity.json with a member too many",
    lambda world: world.change("identity.json", lambda value: value.update(publisher="x")),
    "identity.json: publisher: is not known here; take it out, or mend its spelling",
)
refused(
    "identity.json with a release that is none",
    lambda world: world.change("identity.json", lambda value: value.update(released={"version": "1"})),
    "identity.json: released.digest: is missing",
    "identity.json: released.tasks: is missing",
    r"identity.json: released.version: is '1', but must match ^\d+\.\d+\.\d+(\.\d+)?$",
)


def released(world):
    """As after a release of 0.1.0."""
    made = world.build("--record-release")
    equal((made.returncode, made.stdout.strip()), (0, "identity.json: 0.1.0 is recorded as released"))


CONTENT = "was released with other content; raise it, or the old one stays installed"


@case("version: what was released builds again, to the same bytes")
def _():
    with World() as world:
        before = world.package()
        released(world)
        equal(world.package(), before)
        kept = json.loads((world.root / "identity.json").read_text())["released"]
        equal(
            (kept["version"], {name: task["version"] for name, task in kept["tasks"].items()}),
            ("0.1.0", {AGENT: "0.1.0", GATE: "0.1.0"}),
        )


@case("version: another publisher's name is no other content")
def _():
    with World() as world:
        released(world)
        world.package("--publisher", "fabrikam")


@case("version refused: a task changed under its old version")
def _():
    with World() as world:
        released(world)
        world.change_task(GATE, lambda task: task.update(description="Something else."))
        equal(world.complaints(), [f"{NAME}: version: 0.1.0 {CONTENT}", f"{GATE}/task.json: version: 0.1.0 {CONTENT}"])


@case("version refused: a task raised, the extension not")
def _():
    with World() as world:
        released(world)
        world.change_task(GATE, lambda task: task["version"].update(Patch=1))
        equal(world.complaints(), [f"{NAME}: version: 0.1.0 {CONTENT}"])


@case("version refused: an icon changed, nothing raised")
def _():
    with World() as world:
        released(world)
        (world.root / GATE / "icon.png").write_bytes((EXTENSION / AGENT / "icon.png").read_bytes())
        equal(world.complaints(), [f"{NAME}: version: 0.1.0 {CONTENT}", f"{GATE}/task.json: version: 0.1.0 {CONTENT}"])


@case("version refused: the manifest changed, nothing raised")
def _():
    with World() as world:
        released(world)
        world.change(NAME, lambda value: value.update(description="Something else."))
        equal(world.complaints(), [f"{NAME}: version: 0.1.0 {CONTENT}"])


@case("version refused: going back, of the extension and of a task")
def _():
    with World() as world:
        world.change(NAME, lambda value: value.update(version="0.10.0"))
        world.change_task(AGENT, lambda task: task["version"].update(Minor=10))
        equal(world.build("--record-release").returncode, 0)
        world.change(NAME, lambda value: value.update(version="0.9.9"))
        world.change_task(AGENT, lambda task: task["version"].update(Minor=9))
        equal(
            world.complaints(),
            [
                f"{NAME}: version: 0.9.9 is lower than 0.10.0, which was released; raise it above that",
                f"{AGENT}/task.json: version: 0.9.0 is lower than 0.10.0, which was released; raise it above that",
            ],
        )


@case("version: a change with both raised is built")
def _():
    with World() as world:
        released(world)
        world.change_task(
            GATE, lambda task: task.update(description="Something else.", version={"Major": 0, "Minor": 1, "Patch": 1})
        )
        world.change(NAME, lambda value: value.update(version="0.1.1"))
        world.package()
