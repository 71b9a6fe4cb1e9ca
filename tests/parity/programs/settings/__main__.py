"""Configuration in every form, project defaults and secrets included."""

import pulumi
import pulumi_aws as aws

config = pulumi.Config()
tags = {
    "text": config.require("text"),
    "number": str(config.require_int("number")),
    "float": str(config.require_float("float")),
    "flag": str(config.require_bool("flag")),
    "defaulted": config.require("defaulted"),
    "overridden": config.require("overridden"),
    "yes": config.require("yes"),
    "other": pulumi.Config("other").require("key"),
    "object": config.require_object("object")["list"][1],
    "missing": config.get("missing") or "none",
    "token": config.require_secret("token"),
    "inside": config.require_secret_object("mixed").apply(lambda mixed: mixed["open"]),
}
aws.ec2.Vpc(pulumi.get_stack(), cidr_block="10.0.0.0/16", tags=tags)
pulumi.export("project", [pulumi.get_project(), pulumi.get_stack(), pulumi.get_organization()])
