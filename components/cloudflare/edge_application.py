"""An application at Cloudflare's edge: one Worker, what it is bound to and where it answers."""

import pulumi

from components.cloudflare.durable_objects import recorded
from components.cloudflare.edge_application_args import EdgeApplicationArgs, EdgeBinding
from components.cloudflare.worker_bindings import told
from components.cloudflare.worker_script import script
from components.cloudflare.worker_versions import versions
from components.cloudflare.worker_ways import ways


class EdgeApplication(pulumi.ComponentResource):
    """Guarantees that a Worker answers under its hosts and routes alone, and that no secret of it is shown anywhere.

    Its logs are kept. The list of migrations of Durable Objects is among its inputs, so that the state tells what is
    applied.
    """

    script_name: pulumi.Output[str]
    """What the Worker is called, known once it is there."""
    bindings: pulumi.Output[list[EdgeBinding]]
    """What it is bound to, without any value: the state shows it also where a secret hides the resource's own list."""

    def __init__(self, name: str, args: EdgeApplicationArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        kept = {"migrations": recorded(args["migrations"]), **({"gradual": True} if args.get("gradual") else {})}
        super().__init__("slipway:cloudflare:EdgeApplication", name, kept, opts)
        child = pulumi.ResourceOptions(parent=self)
        if args.get("gradual"):
            self.script_name, answering = versions(name, args, child)
            after = pulumi.ResourceOptions.merge(child, pulumi.ResourceOptions(depends_on=[answering]))
            ways(name, args, self.script_name, after)
        else:
            self.script_name = script(name, args, child)
            ways(name, args, self.script_name, child)
        bound = told(args)
        self.bindings = pulumi.Output.from_input(bound)
        # Each by itself: so what is unknown or secret of one hides nothing of another.
        self.register_outputs({"scriptName": self.script_name, "bindings": bound})
