"""Localisable strings, as Microsoft's published tasks keep them.

`task.json` holds the English texts. From it follow `task.loc.json`, where `ms-resource:` keys stand instead, and
`Strings/resources.resjson/en-US/resources.resjson` with the texts. Other languages are further folders beside en-US.
"""

import copy
import json
import re

ENGLISH = "Strings/resources.resjson/en-US/resources.resjson"
RESOURCES = re.compile(r"Strings/resources\.resjson/([a-z]{2}-[A-Z]{2})/resources\.resjson\Z")


def derive(task):
    """(task.loc.json's value, the English resources) of a task."""
    localised, texts = copy.deepcopy(task), {}

    def move(holder, member, key):
        if isinstance(holder.get(member), str) and holder[member]:
            texts[f"loc.{key}"] = holder[member]
            holder[member] = f"ms-resource:loc.{key}"

    for member in ("friendlyName", "helpMarkDown", "description", "instanceNameFormat", "releaseNotes"):
        move(localised, member, member)
    for group in localised.get("groups", []):
        move(group, "displayName", f"group.displayName.{group['name']}")
    for field in localised.get("inputs", []):
        move(field, "label", f"input.label.{field['name']}")
        move(field, "helpMarkDown", f"input.help.{field['name']}")
    for name in localised.get("messages", {}):
        move(localised["messages"], name, f"messages.{name}")
    return localised, texts


def written(value):
    """The one way in which the derived files are written."""
    return (json.dumps(value, indent=2, ensure_ascii=False) + "\n").encode("utf-8")


def check(sources, problems, folder, task):
    """The derived files are what task.json says, and no translation has a text too few, too many, or with other macros."""
    localised, texts = derive(task)
    for name, value in ((f"{folder}/task.loc.json", localised), (f"{folder}/{ENGLISH}", texts)):
        data = sources.data(name)
        if data is not None and data != written(value):
            problems.add(name, "is not what task.json says; run extension/build --strings")
    for name in sources.files_below(f"{folder}/Strings"):
        if name == f"{folder}/{ENGLISH}" or not RESOURCES.match(name[len(folder) + 1 :]):
            continue
        translated = sources.json(name)
        if translated is not None:
            _compare(problems, name, translated, texts)


def _compare(problems, name, translated, texts):
    for key in sorted(texts.keys() | translated.keys()):
        if key not in translated:
            problems.add(name, f"lacks {key}; translate it")
        elif key not in texts:
            problems.add(name, f"has {key}, which English lacks; take it out")
        elif not isinstance(translated[key], str) or _macros(translated[key]) != _macros(texts[key]):
            problems.add(name, f"{key} must be a text with the same $(…) and %s as the English one")


def _macros(text):
    return sorted(re.findall(r"\$\([^)]*\)|%s", text))
