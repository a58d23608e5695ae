"""From the sources to the parts of the package: everything is checked before a byte is written."""

import functools
import json
import os

from . import manifest as manifests
from . import opc, release, schema, strings, zip_file
from . import task as tasks
from .problems import Problems
from .sources import Sources

IDENTITY = "identity.json"
IDENTITY_SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "required": ["extension", "endpointType", "contributions", "tasks", "released"],
    "properties": {
        "extension": {"type": "string"},
        "endpointType": {"type": "string"},
        "contributions": {"type": "object", "additionalProperties": {"type": "string"}},
        "tasks": {
            "type": "object",
            "additionalProperties": {"type": "string", "pattern": "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"},
        },
        "released": {"type": ["object", "null"]},
    },
}
_VERSION = {"type": "string", "pattern": r"^\d+\.\d+\.\d+(\.\d+)?$"}
_DIGEST = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
_RELEASED_TASK = {
    "type": "object",
    "required": ["version", "digest"],
    "properties": {"version": _VERSION, "digest": _DIGEST},
}
RELEASED_SCHEMA = {
    "type": "object",
    "required": ["version", "digest", "tasks"],
    "properties": {
        "version": _VERSION,
        "digest": _DIGEST,
        "tasks": {"type": "object", "additionalProperties": _RELEASED_TASK},
    },
}


class Package:
    """The parts of one package, and its file's name. `problems` is empty when it may be written."""

    def __init__(self, root, schemas, publisher=None):
        self.problems = Problems()
        self.file_name = None
        self.parts = []
        self.released = None
        sources = Sources(root, self.problems)
        sources.schema = functools.cache(lambda name: json.loads((schemas / name).read_text(encoding="utf-8")))
        self._identity = _identity(sources, self.problems)
        if self._identity is None:
            return
        manifest = manifests.check(sources, self.problems, self._identity)
        if manifest is None:
            return
        if publisher is not None and publisher != manifest["publisher"]:
            sources, manifest = self._for_publisher(sources, manifest, publisher)
            if manifest is None:
                return
        task_values = self._tasks(sources, manifest)
        names = self._part_names(sources, manifest)
        opc.check_names(self.problems, names)
        self._pages(sources, manifest, names)
        files = [(name, sources.data(name)) for name in names]
        if self.problems:
            return
        self.released = release.record(manifest, task_values, self._as_released(sources, manifest, files))
        release.check(
            self.problems,
            self._identity["released"],
            manifest,
            task_values,
            self._as_released(sources, manifest, files),
        )
        self.file_name = f"{manifest['publisher']}.{manifest['id']}-{manifest['version']}.vsix"
        made = [
            (opc.VSIX_MANIFEST_PART, opc.vsix_manifest(manifest)),
            (opc.VSO_MANIFEST_PART, opc.vso_manifest(manifest)),
        ]
        types = opc.content_types([name for name, _ in made + files])
        # The content types first: readers of packages look for them before all else.
        self.parts = [(opc.CONTENT_TYPES_PART, types), *sorted(made + files)]

    def bytes(self):
        return zip_file.zip_bytes(self.parts)

    def identity_after_release(self):
        """identity.json's text once this package is released."""
        return (json.dumps({**self._identity, "released": self.released}, indent=2) + "\n").encode("utf-8")

    def _for_publisher(self, sources, manifest, publisher):
        """The same sources under another publisher's name: the manifest's member, and the addresses of the Marketplace page."""
        before = f"itemName={manifest['publisher']}.{manifest['id']}"
        after = f"itemName={publisher}.{manifest['id']}"
        self._base = (after, before)
        changed = Sources(
            sources.root,
            self.problems,
            [(before, after), (f'"publisher": "{manifest["publisher"]}"', f'"publisher": "{publisher}"')],
        )
        changed.schema = sources.schema
        checked = manifests.check(changed, self.problems, self._identity)
        if checked is not None and checked["publisher"] != publisher:
            self.problems.add(
                manifests.NAME, 'publisher: write it as "publisher": "…", with one space, so that it can be replaced'
            )
            return changed, None
        return changed, checked

    _base = None

    def _as_released(self, sources, manifest, files):
        """The content that versions are about: the same for every publisher. The manifest counts without its version."""
        rest = {member: value for member, value in manifest.items() if member not in ("version", "publisher")}
        named = [*files, (manifests.NAME, json.dumps(rest, sort_keys=True).encode("utf-8"))]
        if self._base is None:
            return named
        after, before = (text.encode() for text in self._base)
        return [(name, data.replace(after, before)) for name, data in named]

    def _tasks(self, sources, manifest):
        types, found, ids = manifests.endpoint_types(manifest), {}, {}
        for folder in manifests.task_folders(manifest):
            if not manifests.is_inside(folder) or "/" in folder:
                self.problems.add(
                    manifests.NAME,
                    f"contributions: the task folder {folder} must lie directly in the extension's folder",
                )
                continue
            task = tasks.check(sources, self.problems, folder, self._identity, types)
            if task is None:
                continue
            other = ids.setdefault(task["id"].lower(), folder)
            if other != folder:
                self.problems.add(
                    f"{folder}/task.json", f"id: is that of {other} too; the service would ignore one of them"
                )
            found[folder] = task
        for folder in sorted(set(self._identity["tasks"]) - set(manifests.task_folders(manifest))):
            self.problems.add(
                manifests.NAME, f"contributions: the task {folder} is gone; pipelines use it, so put it back"
            )
        return found

    def _part_names(self, sources, manifest):
        """The files that go into the package. Each has a use, and each that has one is there."""
        folders = set(manifests.task_folders(manifest))
        used = {
            path
            for path in (manifest["icons"]["default"], *(item["path"] for item in manifest["content"].values()))
            if manifests.is_inside(path)
        }
        names = set(used)
        for item in manifest["files"]:
            path = item["path"]
            if not manifests.is_inside(path):
                self.problems.add(
                    manifests.NAME,
                    f"files: the path {path} must lie within the extension's folder, with forward slashes",
                )
            elif set(item) - {"path", "addressable"}:
                self.problems.add(
                    manifests.NAME,
                    f"files: {path} has members that this build doesn't know: {', '.join(sorted(set(item) - {'path', 'addressable'}))}",
                )
            elif os.path.isdir(sources.root / path):
                names.update(sources.files_below(path))
            elif sources.data(path) is not None:
                names.add(path)
                used |= {path} if item.get("addressable") else set()
        listed = {item["path"] for item in manifest["files"]}
        for folder in sorted(folders - listed):
            self.problems.add(
                manifests.NAME,
                f"files: the task folder {folder} is not among them, so it would not be in the package; add it",
            )
        for name in sorted(names - used):
            folder, _, rest = name.partition("/")
            if folder not in folders or not tasks.is_known_file(rest):
                self.problems.add(
                    name, "would be in the package, but nothing there refers to it; delete it, or take it out of files"
                )
        return sorted(names)

    def _pages(self, sources, manifest, names):
        """Every address of a Marketplace page is this extension's own."""
        own = manifests.marketplace_page(manifest["publisher"], self._identity["extension"])
        for name in [*names, manifests.NAME]:
            if name.endswith((".json", ".resjson", ".md")):
                text = (sources.data(name) or b"").decode("utf-8")
                for address in _marketplace_addresses(text):
                    if address != own:
                        self.problems.add(name, f"links to {address}, but this extension's page is {own}")


def write_strings(root):
    """Writes the files that follow from each task.json; returns their names."""
    problems, written = Problems(), []
    sources = Sources(root, problems)
    for path in sorted(sources.root.glob("*/task.json")):
        task = sources.json(path.relative_to(sources.root).as_posix())
        if task is None:
            continue
        localised, texts = strings.derive(task)
        for name, value in (("task.loc.json", localised), (strings.ENGLISH, texts)):
            target = path.parent / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(strings.written(value))
            written.append(target.relative_to(sources.root).as_posix())
    return problems, written


def _identity(sources, problems):
    identity = sources.json(IDENTITY)
    if identity is None:
        return None
    told = list(schema.violations(identity, IDENTITY_SCHEMA))
    if not told and identity["released"] is not None:
        told = list(schema.violations(identity["released"], RELEASED_SCHEMA, place="released"))
    for place, text in told:
        problems.add(IDENTITY, f"{place}: {text}")
    return None if told else identity


def _marketplace_addresses(text):
    start = "https://marketplace.visualstudio.com/items?itemName="
    for piece in text.split(start)[1:]:
        length = next(
            (index for index, letter in enumerate(piece) if not (letter.isalnum() or letter in ".-_")), len(piece)
        )
        yield start + piece[:length].rstrip(".")
