"""`slipway orphans` as a user meets it: what is done, and what a person reads."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from plan.urns import name_of
from slipway.errors import UsageError
from slipway.orphans.command import Look, keep_names_of, look_for_orphans, write_import_file
from slipway.terminal import stderr, stdout

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from slipway.orphans.import_file import ImportFile


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be done besides looking: write an import file, with more that the user names; or keep names."""

    import_file: Path | None = None
    resources: tuple[str, ...] = ()
    keep_names: Path | None = None


def pairs(given: Sequence[str]) -> dict[str, str]:
    """Tags as they were given. Raises `UsageError` for what is none."""
    wrong = next((text for text in given if not text.partition("=")[0] or "=" not in text), None)
    if wrong is not None:
        raise UsageError(f"--tag: given {wrong!r}; allowed is KEY=VALUE, as in application=orders.")
    return {key: value for key, _, value in (text.partition("=") for text in given)}


def run(look: Look, wanted: Wanted, *, as_text: bool) -> dict[str, Any]:
    """Do it, print for a person where `as_text`, and return what `--json` prints: any JSON."""
    if look.simulated:
        stderr().print(f"Simulated: no account is touched. Cloud: {look.simulated / 'cloud'}", style="dim")
    if wanted.keep_names:
        _refuse_beside_keep_names(look, wanted)
        return _keep_names(look, wanted.keep_names, as_text=as_text)
    if wanted.resources and not wanted.import_file:
        raise UsageError("--resource names what --import FILE shall take over: give both.")
    looked = look_for_orphans(look)
    document = looked.to_json(look.plan)
    for note in looked.found.notes:
        stderr().print(f"note: {note}", style="yellow")
    if as_text:
        from slipway.report.orphans_text import print_orphans  # noqa: PLC0415 - only where a person reads

        where = f"{look.plan.stack} ({'simulated ' if looked.simulated else ''}account {looked.account}, "
        print_orphans(stdout(), f"{where}{', '.join(looked.scope.regions)})", looked.found, looked.missing)
    if wanted.import_file:
        made = write_import_file(looked, look.plan, wanted.import_file, wanted.resources)
        document["import"] = {
            "file": str(wanted.import_file) if made.taken else None,
            "taken": [{"urn": each.urn, "id": each.id} for each in made.taken],
            "refused": [
                {"urn": each.existing.urn, "id": each.existing.id, "reason": each.reason} for each in made.refused
            ],
        }
        if as_text:
            _print_next(look, wanted.import_file, made)
    return document


def _refuse_beside_keep_names(look: Look, wanted: Wanted) -> None:
    """Raises `UsageError` for options that keeping names would not heed: it looks for nothing."""
    given = {
        "--import": wanted.import_file, "--resource": wanted.resources, "--state": look.states,
        "--region": look.regions, "--tag": look.tags,
    }  # fmt: skip
    beside = [name for name, value in given.items() if value]
    if beside:
        raise UsageError(
            f"--keep-names changes the state of an import that was done, and looks for nothing: {', '.join(beside)} "
            "cannot be given with it. Allowed beside it: --simulated, --project, --answers, --timeout, --json."
        )


def _print_next(look: Look, file: Path, made: ImportFile) -> None:
    for each in made.refused:
        stderr().print(f"note: {each.existing.id} is not taken over: {each.reason}", style="yellow")
    if not made.taken:
        stderr().print(f"note: nothing can be taken over, so {file} was not written", style="yellow")
        return
    stack = look.plan.stack
    given = ["--answers", str(look.answers)] if look.answers else []
    pulumi, own = "pulumi", shlex.join(given)
    if look.simulated:
        pulumi = f"tools/simulated-pulumi {shlex.join([*given, '--state', str(look.simulated)])} --"
        own = shlex.join([*given, "--simulated", str(look.simulated)])
    console = stdout()
    console.print(f"\nTo take over {len(made.taken)}, in this order:", style="bold")
    for command in (
        f"{pulumi} import --stack {stack} --file {shlex.quote(str(file))} --generate-code=false --protect=false",
        f"slipway orphans {stack} --keep-names {shlex.quote(str(file))} {own}".rstrip(),
        f"{pulumi} preview --stack {stack}",
    ):
        console.print(f"  {command}", markup=False)


def _keep_names(look: Look, file: Path, *, as_text: bool) -> dict[str, Any]:
    kept = keep_names_of(look, file)
    if as_text:
        names = ", ".join(map(name_of, kept.changed))
        stdout().print(f"Kept the automatic names of {len(kept.changed)}{f': {names}' if names else ''}", markup=False)
        if kept.before:
            stdout().print(f"The state as it was: {kept.before}", markup=False)
    before = str(kept.before) if kept.before else None
    return {"project": look.plan.project, "stack": look.plan.stack, "kept": list(kept.changed), "before": before}
