"""What was released last: no version goes back, and what changed has a higher one.

The service keeps an installed task when a package brings other content under the same version, so a change without a new
version looks published and isn't.
"""

import hashlib

from . import manifest as manifests
from . import task as tasks


def digest(parts):
    """Of (name, bytes) pairs in their order."""
    total = hashlib.sha256()
    for name, data in parts:
        total.update(f"{len(name)}:{name}{len(data)}:".encode() + data)
    return total.hexdigest()


def text(version):
    return ".".join(str(part) for part in version)


def record(manifest, task_values, parts):
    """What identity.json keeps of a release."""
    return {
        "version": manifest["version"],
        "digest": digest(parts),
        "tasks": {
            folder: {"version": text(tasks.version(task)), "digest": digest(_of(folder, parts))}
            for folder, task in sorted(task_values.items())
        },
    }


def check(problems, released, manifest, task_values, parts):
    if released is None:
        return
    _compare(problems, manifests.NAME, released, manifests.version(manifest), digest(parts))
    for folder, task in task_values.items():
        last = released["tasks"].get(folder)
        if last is not None:
            _compare(problems, f"{folder}/task.json", last, tasks.version(task), digest(_of(folder, parts)))


def _compare(problems, name, last, found, content):
    before = tuple(int(part) for part in last["version"].split("."))
    width = max(len(before), len(found))
    padded = [part + (0,) * (width - len(part)) for part in (found, before)]
    if padded[0] < padded[1]:
        problems.add(
            name, f"version: {text(found)} is lower than {last['version']}, which was released; raise it above that"
        )
    elif padded[0] == padded[1] and content != last["digest"]:
        problems.add(
            name, f"version: {text(found)} was released with other content; raise it, or the old one stays installed"
        )


def _of(folder, parts):
    return [(name, data) for name, data in parts if name.startswith(folder + "/")]
