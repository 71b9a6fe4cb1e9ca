"""Rules about single servers: what reaches them, who may log in, where their data listens, how they are repaired."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from policies.encoded import UnreadableError
from policies.inputs import Field, made, negated, verdict
from policies.network.model import network_of
from policies.rule import Rule
from policies.server.firewalls import SERVERS, guarded, openings
from policies.user_data import readable, scripts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plan.graph import Graph
    from policies.finding import Verdict

_SSH, _WEB = 22, frozenset({80, 443})
_CLOUDS = ("digitalocean", "hcloud", "linode")
_PASSWORDS_ON = re.compile(
    r"^\s*ssh_pwauth\s*:\s*[\"']?(?:true|yes|1|on)\b|PasswordAuthentication[\s=]+[\"']?yes|PermitRootLogin[\s=]+[\"']?yes\b"
    r"|PermitEmptyPasswords[\s=]+yes",
    re.IGNORECASE | re.MULTILINE,
)
_PASSWORDS_OFF = re.compile(
    r"^\s*ssh_pwauth\s*:\s*[\"']?(?:false|no|0|off)\b|PasswordAuthentication[\s=]+[\"']?no\b",
    re.IGNORECASE | re.MULTILINE,
)
_EVERYWHERE = r"(?:0\.0\.0\.0|\*|::(?!1)|\[::\])"
_STORE_PORTS = r"(?:6379|6380|5432|3306|33060|27017|11211|9200|9300|5984|7474|8086|9042)"
_STORES_OPEN = re.compile(
    rf"^[^#\n]*(?:\bbind[ \t]+[^\n#]*{_EVERYWHERE}|\bprotected-mode[ \t]+no\b"
    rf"|\blisten_addresses\s*=\s*[\"']?[^\n]*{_EVERYWHERE}|\bbind[-_]address\s*=\s*[\"']?{_EVERYWHERE}"
    rf"|\bbind_?[iI]p\s*[:=]\s*[\"']?[^\n]*{_EVERYWHERE}|\bbindIpAll\s*:\s*true|--bind_ip_all\b"
    rf"|--bind[= ]{_EVERYWHERE}|\bnetwork\.host\s*[:=]\s*[\"']?{_EVERYWHERE}|\bmemcached\b[^\n]*-l[ ]*{_EVERYWHERE}"
    rf"|(?:-p|--publish)[= ]?[\"']?(?:{_EVERYWHERE}:)?\d+:{_STORE_PORTS}\b"
    rf"|^\s*-\s*[\"']?(?:{_EVERYWHERE}:)?\d+:{_STORE_PORTS}[\"']?\s*$)",
    re.MULTILINE,
)
_REPAIRS = re.compile(r"unattended-upgrades?\b|dnf-automatic|yum-cron|Unattended-Upgrade\s+\"1\"")
_NO_REPAIRS = re.compile(
    r"Unattended-Upgrade\s+\"0\"|(?:remove|purge|disable|stop|mask)\b[^\n]*\bunattended-upgrades|^\s*package_upgrade_never",
    re.MULTILINE,
)


def _judge_firewall(graph: Graph) -> Iterator[Verdict]:
    for kind in SERVERS:
        behind, unclear = guarded(graph, kind)
        for server in made(graph, kind):
            holds = True if server.resource.urn in behind else None if unclear else False
            because = "a firewall names what the plan does not hold" if unclear else "no firewall of the plan names it"
            yield from verdict(server.resource, holds, "stands in the internet without a firewall", because)


def _judge_ssh(graph: Graph) -> Iterator[Verdict]:
    for opening in openings(graph):
        if opening.protocol != "udp":
            holds = negated(opening.reaches(_SSH))
            yield from verdict(opening.field.resource, holds, "lets everybody try to log in", opening.field.path)


def _judge_ports(graph: Graph) -> Iterator[Verdict]:
    for opening in openings(graph):
        known = opening.ports == ((_SSH, _SSH),)  # which has a rule of its own
        if not known:
            holds = negated(opening.beyond(_WEB))
            yield from verdict(opening.field.resource, holds, "opens more than 80 and 443 to all", opening.field.path)


def _texts(graph: Graph) -> Iterator[tuple[Field, str, str]]:
    """Each server with what it runs when it starts, and why that cannot be read."""
    servers = [*made(graph, *SERVERS)]
    lone = network_of(graph).single_server
    machine = None if lone is None or lone.public_v4 is False else graph.get(lone.urn)
    if machine is not None and not machine.external:
        servers.append(Field(machine, "", machine.inputs))
    if not servers:
        return
    told: dict[str, list[tuple[str, str]]] = {}
    for script in scripts(graph, *{each.resource.type for each in servers}):
        hidden = script.hidden
        try:
            text = "\n".join(readable(script.text))
        except UnreadableError as error:
            text, hidden = "", f"such that it {error}"
        told.setdefault(script.field.resource.urn, []).append((text, hidden))
    for server in servers:
        found = told.get(server.resource.urn, [])
        yield server, "\n".join(text for text, _ in found), next((hidden for _, hidden in found if hidden), "")


def _judge_passwords(graph: Graph) -> Iterator[Verdict]:
    wrong = "lets people log in with a password"
    for server, text, hidden in _texts(graph):
        asked = server.resource.type in SERVERS  # images of AWS have it off where nothing is said
        if _PASSWORDS_ON.search(text):
            yield from verdict(server.resource, False, wrong, "its user data turns that on")  # noqa: FBT003 - the answer
        elif hidden:
            yield from verdict(server.resource, None, wrong, f"its user data is {hidden}")
        elif asked and not _PASSWORDS_OFF.search(text):
            yield from verdict(server.resource, False, wrong, "its user data does not turn that off")  # noqa: FBT003


def _judge_stores(graph: Graph) -> Iterator[Verdict]:
    wrong = "lets its data listen on public addresses"
    for server, text, hidden in _texts(graph):
        found = _STORES_OPEN.search(text)
        if found:
            line = text[: found.start()].count("\n") + 1
            yield from verdict(server.resource, False, wrong, f"line {line} of its user data")  # noqa: FBT003
        elif hidden:
            yield from verdict(server.resource, None, wrong, f"its user data is {hidden}")


def _judge_repairs(graph: Graph) -> Iterator[Verdict]:
    wrong = "does not repair itself"
    for server, text, hidden in _texts(graph):
        off, on = _NO_REPAIRS.search(text), _REPAIRS.search(text)
        if off or (not on and not hidden):
            because = "its user data turns that off" if off else "its user data sets up no unattended upgrades"
            yield from verdict(server.resource, False, wrong, because)  # noqa: FBT003
        elif not on:
            yield from verdict(server.resource, None, wrong, f"its user data is {hidden}")


RULES = (
    Rule(
        id="server-behind-firewall",
        title="Servers stand behind a firewall of the plan",
        severity="critical",
        level="mandatory",
        clouds=_CLOUDS,
        references=("own: a server of these hosts is open to the internet where nothing else is said",),
        rationale="Every port that a program opens is open to the world, also the one that a package opens by itself.",
        remedy="Make a firewall of the same host that lets 80 and 443 in, and attach it to the server.",
        judge=_judge_firewall,
        hidden_in_preview="what a firewall stands before is said by a tag or a number that only deployment tells",
    ),
    Rule(
        id="server-ssh-limited",
        title="SSH is closed, or open to named ranges only",
        severity="critical",
        level="mandatory",
        clouds=_CLOUDS,
        references=("own: the like of FSBP EC2.13 and CIS AWS 5.0 5.3",),
        rationale="An open SSH port gets thousands of attempts a day, and every hole of it within hours.",
        remedy="Name the networks that may log in (a /16 at most), or close port 22 and use the host's console.",
        judge=_judge_ssh,
    ),
    Rule(
        id="server-only-web-open",
        title="Only 80 and 443 are open to the world",
        severity="critical",
        level="mandatory",
        clouds=_CLOUDS,
        references=("own: the like of FSBP EC2.18",),
        rationale="A database or an application port in the internet is found by scanners within minutes.",
        remedy="Let in 80 and 443 alone; the web server passes on what is for the application.",
        judge=_judge_ports,
    ),
    Rule(
        id="server-no-password-login",
        title="Nobody logs in to a server with a password",
        severity="high",
        level="mandatory",
        clouds=("aws", *_CLOUDS),
        references=("own: the like of CIS Ubuntu 5.1",),
        rationale="Passwords are guessed by machines day and night; keys are not.",
        remedy='Put "ssh_pwauth: false" into cloud-init, and "PasswordAuthentication no" into sshd\'s configuration.',
        judge=_judge_passwords,
    ),
    Rule(
        id="server-stores-not-public",
        title="Data stores listen on loopback or private addresses",
        severity="critical",
        level="mandatory",
        clouds=("aws", *_CLOUDS),
        references=("own: Redis, PostgreSQL, MySQL and MongoDB trust whoever reaches them too far",),
        rationale=(
            "A store on all addresses is in the internet as soon as one firewall rule is wrong, and ports that Docker "
            "publishes pass by the machine's own firewall."
        ),
        remedy="Bind to 127.0.0.1 or a private address; publish container ports as 127.0.0.1:6379:6379.",
        judge=_judge_stores,
    ),
    Rule(
        id="server-repairs-itself",
        title="Servers install security updates by themselves",
        severity="high",
        level="mandatory",
        clouds=("aws", *_CLOUDS),
        references=("own: the like of FSBP SSM.2",),
        rationale="A single server lives for years, and known holes are used within days.",
        remedy="Install unattended-upgrades in cloud-init and let it reboot at night.",
        judge=_judge_repairs,
    ),
)
