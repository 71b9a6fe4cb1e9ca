"""Hands its settings on as outputs; the secret backwards too, since the engine masks its text wherever it shows."""

import pulumi

settings = pulumi.Config()
pulumi.export("plain", settings.require("plain"))
pulumi.export("number", settings.require_int("number"))
pulumi.export("deep", settings.require_object("deep"))
pulumi.export("backwards", settings.require("token")[::-1])
pulumi.export("hidden", settings.require_secret("token"))
