"""One container's world: an agent folder with the stand-in package, the services it calls, and the running script."""

import contextlib
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
# Not root, as in the image. The number is that of nobody; any other would do.
USER = 65534 if os.getuid() == 0 else None


def identity():
    return {} if USER is None else {"user": USER, "group": USER, "extra_groups": []}


def set_up(folder):
    """Copies what is tested to a place that every user may read."""
    target = pathlib.Path(folder) / "image"
    target.mkdir()
    shutil.copy(HERE.parent / "entrypoint.sh", target)
    shutil.copytree(HERE.parent / "entry", target / "entry")
    shutil.copytree(HERE / "package", target / "package")
    for path in [pathlib.Path(folder), target, *target.rglob("*")]:
        path.chmod(0o755)
    return target


class World:
    def __init__(self, image, plan="", **environment):
        self.image = image
        self.folder = pathlib.Path(tempfile.mkdtemp(dir=image.parent))
        self.root = self.folder / "agent"
        self.seen = self.root / "seen"
        self.scratch = self.folder / "tmp"
        self.scratch.mkdir()
        shutil.copytree(image / "package", self.root)
        (self.root / "plan").write_text(plan)
        self.environment = {
            "PATH": os.environ["PATH"] if USER is None else "/usr/local/bin:/usr/bin:/bin",
            "HOME": str(self.folder),
            "TMPDIR": str(self.scratch),
            "LANG": "C.UTF-8",
            "SLIPWAY_AGENT_ROOT": str(self.root),
            "SLIPWAY_AGENT_VERSION": "4.272.0",
            "SLIPWAY_RETRY_SECONDS": "0.2",
            **environment,
        }
        self.services = []
        self.process = None
        self.output = ""
        self.own()

    def own(self):
        if USER is not None:
            for path in [self.folder, *self.folder.rglob("*")]:
                os.chown(path, USER, USER, follow_symlinks=False)

    def add(self, service):
        self.services.append(service)
        return service

    def program(self, name, text):
        """Puts a program before those of the system."""
        folder = self.folder / "programs"
        folder.mkdir(exist_ok=True)
        (folder / name).write_text(text)
        (folder / name).chmod(0o755)
        if not self.environment["PATH"].startswith(str(folder)):
            self.environment["PATH"] = f"{folder}:{self.environment['PATH']}"
        self.own()

    def start(self, *arguments, command=None, **options):
        command = command or [str(self.image / "entrypoint.sh")]
        self.log = open(self.folder / "output", "wb+")
        self.process = subprocess.Popen(
            [*command, *arguments],
            env=self.environment,
            stdout=self.log,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            cwd="/",
            start_new_session=True,
            umask=0o022,
            **{**identity(), **options},
        )
        return self

    def finish(self, seconds=25):
        """Waits for the end and gives the exit code, as a shell would show it."""
        try:
            code = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            code = "still running"
        self.read_output()
        return 128 - code if isinstance(code, int) and code < 0 else code

    def run(self, *arguments, seconds=25, **options):
        return self.start(*arguments, **options).finish(seconds)

    def read_output(self):
        self.output = (self.folder / "output").read_text(errors="replace")
        return self.output

    def tell(self, number=signal.SIGTERM):
        self.process.send_signal(number)

    def events(self):
        path = self.seen / "events"
        return path.read_text().splitlines() if path.exists() else []

    def await_event(self, event, seconds=15):
        return self.await_true(lambda: event in self.events(), f"event {event}", seconds)

    def await_true(self, condition, what, seconds=15):
        end = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < end, f"not seen in {seconds} s: {what}; output: {self.read_output()}"
            assert self.process.poll() is None or condition(), f"ended before {what}: {self.read_output()}"
            time.sleep(0.05)

    def lines(self, name):
        path = self.seen / name
        return path.read_text(errors="replace").splitlines() if path.exists() else []

    def places_of(self, secret):
        """Where the secret can be read: files of this world, and what the job read of all processes."""
        found = []
        for path in self.folder.rglob("*"):
            if path.is_file() and secret.encode() in path.read_bytes():
                found.append(str(path.relative_to(self.folder)))
        return sorted(found)

    def processes(self):
        """The processes that name this world's folder in their arguments."""
        found = []
        for process in pathlib.Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                if str(self.folder).encode() in (process / "cmdline").read_bytes():
                    found.append(int(process.name))
        return found

    def close(self):
        if self.process:
            for process in self.processes():
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.kill(process, signal.SIGKILL)
            if self.process.poll() is None:
                self.process.kill()
            self.process.wait()
            self.log.close()
        for service in self.services:
            service.close()
        shutil.rmtree(self.folder, ignore_errors=True)
