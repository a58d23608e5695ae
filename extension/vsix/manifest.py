"""Checks vss-extension.json: its schema, what it names, its contributions."""

import re

from . import png, schema

NAME = "vss-extension.json"
TASK = "ms.vss-distributed-task.task"
ENDPOINT_TYPE = "ms.vss-endpoint.service-endpoint-type"
TARGETS = {TASK: ["ms.vss-distributed-task.tasks"], ENDPOINT_TYPE: ["ms.vss-endpoint.endpoint-types"]}
TOKEN_SCHEME = "ms.vss-endpoint.endpoint-auth-scheme-token"
# The members that the package is made of. The schema lets all others pass, so a misspelt one would be lost without a word.
MEMBERS = {
    "manifestVersion", "id", "publisher", "version", "name", "description", "public", "galleryFlags", "categories", "tags", "targets",
    "demands", "icons", "branding", "content", "links", "files", "contributions",
}  # fmt: skip
ICON_PIXELS = 128
VERSION_PART_LIMIT = 2**31
VERIFY_URL = "{{endpoint.url}}/tasks/verify"


def check(sources, problems, identity):
    """Tells what is wrong with the manifest; returns it, or None where there is none to talk about."""
    manifest = sources.json(NAME)
    if manifest is None:
        return None
    told = list(schema.violations(manifest, sources.schema("vss-extension.json")))
    for place, text in told:
        problems.add(NAME, f"{place}: {text}")
    for member in sorted(set(manifest) - MEMBERS):
        problems.add(NAME, f"{member}: is not known here; take it out, or mend its spelling")
    missing = [
        member for member in ("description", "icons", "content", "files", "contributions") if member not in manifest
    ]
    for member in missing:
        problems.add(NAME, f"{member}: is missing")
    if told or missing:
        return None  # The rest may then trust the types.
    tell = lambda text: problems.add(NAME, text)  # noqa: E731
    if manifest["id"] != identity["extension"]:
        tell(f"id: is '{manifest['id']}', but the extension is known as '{identity['extension']}'; put that back")
    if version(manifest) is None:
        tell(f"version: every part must be below {VERSION_PART_LIMIT}")
    for member in ("name", "description"):
        if not manifest[member].strip():
            tell(f"{member}: is empty")
    for kind, path in [*manifest["icons"].items(), *((key, item["path"]) for key, item in manifest["content"].items())]:
        if is_inside(path):
            sources.data(path)
        else:
            tell(f"{kind}: the path {path} must lie within the extension's folder, with forward slashes")
    if is_inside(manifest["icons"]["default"]):
        png.check(sources, problems, manifest["icons"]["default"], ICON_PIXELS)
    _links(tell, sources, manifest)
    _contributions(tell, manifest, identity)
    return manifest


def version(manifest):
    """The version as a tuple, or None when a part is too large."""
    parts = tuple(int(part) for part in manifest["version"].split("."))
    return parts if all(part < VERSION_PART_LIMIT for part in parts) else None


def is_inside(path):
    """Whether a path in the manifest stays in the extension's folder on every system."""
    segments = path.split("/")
    return (
        bool(path)
        and "\\" not in path
        and ":" not in path
        and all(segment not in ("", ".", "..") for segment in segments)
    )


def task_folders(manifest):
    return [
        item["properties"]["name"]
        for item in manifest["contributions"]
        if item["type"] == TASK and "name" in item.get("properties", {})
    ]


def endpoint_types(manifest):
    """The names of the service connection types, each with those of its data sources."""
    return {
        item["properties"]["name"]: {source.get("name") for source in item["properties"].get("dataSources", [])}
        for item in manifest["contributions"]
        if item["type"] == ENDPOINT_TYPE and "name" in item.get("properties", {})
    }


def marketplace_page(publisher, extension):
    return f"https://marketplace.visualstudio.com/items?itemName={publisher}.{extension}"


def _links(tell, sources, manifest):
    for kind, link in manifest.get("links", {}).items():
        if not link["uri"].startswith("https://"):
            tell(f"links.{kind}: must begin with https://")
    overview = (
        sources.data(manifest["content"]["details"]["path"])
        if is_inside(manifest["content"]["details"]["path"])
        else None
    )
    for target in re.findall(r"\]\(([^)\s]+)", (overview or b"").decode("utf-8")):
        if not target.startswith(("https://", "#")):
            tell(
                f"content.details: the page links to {target}, which is not in the package; use a full https:// address"
            )


def _contributions(tell, manifest, identity):
    seen = set()
    for item in manifest["contributions"]:
        key, kind = item["id"], item["type"]
        if key.lower() in seen:
            tell(f"contributions: the id {key} is there twice; each needs one of its own")
        seen.add(key.lower())
        if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9-]*", key):
            tell(f"contributions: the id {key} may have letters, digits and hyphens")
        if kind not in TARGETS:
            tell(f"contributions: {key} is of the type {kind}, which this build doesn't know")
        elif item["targets"] != TARGETS[kind]:
            tell(f"contributions: {key} must target {', '.join(TARGETS[kind])}")
        if identity["contributions"].get(key) != kind:
            tell(f"contributions: {key} is not pinned as {kind}; pin it in identity.json, once and for ever")
        if "name" not in item.get("properties", {}):
            tell(f"contributions: {key} has no properties.name")
        elif kind == ENDPOINT_TYPE:
            _endpoint_type(tell, item["properties"], identity)
    for key in sorted(set(identity["contributions"]) - {item["id"] for item in manifest["contributions"]}):
        tell(f"contributions: {key} is gone; installed pipelines and connections need it, so put it back")


def _endpoint_type(tell, properties, identity):
    if properties["name"] != identity["endpointType"]:
        tell(
            f"contributions: the connection type is '{properties['name']}', but connections exist as '{identity['endpointType']}'; put that back"
        )
    names = [source.get("name") for source in properties.get("dataSources", [])]
    for name in sorted({str(name) for name in names if names.count(name) > 1}):
        tell(f"contributions: the data source {name} is there twice")
    if "TestConnection" not in names:
        tell(
            "contributions: the connection type has no data source TestConnection, without which there is no Verify button"
        )
    for source in properties.get("dataSources", []):
        if source.get("endpointUrl") != VERIFY_URL:
            tell(
                f"contributions: the data source {source.get('name')} must ask {VERIFY_URL}, the one route that answers GET"
            )
        if not str(source.get("resultSelector", "")).startswith("jsonpath:$"):
            tell(f"contributions: the data source {source.get('name')} needs a resultSelector jsonpath:$…")
    schemes = properties.get("authenticationSchemes", [])
    if [scheme.get("type") for scheme in schemes] != [TOKEN_SCHEME]:
        tell(f"contributions: the connection type must have one authentication scheme, {TOKEN_SCHEME}")
        return
    if schemes[0].get("headers") != [{"name": "Authorization", "value": "Bearer {{{endpoint.apitoken}}}"}]:
        tell("contributions: the token must be sent as the header Authorization: Bearer {{{endpoint.apitoken}}}")
    fields = {field.get("id"): field for field in schemes[0].get("inputDescriptors", [])}
    if set(fields) != {"apitoken"} or fields["apitoken"].get("isConfidential") is not True:
        tell(
            "contributions: the connection type must have one field, apitoken, with isConfidential, or the token is shown"
        )
