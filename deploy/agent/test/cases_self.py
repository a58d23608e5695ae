"""The self form."""

import pathlib
import socket

from support import case, configuring, each, equal


@case("self: registers, one job, deregisters")
def _(image):
    with configuring(image, AZP_AGENT_NAME="one", AZP_WORK="_w") as world:
        equal(world.run("--once"), 0, world)
        equal(
            world.events(),
            ["configure", "configured", "run", "online", "job", "job done", "session deleted", "remove", "removed"],
        )
        equal((world.pool.names, world.pool.registered), ([("one", "ecs-linux")], set()))
        equal(world.lines("run.arguments"), ["run", "--once"])
        equal(
            world.lines("configure.arguments"),
            [
                "configure",
                "--unattended",
                "--agent",
                "one",
                "--url",
                world.environment["AZP_URL"],
                "--auth",
                "PAT",
                "--pool",
                "ecs-linux",
                "--work",
                "_w",
                "--replace",
                "--acceptTeeEula",
            ],
        )
        assert (world.root / "_w").is_dir()


@case("self: the official defaults")
def _(image):
    with configuring(image) as world:
        del world.environment["AZP_POOL"]
        equal(world.run(), 0, world)
        arguments = world.lines("configure.arguments")
        equal(arguments[arguments.index("--pool") + 1], "Default")
        equal(arguments[arguments.index("--work") + 1], "_work")
        equal(arguments[arguments.index("--agent") + 1], socket.gethostname())


@each("self: the token from a file, {}", ["one line", "no line end", "Windows line end", "more lines"])
def _(image, what):
    text = {"one line": "%s\n", "no line end": "%s", "Windows line end": "%s\r\n", "more lines": "%s\nmore\n"}[what]
    with configuring(image) as world:
        del world.environment["AZP_TOKEN"]
        (world.folder / "token").write_text(text % world.token, newline="")
        world.own()
        world.environment["AZP_TOKEN_FILE"] = str(world.folder / "token")
        equal(world.run(), 0, world)
        equal(world.places_of(world.token), ["agent/seen/configure.environ", "agent/seen/remove.environ", "token"])
        equal([line for line in world.lines("listener.environ") if line.startswith("AZP_TOKEN")], [])


@case("self: a line end that the secret store kept after the token")
def _(image):
    with configuring(image) as world:
        world.environment["AZP_TOKEN"] += "\r\n"
        equal(world.run(), 0, world)
        equal(world.pool.registered, set())


@case("self: a token with blanks is none")
def _(image):
    with configuring(image, AZP_TOKEN="two words") as world:
        equal(world.run(), 20, world)


@case("self: arguments of config.sh by variable reach it, not the listener")
def _(image):
    with configuring(image, VSTS_AGENT_INPUT_PROXYPASSWORD="pr0xy") as world:
        equal(world.run(), 0, world)
        assert "VSTS_AGENT_INPUT_PROXYPASSWORD=pr0xy" in world.lines("configure.environ")
        equal([line for line in world.lines("listener.environ") if "pr0xy" in line], [])


@case("self: a service principal")
def _(image):
    with configuring(
        image,
        credential="SP tenant-1/client-1/{secret}",
        AZP_CLIENTID="client-1",
        AZP_TENANTID="tenant-1",
    ) as world:
        world.environment["AZP_CLIENTSECRET"] = world.secret
        equal(world.run(), 0, world)
        equal(world.pool.registered, set())
        arguments = world.lines("configure.arguments")
        equal(arguments[arguments.index("--auth") + 1], "SP")
        # It goes before a token, as in the official script.
        assert world.token not in "".join(world.lines("configure.environ"))
        equal(world.places_of(world.secret), ["agent/seen/configure.environ", "agent/seen/remove.environ"])


@each("self: {} is missing", ["AZP_URL", "AZP_TOKEN", "AZP_TENANTID", "AZP_CLIENTSECRET"])
def _(image, name):
    with configuring(image) as world:
        if name in ("AZP_TENANTID", "AZP_CLIENTSECRET"):
            world.environment.update({"AZP_CLIENTID": "c", "AZP_TENANTID": "t", "AZP_CLIENTSECRET": "s"})
        del world.environment[name]
        equal(world.run(), 20, world)
        assert name in world.output, world.output
        equal(world.events(), [])


@each("self: AZP_TOKEN_FILE is {}", ["missing", "empty", "a folder"])
def _(image, what):
    with configuring(image) as world:
        del world.environment["AZP_TOKEN"]
        (world.folder / "empty").write_text("")
        place = {"missing": "nowhere", "empty": "empty", "a folder": "tmp"}[what]
        world.environment["AZP_TOKEN_FILE"] = str(world.folder / place)
        equal(world.run(), 20, world)
        equal(world.events(), [])


@case("self: a wrong token is tried three times")
def _(image):
    with configuring(image, AZP_TOKEN="pat-wrong") as world:
        equal(world.run(), 30, world)
        equal(world.events(), ["configure"] * 3)
        assert "pat-wrong" not in world.output


@case("self: config.sh fails twice, then not")
def _(image):
    with configuring(image, plan="job_after=0.1 configure_codes='1 1 0'") as world:
        equal(world.run(), 0, world)
        equal(world.events()[:4], ["configure", "configure", "configure", "configured"])


@case("self: a config.sh that hangs is ended")
def _(image):
    with configuring(image, plan="configure_seconds=60", SLIPWAY_CONFIGURE_SECONDS="0.5") as world:
        equal(world.run(), 30, world)
        equal(world.events(), ["configure"] * 3)


@case("self: remove refused twice, then not")
def _(image):
    with configuring(image, plan="job_after=0.1 remove_codes='1 1 0'") as world:
        equal(world.run(), 0, world)
        equal(world.events()[-4:], ["remove", "remove", "remove", "removed"])
        equal(world.pool.registered, set())


@case("self: remove refused for ever: five tries, and the exit code stays the job's")
def _(image):
    with configuring(image, plan="job_after=0.1 remove_codes=1", SLIPWAY_RETRY_SECONDS="0.05") as world:
        equal(world.run(), 0, world)
        equal(world.events().count("remove"), 5)
        assert "left registered" in world.output, world.output


@case("self: a remove that hangs is ended")
def _(image):
    with configuring(image, plan="job_after=0.1 remove_seconds=60", SLIPWAY_REMOVE_SECONDS="1") as world:
        equal(world.run(seconds=10), 0, world)
        assert "left registered" in world.output, world.output


@case("self: settings left by an earlier start do not matter")
def _(image):
    with configuring(image) as world:
        for name in (".agent", ".credentials", ".credentials_rsaparams"):
            (world.root / name).write_text("{}")
        world.own()
        equal(world.run(), 0, world)


@case("self: the token is nowhere but in config.sh, and no secret is a capability")
def _(image):
    with configuring(image, SLIPWAY_IDLE_MINUTES="5") as world:
        world.environment["AZP_CLIENTSECRET"] = world.secret
        equal(world.run(), 0, world)
        equal(world.places_of(world.token), ["agent/seen/configure.environ", "agent/seen/remove.environ"])
        equal(world.places_of(world.secret), [])
        for kind in ("configure", "listener"):
            capabilities = world.lines(f"{kind}.capabilities")
            assert any(line.startswith("AZP_POOL=") for line in capabilities), capabilities
            equal(
                [
                    line
                    for line in capabilities
                    if world.token in line or line.startswith(("AZP_TOKEN", "SLIPWAY_", "VSTS_"))
                ],
                [],
            )
        equal([line for line in world.lines("configure.cmdline") if world.token in line], [])


@case("self: a job that changes the agent's settings does not get the token sent elsewhere")
def _(image):
    script = 'echo \'{"serverUrl":"http://127.0.0.1:9/"}\' >"$root/.agent"; echo http://127.0.0.1:9 >"$root/.proxy"'
    with configuring(image, plan=f"job_after=0.1 job_seconds=0.1 job_script={script!r}") as world:
        plan = pathlib.Path(world.root / "plan")
        plan.write_text("job_after=0.1 job_seconds=0.1\njob_script=$(cat <<'END'\n" + script + "\nEND\n)\n")
        equal(world.run(), 0, world)
        equal(world.events()[-1], "removed")
        assert not (world.root / ".proxy").exists()


@case("self: the address of the organization must be one")
def _(image):
    with configuring(image, AZP_URL="fabrikam") as world:
        equal(world.run(), 20, world)
