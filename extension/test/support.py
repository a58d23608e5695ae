"""What the cases share: a copy of the sources to break, and the build run on it as a user runs it."""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

EXTENSION = pathlib.Path(__file__).resolve().parent.parent
CASES = {}


class Missing(Exception):
    """A program or package that the case needs is not on this machine."""


def case(name):
    def keep(function):
        assert name not in CASES, name
        CASES[name] = function
        return function

    return keep


def equal(found, expected):
    assert found == expected, f"found {found!r}, expected {expected!r}"


class World:
    """A copy of the sources in a folder of its own. Not of the tests: they are no sources."""

    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="extension-"))
        self.root = self.folder / "extension"
        self.output = self.folder / "out"
        shutil.copytree(EXTENSION, self.root, ignore=shutil.ignore_patterns("test", "__pycache__"))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.folder, ignore_errors=True)

    def build(self, *arguments, umask=0o022, **environment):
        """The build in the copy, with the copy's own program."""
        return subprocess.run(
            [sys.executable, self.root / "build", "--output", self.output, *arguments],
            capture_output=True,
            text=True,
            cwd=self.folder,
            env={**os.environ, **environment},
            umask=umask,
        )

    def package(self, *arguments, **how):
        """The bytes of a package that must build."""
        made = self.build(*arguments, **how)
        equal((made.returncode, made.stderr), (0, ""))
        return pathlib.Path(made.stdout.strip()).read_bytes()

    def complaints(self):
        """The lines with which the build refuses; nothing may have been written."""
        made = self.build()
        equal((made.returncode, made.stdout, sorted(self.output.glob("*"))), (1, "", []))
        lines = made.stderr.splitlines()
        assert all(line.startswith("extension: ") for line in lines), made.stderr
        return [line.removeprefix("extension: ") for line in lines]

    def change(self, name, change):
        """Changes a JSON file by a function of its value."""
        value = json.loads((self.root / name).read_text())
        change(value)
        (self.root / name).write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n")

    def change_task(self, folder, change):
        """The same of a task.json, and what follows from it, so that only the change itself is found."""
        self.change(f"{folder}/task.json", change)
        equal(self.build("--strings").returncode, 0)

    def change_text(self, name, old, new):
        text = (self.root / name).read_text()
        assert old in text, (name, old)
        (self.root / name).write_text(text.replace(old, new))
