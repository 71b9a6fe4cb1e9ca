"""What a server is told over SSH: which release its services run from, and their environment."""

from typing import NotRequired, TypedDict

import pulumi
import pulumi_command as command

USER = "deploy"
_PROGRAM = "sudo /usr/local/lib/slipway/release.py deploy"
# Nothing is brought to a machine that is not ready. What cloud-init says of itself is in its own log.
_DEPLOY = f"cloud-init status --wait >/dev/null && {_PROGRAM}"
_DIALS = 60  # a new server takes minutes until it answers
_DIAL_SECONDS = 15


class ServerReleaseArgs(TypedDict):
    """A release, and the server that it is for."""

    server_id: pulumi.Input[str]
    """What tells this server from the one before: a new one is told everything again."""
    address: pulumi.Input[str]
    """Where it listens to SSH."""
    private_key: pulumi.Input[str]
    """The key by which the user `deploy` logs in."""
    host_key: NotRequired[pulumi.Input[str]]
    """The server's own public key; without it whoever answers at the address is believed."""
    document: pulumi.Input[str]
    """What the program on the server reads: release and environment, as JSON, with secrets."""


class ServerRelease(pulumi.ComponentResource):
    """Guarantees that a deployment ends well only when the release serves; else the former one goes on to.

    Secrets go over standard input: they stand in no command line, no file of who deploys, and encrypted in the state.
    Another document is told to the same server; another server is told the same document.
    """

    done: pulumi.Output[str]
    """Known once the release serves."""

    def __init__(self, name: str, args: ServerReleaseArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("slipway:server:ServerRelease", name, {}, opts)
        run = command.remote.Command(
            f"{name}-command",
            connection=_connection(args),
            create=_DEPLOY,
            stdin=pulumi.Output.secret(args["document"]),
            triggers=[args["server_id"]],
            add_previous_output_in_env=False,  # sshd takes no variables from outside
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.done = run.id
        self.register_outputs({"done": self.done})


def _connection(args: ServerReleaseArgs) -> command.remote.ConnectionArgs:
    """How the server is reached: by key alone, with the patience that a new one wants."""
    return command.remote.ConnectionArgs(
        host=args["address"],
        user=USER,
        private_key=pulumi.Output.secret(args["private_key"]),
        host_key=args.get("host_key"),
        dial_error_limit=_DIALS,
        per_dial_timeout=_DIAL_SECONDS,
    )
