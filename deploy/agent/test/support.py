"""What the cases share."""

import contextlib
import functools
import uuid

from services import ClaimService, PoolService
from world import World

CASES = {}


class Missing(Exception):
    """A program that the case needs is not on this machine."""


def case(name):
    def keep(function):
        assert name not in CASES, name
        CASES[name] = function
        return function

    return keep


def each(name, values):
    """One case for each value; the name has {} where the value is told."""

    def keep(function):
        for value in values:
            case(name.format(value))(functools.partial(lambda image, value: function(image, value), value=value))
        return function

    return keep


@contextlib.contextmanager
def claiming(image, plan="job_after=0.3 job_seconds=0.3", answers=(), tls=None, **environment):
    world = World(image, plan)
    try:
        service = world.add(ClaimService(answers, tls))
        world.claim = service
        world.environment.update(
            {
                "SLIPWAY_CLAIM_URL": f"{service.address}/claim",
                "SLIPWAY_CLAIM_CODE": service.code,
                "SLIPWAY_ALLOW_HTTP": "1",
            }
        )
        world.environment.update(environment)
        yield world
    finally:
        world.close()


@contextlib.contextmanager
def configuring(image, plan="job_after=0.3 job_seconds=0.3", credential="PAT {token}", **environment):
    world = World(image, plan)
    try:
        # Of their own for each case: the jobs of other cases look at all processes.
        world.token, world.secret = f"pat-5ecret-{uuid.uuid4().hex}", f"client-5ecret-{uuid.uuid4().hex}"
        world.pool = world.add(PoolService(credential.format(token=world.token, secret=world.secret)))
        world.environment.update(
            {"AZP_URL": world.pool.address + "/fabrikam", "AZP_TOKEN": world.token, "AZP_POOL": "ecs-linux"}
        )
        world.environment.update(environment)
        yield world
    finally:
        world.close()


def equal(found, expected, world=None):
    assert found == expected, f"found {found!r}, expected {expected!r}" + (f"\n{world.output}" if world else "")
