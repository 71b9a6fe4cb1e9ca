"""Which former deployment of a stack is meant, and what there is to choose from."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from slipway.built_images import builds_of, images_given, with_images
from slipway.errors import UsageError
from slipway.gate.records import Known
from slipway.releases import is_named, shown, with_release

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from slipway.gate.records import Deployments, Update

FORMER = "1"
_MOST = 3  # digits of a number of releases; a digest that people name has more
_SHOWN = 10  # releases in a message
BY_NAME = "To go back to one of those, name it: --to sha256:…, or --to SERVICE=sha256:… where each service has its own."
_UNKNOWN = (
    "Which image a deployment has built is noted by the next `tools/gate up` alone. To go back to any other, name it: "
    "--to sha256:…, or --to SERVICE=sha256:… where each service has its own. It stands in that deployment's output "
    "`images`, in its log; all that are left, the newest last, with the repository's name from `pulumi stack output`:\n"
    "  aws ecr describe-images --repository-name NAME "
    "--query 'sort_by(imageDetails,&imagePushedAt)[].[imageDigest,imagePushedAt]' --output text"
)
_BY_HAND = "Put the release into the stack file by hand, and run tools/gate up (docs/releases.md)."


def last_of(deployments: Deployments, stack: str) -> Update:
    """The newest deployment. Raises `UsageError` where there is none, or nothing is to be learnt from it."""
    if not deployments.updates:
        raise UsageError(f"stack {stack!r} was never deployed: there is nothing to go back to. Use tools/gate up.")
    if deployments.gone:
        raise UsageError(f"stack {stack!r} was taken down after its last deployment: tools/gate up makes it anew.")
    last = deployments.updates[0]
    if last.release is None:
        raise UsageError(f"the backend's record of the last deployment names no release. {_BY_HAND}")
    return last


def target_of(deployments: Deployments, last: Update, to: str) -> Update:
    """The deployment that is meant. Raises `UsageError` where that is none, or not one."""
    others = deployments.others()
    known = "\n".join(["Deployed before were:", *(f"  {_dated(each)}" for each in others[:_SHOWN])]) if others else ""
    if to.isdecimal() and len(to) <= _MOST:
        former = deployments.former()
        if 0 < int(to) <= len(former):
            return former[int(to) - 1]
        if not former and not known and builds_of(last.release or {}):
            raise UsageError(
                f"no other image is known that was deployed before {shown(last.release or {})}. {_UNKNOWN}"
            )
        if not former:
            raise UsageError(
                f"no other release was deployed before {shown(last.release or {})}: there is nothing to go back to."
                + (f" Name one, with --to, that came after it.\n{known}" if known else "")
            )
        raise UsageError(f"--to {to}: {len(former)} came before the last one; give 1 to {len(former)}.\n{known}")
    found = [each for each in others if is_named(each.release or {}, to)]
    if not found and builds_of(last.release or {}) and (given := images_given(to)):
        return _never_noted(last, given)
    if len(found) != 1:
        what = "more than one release" if found else "no release that was deployed and was left"
        if not found and is_named(last.release or {}, to):
            what = "the release that was deployed last"
        remedy = "Give how many releases to go back, or the key, image, revision or digest of one."
        raise UsageError(f"--to {to or repr(to)}: names {what}. {remedy}\n{known}".rstrip())
    return found[0]


def _never_noted(last: Update, given: Mapping[str, str]) -> Update:
    """The last deployment with images that no record tells of. Raises `UsageError` where they are no release's."""
    release = with_images(last.written or {}, given, last.images)
    return replace(last, ended="", config=Known(with_release(last.config.values, release), last.config.secret))


def listed(former: Sequence[Update]) -> list[str]:
    """The lines that say how to go back further, where one can."""
    further = [f"  --to {number}  {_dated(each)}" for number, each in enumerate(former[:_SHOWN], 1)]
    return ["It could be one of these:", *further] if len(further) > 1 else []


def _dated(update: Update) -> str:
    return f"{shown(update.release or {})}, deployed {update.ended}"
