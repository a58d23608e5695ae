"""Checks one task's folder: task.json, its strings and its icon."""

import copy
import re

from . import http_request, png, schema, strings

REQUIRED = (
    "id name friendlyName description author helpUrl helpMarkDown category visibility runsOn demands version "
    "instanceNameFormat inputs execution"
).split()
# What a task folder may hold, by name within it. Everything else would be shipped without a use.
KNOWN_FILES = ("task.json", "task.loc.json", "icon.png")
VERSION_PARTS = ("Major", "Minor", "Patch")
ICON_PIXELS = 32
FRIENDLY_NAME_CHARACTERS = 40


def check(sources, problems, folder, identity, endpoint_types):
    """Tells what is wrong with the folder; returns the task, or None where there is none to talk about.

    `endpoint_types` are the service connection types of the manifest: name to the names of their data sources.
    """
    name = f"{folder}/task.json"
    task = sources.json(name)
    if task is None:
        return None
    told = list(schema.violations(task, relaxed(sources.schema("tasks.schema.json"))))
    for place, text in told:
        problems.add(name, f"{place}: {text}")
    for member in REQUIRED:
        if member not in task:
            problems.add(name, f"{member}: is missing")
    if told or any(member not in task for member in REQUIRED):
        return None  # The rest may then trust the types.
    tell = lambda text: problems.add(name, text)  # noqa: E731
    _identity(tell, folder, task, identity)
    _texts(tell, task)
    _inputs(tell, task, endpoint_types)
    _bindings(tell, task, endpoint_types)
    http_request.check(tell, task)
    strings.check(sources, problems, folder, task)
    png.check(sources, problems, f"{folder}/icon.png", ICON_PIXELS)
    return task


def relaxed(task_schema):
    """The published schema of tasks, with a part of our own in the place of `execution`.

    As published it knows the handlers that run on an agent and refuses all others, so every server task of Microsoft's
    own fails it. What it says of the rest holds. It also refuses the text "true" where a boolean is meant, which
    Microsoft's own tasks write; ours write booleans, so nothing is relaxed there.
    """
    changed = copy.deepcopy(task_schema)
    changed["properties"]["execution"] = http_request.SCHEMA
    return changed


def version(task):
    """The version as a tuple, or None when a part is no whole number from 0."""
    parts = tuple(task["version"][part] for part in VERSION_PARTS)
    return parts if all(isinstance(part, int) and 0 <= part < 2**31 for part in parts) else None


def is_known_file(name):
    """Whether a file has a use in a task's folder; `name` is the part below it."""
    return name in KNOWN_FILES or bool(strings.RESOURCES.match(name))


def _identity(tell, folder, task, identity):
    if task["name"] != folder:
        tell(f"name: is '{task['name']}', but the folder is '{folder}'; give both the same name")
    pinned = identity["tasks"].get(folder)
    if pinned is None:
        tell(f'id: is not pinned; add "{folder}": "{task["id"]}" to the tasks of identity.json, once and for ever')
    elif task["id"] != pinned:
        tell(f"id: is {task['id']}, but pipelines know this task as {pinned}; put that back")
    if version(task) is None:
        tell("version: Major, Minor and Patch must be whole numbers from 0")


def _texts(tell, task):
    if not 1 <= len(task["friendlyName"]) <= FRIENDLY_NAME_CHARACTERS:
        tell(f"friendlyName: has {len(task['friendlyName'])} characters, but must have 1 to {FRIENDLY_NAME_CHARACTERS}")
    for member in ("description", "author", "instanceNameFormat"):
        if not task[member].strip():
            tell(f"{member}: is empty")
    if not task["helpUrl"].startswith("https://"):
        tell("helpUrl: must begin with https://")
    if not re.search(r"\]\(https://[^)\s]+\)", task["helpMarkDown"]):
        tell("helpMarkDown: must have a link: [text](https://…)")
    if task["demands"]:
        tell("demands: must be empty; a task that runs on the server has no agent to demand anything of")
    names = set()
    for variable in task.get("outputVariables", []):
        if variable["name"].lower() in names:
            tell(f"outputVariables: {variable['name']} is there twice")
        names.add(variable["name"].lower())
        if not variable.get("description", "").strip():
            tell(f"outputVariables: {variable['name']} has no description")


def _inputs(tell, task, endpoint_types):
    groups = {group["name"] for group in task.get("groups", [])}
    inputs = {field["name"] for field in task["inputs"]}
    bound = {binding.get("target") for binding in task.get("dataSourceBindings", [])}
    taken = set()
    for field in task["inputs"]:
        place = f"inputs: {field['name']}"
        for name in [field["name"], *field.get("aliases", [])]:
            if name.lower() in taken:
                tell(f"{place}: the name or alias {name} is there twice")
            taken.add(name.lower())
        for member in ("label", "helpMarkDown"):
            if not field.get(member, "").strip():
                tell(f"{place}: {member} is empty; say what it is for")
        if field.get("groupName", None) not in groups | {None}:
            tell(f"{place}: the group {field['groupName']} is not among groups")
        for other in re.findall(r"(\w+)\s*(?:!?==?|\w*With|\w*Contains)", field.get("visibleRule", "")):
            if other not in inputs:
                tell(f"{place}: visibleRule names {other}, which is no input")
        _connection(tell, place, field, endpoint_types)
        _options(tell, place, field, field["name"] in bound)


def _connection(tell, place, field, endpoint_types):
    kind, _, name = field["type"].partition(":")
    if kind == "connectedService" and name not in endpoint_types:
        tell(
            f"{place}: the service connection type {name} is not contributed; the manifest has {', '.join(sorted(endpoint_types)) or 'none'}"
        )


def _options(tell, place, field, is_bound):
    """A list has what can be picked: options, or a data source, whose values the user may also type."""
    options = field.get("options")
    if field["type"] not in ("pickList", "radio"):
        if options is not None:
            tell(f"{place}: has options, but its type is {field['type']}; make it a pickList, or take them out")
        return
    if options is None or not options:
        if not is_bound:
            tell(f"{place}: has nothing to pick; give it options or a dataSourceBinding")
        elif field.get("properties", {}).get("EditableOptions") != "True":
            tell(
                f'{place}: set properties.EditableOptions to "True"; a value in YAML must work when the server can\'t be asked'
            )
        return
    if any(not isinstance(text, str) or not text.strip() for text in options.values()):
        tell(f"{place}: every option needs a text")
    if field.get("defaultValue", "") not in options and (field.get("required") or field.get("defaultValue")):
        tell(f"{place}: defaultValue '{field.get('defaultValue', '')}' is not among its options: {', '.join(options)}")


def _bindings(tell, task, endpoint_types):
    connections = {
        f"$({field['name']})": field["type"].partition(":")[2]
        for field in task["inputs"]
        if field["type"].startswith("connectedService:")
    }
    inputs = {field["name"] for field in task["inputs"]}
    for binding in task.get("dataSourceBindings", []):
        place = f"dataSourceBindings: {binding.get('target')}"
        if binding.get("target") not in inputs:
            tell(f"{place}: is no input")
        endpoint_type = connections.get(binding.get("endpointId"))
        if endpoint_type is None:
            tell(
                f"{place}: endpointId must be one of {', '.join(sorted(connections)) or 'no input; there is no connection'}"
            )
        elif binding.get("dataSourceName") not in endpoint_types.get(endpoint_type, ()):
            tell(f"{place}: the connection type {endpoint_type} has no data source {binding.get('dataSourceName')}")
