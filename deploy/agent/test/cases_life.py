"""Signals, standing agents, the dead-man timer, the listener's exit codes, folders that can't be written, process 1."""

import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time

from services import Answer
from support import Missing, case, claiming, configuring, each, equal
from world import USER


@case("signal: before the claim")
def _(image):
    with claiming(image) as world:
        world.program(
            "openssl",
            f"#!/bin/bash\nif [[ $1 == genpkey ]]; then touch {world.folder}/making; sleep 1; fi\n"
            'exec /usr/bin/openssl "$@"\n',
        )
        world.start()
        world.await_true((world.folder / "making").exists, "the key's making")
        world.tell()
        equal(world.finish(10), 143, world)
        equal(world.claim.requests, [])


@each("signal: {} while claiming", ["TERM", "INT"])
def _(image, name):
    with claiming(image, answers=[Answer(delay=20)]) as world:
        world.start()
        world.await_true(lambda: world.claim.requests, "the claim")
        began = time.monotonic()
        world.tell(getattr(signal, f"SIG{name}"))
        equal(world.finish(10), {"TERM": 143, "INT": 130}[name], world)
        assert time.monotonic() - began < 8
        equal((world.events(), list(world.scratch.iterdir())), ([], []))


@case("signal: while pausing between two claims")
def _(image):
    with claiming(image, answers=[Answer(503)], SLIPWAY_RETRY_SECONDS="20") as world:
        world.start()
        world.await_true(lambda: world.claim.requests, "the claim")
        time.sleep(0.4)
        world.tell()
        equal(world.finish(10), 143, world)


@case("signal: while config.sh runs: it is let come to its end, then removed")
def _(image):
    with configuring(image, plan="configure_seconds=1.5") as world:
        world.start()
        world.await_event("configure")
        world.tell()
        equal(world.finish(), 143, world)
        equal(world.events(), ["configure", "configured", "remove", "removed"])
        equal(world.pool.registered, set())


@case("signal: between two tries of config.sh")
def _(image):
    with configuring(image, plan="configure_codes=1", SLIPWAY_RETRY_SECONDS="20") as world:
        world.start()
        world.await_true(lambda: "try 1 of 3" in world.read_output(), "the first try's end")
        world.tell()
        equal(world.finish(10), 143, world)


@each("signal: {} while idle", ["TERM", "INT"])
def _(image, name):
    with claiming(image, plan="") as world:
        world.start()
        world.await_event("online")
        world.tell(getattr(signal, f"SIG{name}"))
        equal(world.finish(10), {"TERM": 143, "INT": 130}[name], world)
        equal(world.events(), ["run", "online", "SIGTERM", "session deleted"])


@case("signal: while idle, self form: deregistered")
def _(image):
    with configuring(image, plan="") as world:
        world.start()
        world.await_event("online")
        world.tell()
        equal(world.finish(), 143, world)
        equal(world.events()[-3:], ["session deleted", "remove", "removed"])


@case("signal: while a job runs: the listener cancels it, and is waited for")
def _(image):
    with claiming(image, plan="job_after=0.1 job_seconds=60 term_seconds=2") as world:
        world.start()
        world.await_event("job")
        world.await_true(lambda: world.lines("processes"), "the job's work")
        began = time.monotonic()
        world.tell()
        equal(world.finish(10), 42, world)
        assert time.monotonic() - began >= 2
        equal(world.events(), ["run", "online", "job", "SIGTERM", "worker SIGTERM", "job cancelled", "session deleted"])


@case("signal: none is lost while processes are looked at")
def _(image):
    # Bash drops a trap that it comes to run while a `continue` is under way. Of 600, one or more would be.
    # What was heard is told outside of the trap, since a second signal during a trap is dropped too.
    script = (
        'source "$1"; listener=999999 told=; trap told=yes TERM; : >"$2/heard"; echo ready;'
        ' while [[ ! -e $2/stop ]]; do'
        ' job_runs || true; if [[ -n $told ]]; then told=; echo >>"$2/heard"; fi; done'
    )
    with tempfile.TemporaryDirectory() as folder:
        heard, stop = pathlib.Path(folder) / "heard", pathlib.Path(folder) / "stop"
        command = ["bash", "-c", script, "look", str(image / "entrypoint.sh"), folder]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as looking:
            try:
                equal(looking.stdout.readline(), "ready\n")
                for number in range(1, 601):
                    looking.send_signal(signal.SIGTERM)
                    end = time.monotonic() + 10
                    while heard.read_text().count("\n") < number:
                        assert time.monotonic() < end, f"signal {number} was lost"
                        time.sleep(0.002)
            finally:
                stop.touch()
                try:
                    looking.wait(10)
                except subprocess.TimeoutExpired:
                    looking.kill()


@case("signal: twice changes nothing")
def _(image):
    with configuring(image, plan="job_after=0.1 job_seconds=60 term_seconds=1.5") as world:
        world.start()
        world.await_event("job")
        for pause in (0.4, 0.4, 2):
            world.tell()
            time.sleep(pause)
        equal(world.finish(), 42, world)
        equal(world.events().count("SIGTERM"), 1)
        equal(world.events()[-4:], ["job cancelled", "session deleted", "remove", "removed"])


@case("signal: while deregistering: it is finished")
def _(image):
    with configuring(image, plan="job_after=0.1 remove_seconds=1") as world:
        world.start()
        world.await_event("remove")
        world.tell()
        equal(world.finish(), 0, world)
        equal(world.events()[-1], "removed")


@case("signal: a listener that does not end is killed, its job with it, and deregistered")
def _(image):
    with configuring(image, plan="deaf=yes job_after=0.1 job_seconds=60", SLIPWAY_STOP_SECONDS="1") as world:
        world.start()
        world.await_event("job")
        world.await_true(lambda: world.lines("processes"), "the job's work")
        world.tell()
        equal(world.finish(), 43, world)
        equal(world.events()[-1], "removed")
        equal(world.processes(), [])


@case("signal: under tini -g the listener hears it once, from the script only")
def _(image):
    tini = shutil.which("tini")
    if not tini:
        raise Missing("tini is not on this machine")
    with claiming(image, plan="job_after=0.1 job_seconds=60") as world:
        world.start(command=[tini, "-s", "-g", "--", str(image / "entrypoint.sh")])
        world.await_event("job")
        world.await_true(lambda: world.lines("processes"), "the job's work")
        world.tell()
        equal(world.finish(), 42, world)
        equal(world.events()[3:], ["SIGTERM", "worker SIGTERM", "job cancelled", "session deleted"])


@case("dead-man: no job in time")
def _(image):
    with configuring(image, plan="", SLIPWAY_IDLE_MINUTES="0.04") as world:
        equal(world.run(), 40, world)
        equal(world.events()[2:], ["run", "online", "SIGTERM", "session deleted", "remove", "removed"])


@case("dead-man: a busy agent is not idle")
def _(image):
    with claiming(image, plan="job_after=0.2 job_seconds=5", SLIPWAY_IDLE_MINUTES="0.04") as world:
        equal(world.run(), 0, world)
        assert "SIGTERM" not in world.events(), world.events()
        assert "job done" in world.events()


@case("dead-man: a listener that does not end after its job")
def _(image):
    plan = "job_after=0.1 job_seconds=4 term_seconds=60"
    with claiming(image, plan=plan, SLIPWAY_IDLE_MINUTES="0.04", SLIPWAY_STOP_SECONDS="1") as world:
        equal(world.run(), 44, world)
        equal(world.events()[2:], ["job", "job done", "SIGTERM", "session deleted"])


@case("dead-man: a listener that takes its time after its job is let end")
def _(image):
    # Looks at 2.4, 6.4 and 10.4 s; the job is over at 4.1, the listener at 8.4.
    plan = "job_after=0.1 job_seconds=4 term_seconds=4.3"
    with claiming(image, plan=plan, SLIPWAY_IDLE_MINUTES="0.04", SLIPWAY_STOP_SECONDS="4") as world:
        equal(world.run(), 0, world)
        equal(world.events()[2:], ["job", "job done", "session deleted"])


@case("signal: after a job that was seen is over, no job ran")
def _(image):
    plan = "job_after=0.1 job_seconds=4 term_seconds=60"
    with claiming(image, plan=plan, SLIPWAY_IDLE_MINUTES="0.04", SLIPWAY_STOP_SECONDS="30") as world:
        world.start()
        world.await_event("job done")
        world.tell()
        equal(world.finish(), 143, world)


@case("dead-man: the greatest age ends a job too")
def _(image):
    with claiming(
        image, plan="job_after=0.2 job_seconds=60", SLIPWAY_IDLE_MINUTES="0.04", SLIPWAY_MAXIMUM_MINUTES="0.12"
    ) as world:
        began = time.monotonic()
        equal(world.run(), 41, world)
        assert time.monotonic() - began >= 6
        equal(world.events()[3:], ["SIGTERM", "worker SIGTERM", "job cancelled", "session deleted"])


@case("dead-man: another program named like a worker is not the listener's job")
def _(image):
    with claiming(image, plan="", SLIPWAY_IDLE_MINUTES="0.04") as world:
        (world.folder / "Agent.Worker").write_text("#!/bin/bash\nsleep 8\ntrue\n")
        (world.folder / "Agent.Worker").chmod(0o755)
        world.own()
        with subprocess.Popen([str(world.folder / "Agent.Worker")]) as other:
            equal(world.run(), 40, world)
            other.kill()


@each("listener: ends with {}", ["1", "2", "3", "7", "4 4"])
def _(image, codes):
    expected = {"1": 10, "2": 11, "3": 12, "7": 13, "4 4": 12}[codes]
    with configuring(image, plan=f"listener_codes='{codes}'") as world:
        equal(world.run(), expected, world)
        equal(world.events(), ["configure", "configured"] + ["run"] * len(codes.split()) + ["remove", "removed"])


@case("listener: an update under --once (4) starts it once more")
def _(image):
    with claiming(image, plan="listener_codes='4 0' job_after=0.1") as world:
        equal(world.run(), 0, world)
        equal(world.events(), ["run", "run", "online", "job", "job done", "session deleted"])


@case("listener: a signal between the two starts of an update")
def _(image):
    with claiming(image, plan="listener_codes='4 0'") as world:
        world.start()
        world.await_true(lambda: "updates itself" in world.read_output(), "the update")
        world.tell()
        equal(world.finish(10), 143, world)
        equal(world.events(), ["run"])


@case("listener: other arguments are passed on")
def _(image):
    with claiming(image) as world:
        equal(world.run("--once", "--debug"), 0, world)
        equal(world.lines("run.arguments"), ["run", "--once", "--debug"])


@case("listener: one job, whatever the command says")
def _(image):
    for arguments in [], ["--once"], ["--ONCE"]:
        for once in "1", "":
            with claiming(image, SLIPWAY_ONCE=once, plan="jobs=2 job_after=0.1") as world:
                equal(world.run(*arguments), 0, world)
                equal((world.lines("run.arguments"), world.events().count("job")), (["run", "--once"], 1))


@case("standing: job after job, until it is stopped")
def _(image):
    with configuring(image, plan="jobs=3 job_after=0.2 job_seconds=0.2", SLIPWAY_ONCE="0") as world:
        world.start("--debug")
        world.await_true(lambda: world.events().count("job done") == 3, "the third job's end")
        world.tell()
        equal(world.finish(), 143, world)
        jobs = ["job", "job done"] * 3
        equal(world.events()[2:], ["run", "online", *jobs, "SIGTERM", "session deleted", "remove", "removed"])
        equal(world.lines("run.arguments"), ["run", "--debug"])
        equal(world.pool.registered, set())
        # The same as of an agent of one job: the secrets live as long, and the names are none of the jobs' business.
        equal(world.places_of(world.token), ["agent/seen/configure.environ", "agent/seen/remove.environ"])
        equal([line for line in world.lines("listener.environ") if line.startswith("SLIPWAY_")], [])
        assert "SLIPWAY_ONCE" in "".join(world.lines("listener.environ"))


@case("standing: stopped during its second job")
def _(image):
    script = """if [[ $(grep -c '^job$' "$seen/events") == 2 ]]; then job_seconds=60; fi"""
    with configuring(image, SLIPWAY_ONCE="0") as world:
        (world.root / "plan").write_text(
            "jobs=2 job_after=0.2 job_seconds=0.1\njob_script=$(cat <<'END'\n" + script + "\nEND\n)\n"
        )
        world.start()
        world.await_true(lambda: world.events().count("job") == 2, "the second job")
        world.await_true(lambda: world.events()[-1] == "job", "its work")
        time.sleep(0.5)
        world.tell()
        equal(world.finish(), 42, world)
        equal(world.events()[-3:], ["session deleted", "remove", "removed"])


@case("standing: what any of its jobs changed is put back before the token is used again")
def _(image):
    script = 'echo \'{"serverUrl":"http://127.0.0.1:9/"}\' >"$root/.agent"; echo http://127.0.0.1:9 >"$root/.proxy"'
    with configuring(image, SLIPWAY_ONCE="0", SLIPWAY_IDLE_MINUTES="0.04") as world:
        (world.root / "plan").write_text(
            "jobs=2 job_after=0.1 job_seconds=0.1\njob_script=$(cat <<'END'\n" + script + "\nEND\n)\n"
        )
        equal(world.run(), 40, world)
        equal((world.events().count("job done"), world.events()[-1]), (2, "removed"))
        assert not (world.root / ".proxy").exists()


@case("standing: --once in the command goes before SLIPWAY_ONCE=0")
def _(image):
    with configuring(image, plan="jobs=2 job_after=0.1", SLIPWAY_ONCE="0") as world:
        equal(world.run("--Once"), 0, world)
        equal((world.lines("run.arguments"), world.events().count("job")), (["run", "--once"], 1))
        assert "goes before" in world.output, world.output


@case("standing: no limit by itself, as long ones for one job")
def _(image):
    script = (
        'source "$1"; SLIPWAY_CLAIM_URL=; export AZP_URL=https://dev.azure.com/fabrikam AZP_TOKEN=x; token=x;'
        ' AGENT_ALLOW_RUNASROOT=1; read_settings; echo "$idle_limit $maximum_age"'
    )
    for once, limits in ("1", "1800000 86400000"), ("0", "0 0"):
        made = subprocess.run(
            ["bash", "-c", script, "settings", str(image / "entrypoint.sh")],
            env={"PATH": os.environ["PATH"], "SLIPWAY_ONCE": once},
            capture_output=True,
            text=True,
        )
        equal((made.stdout, made.stderr), (f"{limits}\n", ""))


@case("standing: idle is the time since the last job")
def _(image):
    plan = "jobs=3 job_after=1.5 job_seconds=1.5"
    with configuring(image, plan=plan, SLIPWAY_ONCE="0", SLIPWAY_IDLE_MINUTES="0.05") as world:
        began = time.monotonic()
        equal(world.run(), 40, world)
        # Three seconds for each job, and three without one.
        assert time.monotonic() - began >= 12 - 1, time.monotonic() - began
        jobs = ["job", "job done"] * 3
        equal(world.events()[2:], ["run", "online", *jobs, "SIGTERM", "session deleted", "remove", "removed"])


@case("standing: idle before the first job")
def _(image):
    with configuring(image, plan="", SLIPWAY_ONCE="0", SLIPWAY_IDLE_MINUTES="0.02") as world:
        equal(world.run(), 40, world)
        equal(world.events()[2:], ["run", "online", "SIGTERM", "session deleted", "remove", "removed"])


@case("standing: the greatest age cuts no job, nor one that is on its way")
def _(image):
    # Old enough in the first job; the second comes so soon after it that the pool had it waiting.
    plan = "jobs=2 job_after=1.5 job_seconds=2.5"
    with configuring(image, plan=plan, SLIPWAY_ONCE="0", SLIPWAY_MAXIMUM_MINUTES="0.04") as world:
        equal(world.run(seconds=40), 41, world)
        jobs = ["job", "job done"] * 2
        equal(world.events()[2:], ["run", "online", *jobs, "SIGTERM", "session deleted", "remove", "removed"])
        assert "greatest age: it leaves when it has no job" in world.output, world.output


@case("standing: not with a claim")
def _(image):
    for arguments in [], ["--once"]:
        with claiming(image, SLIPWAY_ONCE="0") as world:
            equal(world.run(*arguments), 20, world)
            assert "SLIPWAY_ONCE=0 can't be had with a claim" in world.output, world.output
            equal((world.claim.requests, world.events()), ([], []))


@case("standing: not an agent that Slipway started")
def _(image):
    with configuring(image, SLIPWAY_ONCE="0", AZP_AGENT_NAME="slipway-3f2a-9-17-1") as world:
        equal(world.run(), 20, world)
        equal(world.events(), [])


@case("dead-man: 0 is no limit")
def _(image):
    limits = {"SLIPWAY_IDLE_MINUTES": "0", "SLIPWAY_MAXIMUM_MINUTES": "0.000", "SLIPWAY_STOP_SECONDS": "0.5"}
    with claiming(image, plan="", **limits) as world:
        world.start()
        world.await_event("online")
        time.sleep(3)
        equal(world.events(), ["run", "online"])
        world.tell()
        equal(world.finish(), 143, world)


@case("dead-man: without an idle limit too, a listener that does not end after its job")
def _(image):
    plan = "job_after=0.1 job_seconds=4 term_seconds=60"
    with claiming(image, plan=plan, SLIPWAY_IDLE_MINUTES="0", SLIPWAY_STOP_SECONDS="1") as world:
        equal(world.run(), 44, world)
        equal(world.events()[2:], ["job", "job done", "SIGTERM", "session deleted"])


@each(
    "settings: {} is refused",
    [
        "SLIPWAY_IDLE_MINUTES=soon",
        # Less than a thousandth is no wish for no limit.
        "SLIPWAY_IDLE_MINUTES=0.0001",
        "SLIPWAY_STOP_SECONDS=0",
        "SLIPWAY_ONCE=no",
        "SLIPWAY_MAXIMUM_MINUTES=-1",
        "SLIPWAY_CLAIM_SECONDS=1e3",
        "SLIPWAY_STOP_SECONDS=99999999",
    ],
)
def _(image, setting):
    name, value = setting.split("=")
    with claiming(image, **{name: value}) as world:
        equal(world.run(), 20, world)
        assert name in world.output, world.output


@case("machine: the agent's folder can't be written")
def _(image):
    with claiming(image) as world:
        world.root.chmod(0o555)
        equal(world.run(), 21, world)
        assert "can't be written" in world.output, world.output
        equal(world.claim.requests, [])
        world.root.chmod(0o755)


@each("machine: the work folder can't be written, {} form", ["self", "preregistered"])
def _(image, form):
    with (configuring if form == "self" else claiming)(image) as world:
        (world.folder / "locked").mkdir(0o555)
        world.own()
        world.environment["AZP_WORK"] = str(world.folder / "locked" / "work")
        equal(world.run(), 21, world)
        equal(world.events(), [])


@case("machine: no agent in the image")
def _(image):
    with claiming(image) as world:
        (world.root / "bin" / "Agent.Listener").unlink()
        equal(world.run(), 21, world)


@case("machine: no folder for temporary files")
def _(image):
    with claiming(image) as world:
        world.environment["TMPDIR"] = "/nowhere"
        equal(world.run(), 21, world)


@case("machine: root is refused")
def _(image):
    if USER is None:
        raise Missing("only root can try")
    with claiming(image) as world:
        equal(world.run(user=0, group=0), 20, world)
        equal(world.claim.requests, [])


def needs_process_1():
    if USER is None or not shutil.which("unshare") or not os.path.exists("/usr/bin/tini"):
        raise Missing("root, unshare and /usr/bin/tini are needed")
    # In a container root may have no right to it.
    made = subprocess.run([*PROCESS_1, "true"], capture_output=True, text=True)
    if made.returncode != 0:
        raise Missing(f"processes of their own can't be had: {made.stderr.strip()}")


PROCESS_1 = ["unshare", "--pid", "--fork", "--mount-proc"]


@case("process 1: under tini, no secret stays in it, and what a job leaves running can't read the token")
def _(image):
    needs_process_1()
    thief = (
        'setsid bash -c \'while :; do for p in /proc/[0-9]*; do tr "\\0" "\\n" <$p/environ; done 2>/dev/null |'
        ' grep -a TOKEN= >>"$0/stolen"; echo x >>"$0/alive"; done\' "$seen" &'
    )
    with configuring(image) as world:
        (world.root / "plan").write_text(
            "job_after=0.1 job_seconds=0.5 remove_seconds=1\njob_script=$(cat <<'END'\n" + thief + "\nEND\n)\n"
        )
        inside = ["setpriv", f"--reuid={USER}", f"--regid={USER}", "--clear-groups", str(image / "entrypoint.sh")]
        equal(world.run(command=[*PROCESS_1, *inside], user=0, group=0), 0, world)
        equal(world.events()[-1], "removed")
        processes = world.lines("processes")
        assert "/usr/bin/tini" in processes, processes
        assert not [line for line in processes if world.token in line]
        assert world.lines("alive"), "the process left running did not run"
        equal(world.lines("stolen"), [])


@case("process 1: an init put in front that keeps the token is told")
def _(image):
    needs_process_1()
    with configuring(image) as world:
        as_user = ["setpriv", f"--reuid={USER}", f"--regid={USER}", "--clear-groups"]
        inside = [*as_user, "/usr/bin/tini", "--", str(image / "entrypoint.sh")]
        equal(world.run(command=[*PROCESS_1, *inside], user=0, group=0), 0, world)
        assert "initProcessEnabled" in world.output, world.output
        # The case above sees no token at all, so this one shows that it could.
        assert [line for line in world.lines("processes") if world.token in line]
        assert world.token not in world.output


@case("image: with the agent's files as the Dockerfile lays them out, a job can't replace programs")
def _(image):
    if USER is None:
        raise Missing("root is needed")
    script = 'rm -f config.sh; mv bin bin.old; echo "exit 0" >config.sh; echo x >bin/Agent.Listener; touch added'
    with configuring(image) as world:
        world.seen.mkdir()
        (world.root / "plan").write_text(f"job_after=0.1 job_seconds=0.1\njob_script='{script}'\n")
        for path in [world.root, *world.root.rglob("*")]:
            os.chown(path, 0, 0)
        os.chown(world.seen, USER, USER)
        os.chown(world.root, 0, USER)
        world.root.chmod(0o1775)
        before = (world.root / "config.sh").read_bytes()
        equal(world.run(), 0, world)
        assert (world.root / "added").exists(), world.output
        equal((world.root / "config.sh").read_bytes(), before)
        equal((world.events()[-1], world.pool.registered), ("removed", set()))
