"""What rules need to know about a stack, as a resource that plan, policy pack and exported state all carry."""

from collections.abc import Sequence
from typing import NotRequired, TypedDict

import pulumi


class RuleExceptionArgs(TypedDict):
    """A rule that one resource may break for a while."""

    rule: str
    """The rule's id."""
    resource: str
    """The end of the resource's URN: type and name."""
    reason: str
    """Why it is acceptable."""
    owner: str
    """Who answers for it."""
    expires: str
    """The last day on which it holds, as in 2027-03-31."""


class ApplicationArgs(TypedDict):
    """The facts. None of them is secret."""

    application: str
    """The application's name."""
    environment: str
    """development, staging or production."""
    topology: str
    """The kind of hosting, such as aws-ec2."""
    required_tags: dict[str, str]
    """The tags that every taggable resource must carry, with their values."""
    redis: str
    """Where the application's Redis is: managed, external, local or none."""
    redis_tls: NotRequired[bool]
    """Whether an external Redis is spoken to over TLS."""
    exceptions: Sequence[RuleExceptionArgs]
    """What the stack may break."""


class Application(pulumi.ComponentResource):
    """Guarantees that the facts about the stack are its inputs, as plain values."""

    def __init__(self, name: str, args: ApplicationArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        facts = {
            "application": args["application"],
            "environment": args["environment"],
            "topology": args["topology"],
            "requiredTags": args["required_tags"],
            "redis": args["redis"],
            **({"redisTls": args["redis_tls"]} if "redis_tls" in args else {}),
            "exceptions": [dict(each) for each in args["exceptions"]],
        }
        super().__init__("slipway:app:Application", name, facts, opts)
        self.register_outputs({})
