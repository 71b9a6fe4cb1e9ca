"""The facts about a stack that every topology registers alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

from components.app.application import Application, ApplicationArgs
from config.data import ExternalRedis

if TYPE_CHECKING:
    from config.stack import StackSettings


def register_facts(stack: StackSettings, *, redis_elsewhere: bool = False) -> Application:
    """The root component that carries the stack's facts to rules.

    `redis_elsewhere` says that a Redis that is there already takes the place of the managed one.
    """
    redis = stack.application.data.redis
    facts: ApplicationArgs = {
        "application": stack.app,
        "environment": stack.environment.value,
        "topology": stack.topology.kind,
        "required_tags": stack.required_tags(),
        "redis": "external" if redis_elsewhere else redis.kind,
        "exceptions": [
            {
                "rule": each.rule,
                "resource": each.resource,
                "reason": each.reason,
                "owner": each.owner,
                "expires": each.expires,
            }
            for each in stack.exceptions
        ],
    }
    if redis_elsewhere or isinstance(redis, ExternalRedis):
        facts["redis_tls"] = redis.tls if isinstance(redis, ExternalRedis) else True
    return Application(stack.app, facts)
