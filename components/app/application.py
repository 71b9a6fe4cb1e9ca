"""What rules need to know about a stack, as a resource that plan, policy pack and exported state all carry."""

from typing import TypedDict

import pulumi


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
    """Where the application's Redis is: managed, external or none."""


class Application(pulumi.ComponentResource):
    """Guarantees that the facts about the stack are its inputs, as plain values."""

    def __init__(self, name: str, args: ApplicationArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        facts = {
            "application": args["application"],
            "environment": args["environment"],
            "topology": args["topology"],
            "requiredTags": args["required_tags"],
            "redis": args["redis"],
        }
        super().__init__("slipway:app:Application", name, facts, opts)
        self.register_outputs({})
