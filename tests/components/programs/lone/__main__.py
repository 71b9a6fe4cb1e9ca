"""One server alone, as rules judge it: the stack says at whom, and after a hyphen in which form."""

import runpy
import sys
from pathlib import Path

import pulumi

HERE = Path(__file__).parent
sys.path.append(str(HERE.parents[3]))  # where the components are

from components.app.application import Application  # noqa: E402 - as found there
from config.values import Deletion  # noqa: E402

host, _, form = pulumi.get_stack().partition("-")
example = runpy.run_path(str(HERE.parent / "parts" / f"{host}_server.py"))
Application(
    "shop",
    {
        "application": "shop",
        "environment": "production",
        "topology": "vps",
        "required_tags": example["server"]["tags"],
        "redis": "none",
        "exceptions": [],
    },
)
kind = next(each for name, each in example.items() if name.endswith("Server") and name != "ServerArgs")
forms = {
    "": {**example["server"], "egress_ports": {"https": 443, "packages": 80}},
    "bare": example["bare"],
    "retained": {**example["server"], "deletion": Deletion.RETAIN},
}
changed = {"user_data": data} if (data := pulumi.Config().get("userData")) else {}
opts = None
if host == "aws":
    import pulumi_aws as aws

    tags = aws.ProviderDefaultTagsArgs(tags=example["server"]["tags"])
    opts = pulumi.ResourceOptions(providers=[aws.Provider("eu-central-1", region="eu-central-1", default_tags=tags)])
server = kind("shop-server", {**forms[form], **changed}, opts)
pulumi.export("address", server.address)
pulumi.export("address6", server.address6)
pulumi.export("id", server.server_id)
