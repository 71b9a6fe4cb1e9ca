"""Bash, as the runbook's commands have it: words in quotes, and the few functions that all of them share."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from slipway.move.facts import Made, Side

_ANY_REGION = "us-east-1"  # Route 53 is in none
_PORTS = {"FROM": 15431, "TO": 15432}  # of this machine, where a tunnel to a side's database begins

_MADE = """\
made() { # STACK END KEY: an id or an output of what a stack has made, out of its state
  pulumi stack export --stack "$1" | jq -re --arg urn "$2" --arg key "$3" \\
    'first(.deployment.resources[] | select((.urn | endswith($urn)) and (.delete | not))) | if $key == "id" then .id else .outputs[$key] end'
}"""
_CF = """\
cf() { # METHOD PATH [JSON]: Cloudflare's API; the token stands on no command line
  curl --silent --show-error --fail-with-body --request "$1" "https://api.cloudflare.com/client/v4$2" ${3:+--json "$3"} \\
    --config <(printf 'header = "Authorization: Bearer %s"\\n' "$CLOUDFLARE_API_TOKEN")
}"""
_NOTHING = "(?!)"  # matches no command
_WELL = """\
well() { # FUNCTION CONTAINER...: waits until each container is well, for three minutes at most
  local docker=$1 name state; shift
  for name; do
    for _ in {1..90}; do
      state=$("$docker" inspect --format '{{.State.Health.Status}}' "$name") || return
      [ "$state" != healthy ] || continue 2
      sleep 2
    done
    echo "$name is $state; $docker logs $name says more" >&2
    return 1
  done
}"""
_CALLED = re.compile(r"\b(made|cf|well|from_aws|to_aws|on_from|on_to|from_docker|to_docker)\b")
_QUOTED = re.compile(r"'[^']*'|\"(?:\\.|[^\"\\])*\"")
_COMPOUND = re.compile(r"(?:for|while|until) .* done|if .* fi")


def word(text: str) -> str:
    """A text as one word of the shell."""
    return shlex.quote(text)


def made(side: Side, thing: Made, key: str = "") -> str:
    """What a stack has made, as a word of a command."""
    return f'"$({made_plain(side, thing, key)})"'


def made_plain(side: Side, thing: Made, key: str = "") -> str:
    """The same as a command."""
    return f'made "${side.word}" {word(thing.end)} {key or thing.key}'


def chained(commands: tuple[str, ...]) -> tuple[str, ...]:
    """The lines of a block that stops at the first command that fails, and leaves the shell that reads it alone."""
    last = max((number for number, command in enumerate(commands) if not command.startswith("#")), default=0)
    return tuple(
        command if command.startswith("#") else _whole(command) + (" &&" if number < last else "")
        for number, command in enumerate(commands)
    )


def _whole(command: str) -> str:
    """A command as one link of a chain: in braces where its own signs would end the chain."""
    bare = _QUOTED.sub("", command)
    if _COMPOUND.fullmatch(bare) or not re.search(r";|\|\||&$", bare):
        return command
    return f"{{ {command} }}" if bare.endswith("&") else f"{{ {command}; }}"


def docker(side: Side) -> str:
    """How a program calls the engine of one's own that the side's containers are on."""
    return f"docker --host {word(side.engine)}"


def containers(side: Side) -> str:
    """The services' containers, as words of a command."""
    return " ".join(made(side, service.made) for service in side.services if service.made is not None)


def address(side: Side) -> str:
    """The address of a single server, as a word of a command; before an engine of one's own somebody else stands."""
    if side.cloud == "engine":
        return f'"${side.word}_ADDRESS"'
    return f'"$(pulumi stack output address --stack "${side.word}")"'


def port(side: Side) -> int:
    """Where this machine's tunnel to the side's database begins."""
    return _PORTS[side.word]


def bridge(side: Side) -> tuple[str, ...]:
    """A small machine in the private network, through which tunnels lead to what only that network reaches."""
    groups = " ".join(made(side, group) for group in side.groups)
    subnet = f'pulumi stack output computeSubnetIds --json --stack "${side.word}" | jq -r "first(.[])"'
    return (
        (
            f"{side.word}_BRIDGE=$({side.low}_aws ec2 run-instances --instance-type t4g.nano --image-id"
            " resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64"
            f' --subnet-id "$({subnet})" --security-group-ids {groups}'
            f' --iam-instance-profile "Name=${side.word}_BRIDGE_PROFILE" --metadata-options HttpTokens=required'
            " --query 'Instances[0].InstanceId' --output text)"
        ),
        f'{side.low}_aws ec2 wait instance-status-ok --instance-ids "${side.word}_BRIDGE"',
    )


def tunnel(side: Side, variable: str, host: str, inner: int, outer: int) -> tuple[str, ...]:
    """A tunnel over the bridge from a port of this machine. `host` is a word; the `variable` has it afterwards."""
    return (
        f"{variable}={host}",
        (
            f'{side.low}_aws ssm start-session --target "${side.word}_BRIDGE"'
            f" --document-name AWS-StartPortForwardingSessionToRemoteHost --parameters"
            f' "host=${variable},portNumber={inner},localPortNumber={outer}" >"$MOVE/{outer}.tunnel" 2>&1 &'
        ),
        f'until grep -q Waiting "$MOVE/{outer}.tunnel"; do sleep 1; done',
    )


def setup(source: Side, target: Side, commands: str) -> tuple[str, ...]:
    """What each shell of the move begins with: only what these `commands` use."""
    called = set(_CALLED.findall(commands))
    lines = [
        "set -o pipefail; umask 077",
        f"FROM={word(source.stack)} TO={word(target.stack)}",
        f'export MOVE="$HOME/move-{source.app}"; mkdir -p "$MOVE"',
    ]
    for side in (source, target):
        if side.operators and re.search(_logs_in(side), commands):
            lines.append(f'{side.word}_SERVER="operator@$(pulumi stack output address --stack "${side.word}")"')
        if f"{side.low}_aws" in called:
            lines.append(
                f'{side.low}_aws() {{ aws --profile "${side.word}_PROFILE" --region {side.region or _ANY_REGION} "$@"; }}'
            )
        if f"{side.low}_docker" in called:
            lines += _docker_function(side)
        if f"on_{side.low}" in called:
            lines.append(f'on_{side.low}() {{ ssh "${side.word}_SERVER" "sudo ${{*@Q}}"; }}')
    if "made" in called:
        lines.append(_MADE)
    if "well" in called:
        lines.append(_WELL)
    if "cf" in called:
        lines.append(_CF)
    return tuple(lines)


def _docker_function(side: Side) -> tuple[str, ...]:
    """What calls the side's engine: on a server `deploy` may, who brings releases to it."""
    name = f"{side.low}_docker"
    if side.engine:
        return (f'{name}() {{ {docker(side)} "$@"; }}',)
    return (
        f'{side.word}_SERVER="deploy@$(pulumi stack output address --stack "${side.word}")"',
        f'{name}() {{ ssh "${side.word}_SERVER" "docker ${{*@Q}}"; }}',
    )


def _logs_in(side: Side) -> str:
    """What of a command needs somebody who logs in to the side's server."""
    return rf"\b(?:on_{side.low}|{side.word}_SERVER)\b"


def needs(source: Side, target: Side, commands: str) -> tuple[str, ...]:
    """The variables that whoever runs this exports first, and what each is."""
    found = []
    for side in (source, target):
        called = {
            f"{side.word}_PROFILE": (f"(?:{side.low}_aws|{side.word}_PROFILE)", f"AWS profile that may change `{side.stack}`"),
            f"{side.word}_SERVER": (
                _NOTHING if side.operators else _logs_in(side),
                f"`user@host` of the server of `{side.stack}`; the user may sudo",
            ),
            f"{side.word}_ADDRESS": (
                rf"\${side.word}_ADDRESS",
                f"IPv4 address of what stands before the proxy of `{side.stack}` and ends TLS",
            ),
            f"{side.word}_BRIDGE_PROFILE": (
                f"{side.word}_BRIDGE_PROFILE", "name of an instance profile with AmazonSSMManagedInstanceCore",
            ),
            f"{side.word}_CA": (
                f"{side.word}_CA",
                f"the file `{side.postgres.authority if side.postgres else ''}` of the release: who vouches for the database",
            ),
            f"{side.word}_R2_KEY": (f"{side.word}_R2_KEY", "access key of R2, with its secret in the variable below"),
            f"{side.word}_R2_SECRET": (f"{side.word}_R2_KEY", "that key's secret; it goes into no command line"),
        }  # fmt: skip
        found += [
            f"`{name}`: {what}" for name, (use, what) in called.items() if re.search(rf"(?<!\w){use}\b", commands)
        ]
    if "$MOVE_BUCKET" in commands:
        found.append("`MOVE_BUCKET`: a private bucket in S3 through which a file comes to a machine")
    if re.search(r"\bcf\b|wrangler|sqlite-to-d1", commands):
        found.append("`CLOUDFLARE_API_TOKEN`: may edit DNS, Workers, D1 and rules of the zones named here")
    return tuple(found)
