"""Each way in which the manifest can be wrong, and the line that says so. Nothing else may be complained of."""

from support import World, case, equal

NAME = "vss-extension.json"


def refused(name, change, *lines):
    @case(f"manifest refused: {name}")
    def _():
        with World() as world:
            world.change(NAME, change)
            equal(world.complaints(), [f"{NAME}: {line}" for line in lines])


def put(member, value):
    return lambda manifest: manifest.__setitem__(member, value)


def without(member):
    return lambda manifest: manifest.pop(member)


def connection(change):
    return lambda manifest: change(manifest["contributions"][0]["properties"])


def token_scheme(change):
    return connection(lambda properties: change(properties["authenticationSchemes"][0]))


refused("id changed", put("id", "slip"), "id: is 'slip', but the extension is known as 'slipway'; put that back")
refused("id with a dot", put("id", "slip.way"), "id: is 'slip.way', but must match ^[a-zA-Z0-9][a-zA-Z0-9-]+$")
refused("no id", without("id"), "id: is missing")
refused("version of two parts", put("version", "1.0"), r"version: is '1.0', but must match ^\d+\.\d+\.\d+(\.\d+)?$")
refused(
    "version with a suffix",
    put("version", "1.0.0-beta"),
    r"version: is '1.0.0-beta', but must match ^\d+\.\d+\.\d+(\.\d+)?$",
)
refused("version part too large", put("version", "1.0.2147483648"), "version: every part must be below 2147483648")
refused(
    "description of 201 characters", put("description", "x" * 201), "description: has 201 characters, but may have 200"
)
refused("description empty", put("description", "  "), "description: is empty")
refused("no description", without("description"), "description: is missing")
refused("name of 201 characters", put("name", "x" * 201), "name: has 201 characters, but may have 200")
refused("a member misspelt", put("catgories", []), "catgories: is not known here; take it out, or mend its spelling")
refused(
    "unknown category",
    put("categories", ["Azure Pipes"]),
    "categories[0]: is 'Azure Pipes', but must be one of Azure Repos, Azure Boards, Azure Pipelines, Azure Test Plans, Azure Artifacts",
)
refused(
    "unknown gallery flag",
    put("galleryFlags", ["Free"]),
    "galleryFlags[0]: is 'Free', but must be one of Paid, Preview, Public",
)
refused("manifest version 2", put("manifestVersion", 2), "manifestVersion: is 2, but must be one of 1")
refused(
    "manifest version true",
    put("manifestVersion", True),
    "manifestVersion: is True, but must be of type integer",
    "manifestVersion: is True, but must be one of 1",
)
refused("no tags in tags", put("tags", []), "tags: has 0 elements, but must have 1")
refused(
    "a demand that is none",
    put("demands", ["cloud"]),
    "demands[0]: is 'cloud', but must match ^((environment/cloud|environment/onprem)|(api-version|extension|contribution|contributionType)/.+)$",
)
refused(
    "link without https",
    put("links", {"learn": {"uri": "http://example.com/"}}),
    "links.learn: must begin with https://",
)
refused(
    "link that is none",
    put("links", {"learn": {"uri": "somewhere"}}),
    "links.learn.uri: is 'somewhere', which is no uri",
)
refused("no links in links", put("links", {}), "links: has 0 members, but must have 1")
refused(
    "icon outside",
    put("icons", {"default": "../icon.png"}),
    "default: the path ../icon.png must lie within the extension's folder, with forward slashes",
)


@case("manifest refused: icon that isn't there")
def _():
    with World() as world:
        world.change(NAME, put("icons", {"default": "images/other.png"}))
        equal(world.complaints(), ["images/other.png: is missing; add it, or take out what names it"])


@case("manifest refused: overview that isn't there")
def _():
    with World() as world:
        (world.root / "overview.md").unlink()
        equal(world.complaints(), ["overview.md: is missing; add it, or take out what names it"])


@case("manifest refused: overview links to a file")
def _():
    with World() as world:
        world.change_text("overview.md", "# Slipway agents", "[more](protocol.md)\n# Slipway agents")
        equal(
            world.complaints(),
            [
                f"{NAME}: content.details: the page links to protocol.md, which is not in the package; use a full https:// address"
            ],
        )


@case("manifest refused: overview links to another extension's page")
def _():
    address = "https://marketplace.visualstudio.com/items?itemName=other.slipway"
    with World() as world:
        world.change_text("overview.md", "# Slipway agents", f"[more]({address})\n# Slipway agents")
        equal(
            world.complaints(),
            [
                f"overview.md: links to {address}, but this extension's page is https://marketplace.visualstudio.com/items?itemName=slipway.slipway"
            ],
        )


refused(
    "path with backslashes",
    lambda manifest: manifest["files"].append({"path": "images\\icon.png"}),
    "files[2].path: is 'images\\\\icon.png', which is no uri-reference",
)
refused(
    "path outside",
    lambda manifest: manifest["files"].append({"path": "../docs"}),
    "files: the path ../docs must lie within the extension's folder, with forward slashes",
)
refused(
    "path from the root",
    lambda manifest: manifest["files"].append({"path": "/etc/passwd"}),
    "files: the path /etc/passwd must lie within the extension's folder, with forward slashes",
)
refused(
    "file with a member unknown",
    lambda manifest: manifest["files"].append({"path": "overview.md", "packagePath": "x.md"}),
    "files: overview.md has members that this build doesn't know: packagePath",
)
refused(
    "task folder not shipped",
    lambda manifest: manifest["files"].pop(),
    "files: the task folder SlipwayGate is not among them, so it would not be in the package; add it",
)

refused(
    "contribution twice",
    lambda manifest: manifest["contributions"].append(manifest["contributions"][2]),
    "contributions: the id slipway-gate is there twice; each needs one of its own",
)
refused(
    "contribution gone",
    lambda manifest: (manifest["contributions"].pop(), manifest["files"].pop()),
    "contributions: slipway-gate is gone; installed pipelines and connections need it, so put it back",
    "contributions: the task SlipwayGate is gone; pipelines use it, so put it back",
)
refused(
    "contribution not pinned",
    lambda manifest: manifest["contributions"][2].update(id="slipway-check"),
    "contributions: slipway-check is not pinned as ms.vss-distributed-task.task; pin it in identity.json, once and for ever",
    "contributions: slipway-gate is gone; installed pipelines and connections need it, so put it back",
)
refused(
    "contribution id with a space",
    lambda manifest: manifest["contributions"][2].update(id="slipway gate"),
    "contributions: the id slipway gate may have letters, digits and hyphens",
    "contributions: slipway gate is not pinned as ms.vss-distributed-task.task; pin it in identity.json, once and for ever",
    "contributions: slipway-gate is gone; installed pipelines and connections need it, so put it back",
)
refused(
    "contribution to another target",
    lambda manifest: manifest["contributions"][2].update(targets=["ms.vss-web.hub"]),
    "contributions: slipway-gate must target ms.vss-distributed-task.tasks",
)
refused(
    "contribution without a type",
    lambda manifest: manifest["contributions"][2].pop("type"),
    "contributions[2].type: is missing",
)

refused(
    "Verify without its data source",
    connection(lambda properties: properties["dataSources"].pop(0)),
    "contributions: the connection type has no data source TestConnection, without which there is no Verify button",
)
refused(
    "Verify at another address",
    connection(lambda properties: properties["dataSources"][0].update(endpointUrl="https://example.com/")),
    "contributions: the data source TestConnection must ask {{endpoint.url}}/tasks/verify, the one route that answers GET",
)
refused(
    "data source without a selector",
    connection(lambda properties: properties["dataSources"][1].pop("resultSelector")),
    "contributions: the data source Pools needs a resultSelector jsonpath:$…",
)
refused(
    "data source twice",
    connection(lambda properties: properties["dataSources"].append(properties["dataSources"][1])),
    "contributions: the data source Pools is there twice",
)
refused(
    "token without Bearer",
    token_scheme(lambda scheme: scheme.update(headers=[{"name": "Authorization", "value": "{{{endpoint.apitoken}}}"}])),
    "contributions: the token must be sent as the header Authorization: Bearer {{{endpoint.apitoken}}}",
)
refused(
    "token that is shown",
    token_scheme(lambda scheme: scheme["inputDescriptors"][0].pop("isConfidential")),
    "contributions: the connection type must have one field, apitoken, with isConfidential, or the token is shown",
)
refused(
    "another scheme",
    token_scheme(lambda scheme: scheme.update(type="ms.vss-endpoint.endpoint-auth-scheme-none")),
    "contributions: the connection type must have one authentication scheme, ms.vss-endpoint.endpoint-auth-scheme-token",
)


@case("manifest refused: connection type renamed, for the tasks too")
def _():
    with World() as world:
        world.change(NAME, connection(lambda properties: properties.update(name="slip")))
        lines = [
            f"{NAME}: contributions: the connection type is 'slip', but connections exist as 'slipway'; put that back"
        ]
        for task in ("SlipwayAgent", "SlipwayGate"):
            lines.append(
                f"{task}/task.json: inputs: slipwayConnection: the service connection type slipway is not contributed; the manifest has slip"
            )
            lines += [
                f"{task}/task.json: dataSourceBindings: {target}: the connection type slipway has no data source {source}"
                for target, source in (("pool", "Pools"), ("profile", "Profiles"))
            ]
        equal(world.complaints(), lines)


@case("manifest refused: of another type, and without a name")
def _():
    with World() as world:
        world.change(
            NAME,
            lambda manifest: (
                manifest["contributions"][2].update(type="ms.vss-web.hub"),
                manifest["contributions"][1]["properties"].pop("name"),
            ),
        )
        found = world.complaints()
        for line in (
            "contributions: slipway-gate is of the type ms.vss-web.hub, which this build doesn't know",
            "contributions: slipway-gate is not pinned as ms.vss-web.hub; pin it in identity.json, once and for ever",
            "contributions: slipway-agent has no properties.name",
            "contributions: the task SlipwayAgent is gone; pipelines use it, so put it back",
        ):
            assert f"{NAME}: {line}" in found, found


@case("manifest refused: not JSON, and JSON that says a thing twice")
def _():
    with World() as world:
        world.change_text(NAME, '"public": false,', '"public": false')
        (line,) = world.complaints()
        assert line.startswith(f"{NAME}: is not valid JSON: "), line
    with World() as world:
        world.change_text(NAME, '"public": false,', '"public": false, "public": true,')
        equal(world.complaints(), [f"{NAME}: is not valid JSON: the member 'public' is there twice"])


@case("manifest refused: JSON that is no object, and a number that JSON hasn't")
def _():
    with World() as world:
        (world.root / NAME).write_text("[]")
        equal(world.complaints(), [f"{NAME}: is not a JSON object"])
    with World() as world:
        world.change_text(NAME, '"manifestVersion": 1', '"manifestVersion": NaN')
        equal(world.complaints(), [f"{NAME}: is not valid JSON: NaN is not JSON"])


@case("manifest refused: a task folder within a folder")
def _():
    with World() as world:
        (world.root / "tasks").mkdir()
        (world.root / "SlipwayGate").rename(world.root / "tasks/SlipwayGate")
        world.change(
            NAME,
            lambda value: (
                value["files"][1].update(path="tasks"),
                value["contributions"][2]["properties"].update(name="tasks/SlipwayGate"),
            ),
        )
        found = world.complaints()
        line = "contributions: the task folder tasks/SlipwayGate must lie directly in the extension's folder"
        assert f"{NAME}: {line}" in found, found


@case("manifest refused: a publisher written so that it can't be replaced")
def _():
    with World() as world:
        world.change_text(NAME, '"publisher": "slipway"', '"publisher":"slipway"')
        world.package()
        made = world.build("--publisher", "fabrikam")
        equal(made.returncode, 1)
        line = 'publisher: write it as "publisher": "…", with one space, so that it can be replaced'
        assert f"extension: {NAME}: {line}" in made.stderr, made.stderr


@case("schema: a keyword that isn't known is one line, and nothing is written")
def _():
    with World() as world:
        world.change("schemas/vss-extension.json", lambda value: value.update(minimum=1))
        (line,) = world.complaints()
        equal(line, "schemas: the checker doesn't know the schema's keyword 'minimum'; teach it to vsix/schema.py")
