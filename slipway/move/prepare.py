"""The first phase: everything that can be done days before, and hurts nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slipway.move import names, secrets
from slipway.move.model import Phase, Step

if TYPE_CHECKING:
    from slipway.move.context import Move
    from slipway.move.facts import Name


def prepare(move: Move) -> Phase:
    """Names remembered, secrets handed over, the new side made ready to answer."""
    steps = [_freeze(move)]
    if move.copied or move.new or move.kept:
        steps.append(_secrets(move))
    if wanted := [name for name in move.switched if _is_contested(move, name) or not names.answers(move.target, name)]:
        steps.append(_answer(move, wanted))
    steps += _keepers(move)
    if move.switched:
        steps.append(_remember(move))
    if move.target.mail and (move.source.cloud != move.target.cloud or not move.target.mail_records):
        steps.append(_mail(move))
    text = "Days before. Nothing here changes what people see."
    return Phase("prepare", "Prepare", text, tuple(steps))


def _freeze(move: Move) -> Step:
    source, target = move.source, move.target
    why = ""
    if move.moves_postgres:
        why = ": the copy brings the schema of the old one"
    elif source.postgres is not None:
        why = ": they use one database, so one schema"
    return Step(
        key="freeze",
        title="Freeze releases, and keep both states",
        text=(
            f"Both sides stay at the same commit until the end{why}. Here `{source.stack}` has {source.release or 'none'},"
            f" and `{target.stack}` {target.release or 'none'}."
        ),
        commands=(
            'pulumi stack select "$TO" 2>/dev/null || pulumi stack init "$TO"',
            'pulumi stack export --stack "$FROM" --file "$MOVE/from.state.json"',
            '.venv/bin/slipway check "$TO"',
        ),
        good="no mandatory finding; the state is in a file that only you can read.",
        minutes=15,
    )


def _secrets(move: Move) -> Step:
    text = "Each value goes through a pipe: nobody sees it."
    if move.copied:
        text += f" Handed over: {', '.join(f'`{name}`' for name in move.copied)}."
    if move.kept:
        generated = ", ".join(f"`{name}`" for name in move.kept)
        text += (
            f" Generated on either side: {generated}. Without the old value everybody has to sign in again, and what was"
            f" signed or encrypted with it is lost. To keep it, write `{{generate: false}}` for it below"
            f" `slipway:overrides: secrets` of `{move.target.stack}` first."
        )
    if move.new:
        text += f" Of the new side alone, asked for: {', '.join(f'`{name}`' for name in move.new)}."
    optional = [name for name in move.copied if name in move.source.optional]
    if optional:
        text += f" Optional, so leave out those that `{move.source.stack}` has not: {', '.join(f'`{n}`' for n in optional)}."
    commands = [secrets.hand_over(name) for name in move.copied]
    commands += [secrets.take_over(move.source, name) for name in move.kept]
    commands += [secrets.set_new(name) for name in move.new]
    return Step(
        key="secrets", title="Hand over the secrets", text=text, commands=(*commands, 'pulumi config --stack "$TO"'),
        good="each name stands there as `[secret]`. Commit the stack file.", minutes=10,
    )  # fmt: skip


def _is_contested(move: Move, name: Name) -> bool:
    """Whether both stacks would make a record of this name, of which there can be one."""
    return any(
        other.host == name.host and other.keeper == name.keeper and other.keeper != "elsewhere" and not move.in_place
        for other in move.target.names
    )


def _answer(move: Move, wanted: list[Name]) -> Step:
    hosts = ", ".join(f"`{name.host}`" for name in wanted)
    target = move.target
    if target.runs == "worker":
        text = (
            f"{hosts} is led to the Worker by phase 3, and not by a deployment before: give the services of"
            f" `{target.stack}` another host of the zone until then. Its application must take requests for the old host too."
        )
    elif target.cloud == "aws":
        text = (
            f"`{target.stack}` must answer for {hosts} before the name leads there, and its deployment may not touch the"
            " record, which is the old side's until phase 3. So in its stack file, until phase 4: the host among the"
            " service's `hosts`, `dns: {kind: elsewhere}`, and a certificate for it as"
            " `load_balancer.listener.certificate_arn` (for a frontend, `frontend.certificate_arn`). The commands ask for"
            " one and show the record that proves it; one of the same account and host is proven already."
        )
    elif target.cloud == "engine":
        text = (
            f"The proxy of `{target.stack}` answers for the `hosts` of its services alone, so {hosts} must stand there, and a"
            f" service without hosts has none of them. Whoever stands before it on the engine's machine ends TLS, needs a"
            f" certificate for each, hands the host on, and says `X-Forwarded-Proto: https`. Its address is `$TO_ADDRESS`."
        )
    else:
        text = f"`{target.stack}` must answer for {hosts} before the name leads there: its certificate has to be there too."
    commands: tuple[str, ...] = ()
    if target.cloud == "aws":
        commands = tuple(
            line
            for name in wanted
            for line in (
                (
                    f"CERTIFICATE=$(to_aws acm request-certificate --domain-name {name.host} --validation-method DNS --query"
                    " CertificateArn --output text)"
                ),
                (
                    'to_aws acm wait certificate-validated --certificate-arn "$CERTIFICATE" || to_aws acm describe-certificate'
                    ' --certificate-arn "$CERTIFICATE" --query "Certificate.DomainValidationOptions[].ResourceRecord"'
                ),
                'echo "$CERTIFICATE"',
            )
        )
    return Step(
        key="answer", title="Let the new side answer for the old names", text=text, commands=commands,
        good="the plan of the new side makes no record of these hosts; phase 2 shows that it answers.", minutes=30,
    )  # fmt: skip


def _keepers(move: Move) -> list[Step]:
    """Where the names would have to change hands, which takes days."""
    if move.target.runs != "worker":
        return []
    there = [name for name in move.switched if name.part == "services" and name.keeper != "cloudflare"]
    if not there:
        return []
    host = there[0].host
    parent = host.split(".", 1)[1] if host.count(".") > 1 else host
    return [
        Step(
            key="keeper",
            title="Bring the zone to Cloudflare",
            text=(
                "A Worker has hosts in zones at Cloudflare alone, and these names are kept elsewhere. Make all records of"
                " the zone at Cloudflare as they are, mail too, then change the name servers at the registrar. Others keep"
                " the old name servers for as long as the second column says, up to two days: leave the old zone as it is."
                " Then make this runbook anew, with the zone at Cloudflare on the old side as well."
            ),
            commands=(f"dig +noall +answer NS {parent}",),
            good="every resolver that you ask names Cloudflare's name servers.",
            minutes=2 * 24 * 60,
        )
    ]


def _remember(move: Move) -> Step:
    commands = tuple(line for name in move.switched for line in names.remember(move.source, name))
    return Step(
        key="remember", title="Write down the names as they are", commands=commands,
        text="Going back means to put exactly this back.", good="each file has the record.", minutes=5,
    )  # fmt: skip


def _mail(move: Move) -> Step:
    domain = move.target.mail
    return Step(
        key="mail",
        title="Keep mail going",
        text=(
            f"Mail comes from `{domain}`. Its records (SPF, DKIM, DMARC) must be in whichever zone answers, or mail lands in"
            " spam. Where both stacks would make them in one zone, take `email` out of the new one until phase 4."
        ),
        commands=(f"dig +short TXT {domain}", f"dig +short TXT _dmarc.{domain}", f"dig +short MX {domain}"),
        good="the same answers as before the move, also afterwards.",
        minutes=5,
    )
