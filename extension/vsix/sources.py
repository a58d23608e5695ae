"""Reads the sources: bytes of files below the extension's folder, and JSON that means one thing only."""

import json
import os
import pathlib

# What a reader would see as text. Their line ends must not depend on who checked the files out.
TEXT_SUFFIXES = (".json", ".resjson", ".md")


class Repeated(ValueError):
    """A member of a JSON object that is there twice: parsers differ in which one they take."""


def strict_json(text):
    """Parses JSON. Raises ValueError for what isn't JSON, and for an object with a repeated member."""

    def keep(pairs):
        members = {}
        for name, value in pairs:
            if name in members:
                raise Repeated(f"the member '{name}' is there twice")
            members[name] = value
        return members

    def refuse(word):
        raise ValueError(f"{word} is not JSON")

    return json.loads(text, object_pairs_hook=keep, parse_constant=refuse)


class Sources:
    def __init__(self, root, problems, substitutions=()):
        """`substitutions` are applied to every text file: pairs of old and new."""
        self.root = pathlib.Path(root)
        self.problems = problems
        self.substitutions = tuple(substitutions)

    def data(self, name):
        """The bytes of a file, or None after a problem was told."""
        path = self.root / name
        if not path.is_file():
            self.problems.add(name, "is missing; add it, or take out what names it")
            return None
        # A link may lead to the repository's LICENSE, but not to a file of the machine that builds.
        inside = os.path.realpath(self.root.parent) + os.sep
        if not os.path.realpath(path).startswith(inside):
            self.problems.add(name, "is a link that leads out of the repository; put the file itself there")
            return None
        data = path.read_bytes()
        if name.endswith(TEXT_SUFFIXES):
            return self._text(name, data)
        return data

    def _text(self, name, data):
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError:
            self.problems.add(name, "is not UTF-8; save it as UTF-8")
            return None
        if text.startswith("\ufeff"):
            self.problems.add(name, "begins with a byte-order mark; save it without")
        if "\r" in text:
            self.problems.add(
                name, "has line ends of Windows; save it with LF alone, or each machine builds another package"
            )
        for old, new in self.substitutions:
            text = text.replace(old, new)
        return text.encode("utf-8")

    def json(self, name):
        """The value of a JSON file, or None after a problem was told."""
        data = self.data(name)
        if data is None:
            return None
        try:
            value = strict_json(data.decode("utf-8"))
        except ValueError as error:
            self.problems.add(name, f"is not valid JSON: {error}")
            return None
        if not isinstance(value, dict):
            self.problems.add(name, "is not a JSON object")
            return None
        return value

    def files_below(self, name):
        """The files of a folder, by name, in one order on every machine. What editors and systems leave is a file too."""
        folder = self.root / name
        found = [path.relative_to(self.root).as_posix() for path in folder.rglob("*") if not path.is_dir()]
        return sorted(found)
