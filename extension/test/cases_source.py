"""The sources and pages agree; the schema checker agrees with another one."""

import copy
import json
import re
import sys

from support import EXTENSION, Missing, case, equal

sys.path.insert(0, str(EXTENSION))

from vsix import http_request, schema, task  # noqa: E402

TASKS = {name: json.loads((EXTENSION / name / "task.json").read_text()) for name in ("SlipwayAgent", "SlipwayGate")}
PROTOCOL = (EXTENSION / "protocol.md").read_text()
DOCS = EXTENSION.parent / "docs" / "extension.md"


def table(heading, first):
    """The rows of the first table below a heading whose first column's head is `first`, as lists of cells."""
    text = PROTOCOL[PROTOCOL.index(heading) :]
    lines = text[text.index(f"| {first} |") :].split("\n")
    rows = []
    for line in lines[2:]:
        if not line.startswith("|"):
            return rows
        rows.append([cell.strip() for cell in line.strip("|").split("|")])
    return rows


@case("source: protocol.md and the tasks have the same members of plan, with the same macros")
def _():
    rows = table("### `plan`", "member")
    equal(
        {row[0].strip("`"): row[1].strip("`") for row in rows},
        {name: f"$({macro})" for name, macro in http_request.SYSTEM_MACROS.items()},
    )
    for name, column in (("SlipwayAgent", 3), ("SlipwayGate", 4)):
        sent = json.loads(TASKS[name]["execution"]["HttpRequest"]["Execute"]["Body"])["plan"]
        equal({row[0].strip("`") for row in rows if row[column] == "yes"}, set(sent))


@case("source: protocol.md and the task have the same inputs, and the defaults that it says")
def _():
    rows = {row[0].strip("`"): row for row in table("### `inputs` of the agent task", "member")}
    sent = json.loads(TASKS["SlipwayAgent"]["execution"]["HttpRequest"]["Execute"]["Body"])["inputs"]
    equal(set(rows), set(sent))
    defaults = {field["name"]: field["defaultValue"] for field in TASKS["SlipwayAgent"]["inputs"]}
    for name, row in rows.items():
        said = row[-1]
        equal(defaults[name], {"`inputInvalid`": "", "the profile's own": ""}.get(said, said.strip("`")))


@case("source: protocol.md fills every message, with as many values as it takes")
def _():
    rows = {row[0].strip("`"): row[1] for row in table("### Messages", "message")}
    messages = TASKS["SlipwayAgent"]["messages"]
    equal(set(rows), set(messages))
    for name, text in messages.items():
        filled = re.sub(r"\([^)]*\)", "", rows[name])
        equal((name, len(filled.split(", "))), (name, text.count("%s")))


@case("source: every message that ends a task is named by what leads to it")
def _():
    ending = {row[0].strip("`") for row in table("### Messages", "message") if row[2] == "failed"}
    before = PROTOCOL[: PROTOCOL.index("### Messages")]
    equal({name for name in ending if f"`{name}`" not in before}, set())


@case("source: the routes of protocol.md are those of the tasks and of the connection")
def _():
    routes = {row[0].strip("`").split(" ")[1] for row in table("## 1. Routes", "route")}
    equal(routes, {*http_request.ROUTES, "/tasks/verify"})
    used = {call["EndpointUrl"] for value in TASKS.values() for call in value["execution"]["HttpRequest"].values()}
    equal(used, {f"$(endpoint.url){route}" for route in http_request.ROUTES})


def name_of(build, key):
    """protocol.md, section 4."""
    return f"slipway-run-{build}-{key.lower()}"


@case("source: the agent's name is bounded and legal for every key and build id, and tells both")
def _():
    form = re.compile(
        next(row[1].strip("`") for row in table("### `inputs` of the agent task", "member") if row[0] == "`key`")
        + r"\Z"
    )
    accepted = ["a", "7", "agent", "A-b", "a" * 32, "0-0"]
    for key in accepted:
        assert form.match(key), key
        for build in (1, 48213, 9223372036854775807):
            name = name_of(build, key)
            assert len(name) <= 64 and re.fullmatch(r"[a-z0-9-]+", name), name
            equal(re.fullmatch(r"slipway-run-(\d+)-(.+)", name).groups(), (str(build), key.lower()))
    for key in ("", "-a", "a-", "a" * 33, "a b", "a_b", "a.b", "ä", "a\n"):
        assert not form.match(key), key
    equal(len(name_of(9223372036854775807, "k" * 32)), 64)


@case("source: every example demands the name that its task asks for")
def _():
    for path in (EXTENSION / "overview.md", DOCS):
        found = 0
        for block in re.findall(r"```yaml\n(.*?)```", path.read_text(), re.S):
            keys = {key.lower() for key in re.findall(r"^\s+key: (\S.*)$", block, re.M)}
            if "SlipwayAgent@" in block and not keys:
                keys = {"agent"}
            demands = {
                name.lower()
                for name in re.findall(r"Agent\.Name -equals slipway-run-\$\(Build\.BuildId\)-(\S.*)$", block, re.M)
            }
            if "SlipwayAgent@" in block:
                equal((path.name, demands), (path.name, keys))
                found += 1
        assert found, path


@case("source: every input of an example is an input of the task")
def _():
    for path in (EXTENSION / "overview.md", DOCS):
        for block in re.findall(r"```yaml\n(.*?)```", path.read_text(), re.S):
            for name, inputs in re.findall(
                r"- task: (\w+)@0\n(?:\s+name: \w+\n)?\s+inputs:\n((?:\s+\w+: .*\n)+)", block
            ):
                known = {field["name"] for field in TASKS[name]["inputs"]}
                equal(set(re.findall(r"^\s+(\w+):", inputs, re.M)) - known, set())


def schemas():
    tasks = json.loads((EXTENSION / "schemas" / "tasks.schema.json").read_text())
    return (
        (task.relaxed(tasks), TASKS["SlipwayAgent"], "Draft4Validator"),
        (
            json.loads((EXTENSION / "schemas" / "vss-extension.json").read_text()),
            json.loads((EXTENSION / "vss-extension.json").read_text()),
            "Draft7Validator",
        ),
    )


@case(
    "schema: the published schema of tasks refuses a server task, so the part must be relaxed; the rest is as published"
)
def _():
    published = json.loads((EXTENSION / "schemas" / "tasks.schema.json").read_text())
    places = {place for place, _ in schema.violations(TASKS["SlipwayAgent"], published)}
    equal(places, {"execution.HttpRequest"})
    relaxed = task.relaxed(published)
    relaxed["properties"].pop("execution")
    published["properties"].pop("execution")
    equal(relaxed, published)


@case("schema: a keyword or format that the checker doesn't know is an error, not passed over")
def _():
    for unknown in ({"not": {}}, {"format": "date"}, {"$ref": "other.json#/a"}, {"properties": {"a": {"minimum": 1}}}):
        try:
            list(schema.violations({"a": 1}, unknown))
        except schema.UnknownKeyword:
            continue
        raise AssertionError(unknown)


def places(value, path=()):
    yield path
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in members:
        yield from places(part, (*path, key))


def mutated(value, path, replacement):
    if not path:
        return replacement
    value = copy.deepcopy(value)
    holder = value
    for key in path[:-1]:
        holder = holder[key]
    if replacement is DELETE:
        del holder[path[-1]]
    else:
        holder[path[-1]] = replacement
    return value


DELETE = object()
REPLACEMENTS = (
    DELETE,
    None,
    True,
    7,
    1.5,
    1.0,
    "",
    "x",
    "a b",
    "slipway",
    "http://example.com/",
    [],
    ["x"],
    ["x", "x"],
    [1, True],
    {},
    {"x": 1},
    {"uri": "x"},
    "x" * 201,
)


@case("schema: the same verdict as jsonschema's, with every part of task and manifest replaced or taken out")
def _():
    try:
        import jsonschema
    except ImportError:
        raise Missing("Python's package jsonschema is not on this machine") from None
    compared = refused = 0
    for rules, value, draft in schemas():
        peer = getattr(jsonschema, draft)(rules)  # without its format checker: formats are compared below
        without_formats = strip_formats(rules)
        assert not list(schema.violations(value, rules))
        for path in places(value):
            for replacement in REPLACEMENTS:
                if path == () and replacement is DELETE or replacement is DELETE and isinstance(path[-1], int):
                    continue
                changed = mutated(value, path, replacement)
                ours, theirs = not list(schema.violations(changed, without_formats)), peer.is_valid(changed)
                assert ours == theirs, (path, replacement, ours, theirs, list(peer.iter_errors(changed))[:1])
                compared, refused = compared + 1, refused + (not ours)
    assert compared > 2000 and refused > 1000, (compared, refused)


def strip_formats(rules):
    if isinstance(rules, dict):
        return {
            key: strip_formats(part) for key, part in rules.items() if not (key == "format" and isinstance(part, str))
        }
    return [strip_formats(part) for part in rules] if isinstance(rules, list) else rules
