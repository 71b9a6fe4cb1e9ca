"""Secrets from one side to the other: by name, through a pipe, so that nobody sees a value."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slipway.move.shell import word

if TYPE_CHECKING:
    from slipway.move.facts import Side


def own(side: Side) -> frozenset[str]:
    """Passwords of the side's own data, which are others on the other side."""
    return frozenset(each.secret for each in (side.postgres, side.redis) if each is not None and each.secret)


def copied(source: Side, target: Side, shared: frozenset[str]) -> tuple[str, ...]:
    """The names whose values are handed over as they are. `shared` are passwords of what both use."""
    apart = (own(source) | own(target)) - shared
    return tuple(name for name in target.given if name in source.given and name not in apart)


def new(source: Side, target: Side, shared: frozenset[str]) -> tuple[str, ...]:
    """The names that somebody has to set."""
    taken = copied(source, target, shared)
    return tuple(name for name in target.given if name not in taken)


def kept(source: Side, target: Side) -> tuple[str, ...]:
    """The names of generated secrets that both sides have, each its own unless the old value is taken over."""
    return tuple(name for name in target.generated if name in source.generated)


def hand_over(name: str) -> str:
    """The command that hands one over."""
    return f'pulumi config get --stack "$FROM" secrets:{name} | pulumi config set --stack "$TO" --secret secrets:{name}'


def set_new(name: str) -> str:
    """The command that asks for one."""
    return f'pulumi config set --stack "$TO" --secret secrets:{name}'


def take_over(source: Side, name: str) -> str:
    """The command that sets a generated one to the value that the old side made."""
    end = word(f"random:index/randomBytes:RandomBytes::{source.app}-secrets-{name}-value")
    return (
        f'pulumi stack export --show-secrets --stack "$FROM" | jq -rje --arg urn {end} \'first(.deployment.resources[] |'
        ' select(.urn | endswith($urn))).outputs.hex | if type == "object" then .plaintext | fromjson else . end\' |'
        f' pulumi config set --stack "$TO" --secret secrets:{name}'
    )
