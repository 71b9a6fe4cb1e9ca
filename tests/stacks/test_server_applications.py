"""Every application is planned on a single server or refused with a reason, and each plan keeps what is promised."""

from __future__ import annotations

import base64
import bz2
import json
import re
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from config.vps import Vps
from config.vps_server import USER_DATA_LIMITS, UptimeCheck
from plan.model import Secret
from tests.components.planning import inside
from tests.stacks.forms import APPLICATIONS, DIGEST, ENVIRONMENTS
from tests.stacks.paths import values
from tests.stacks.project import MARK, ON_SERVERS, answered, graph, planned, refused, settings, text, write
from tests.stacks.server_forms import OFFICE, SERVER_FORMS, bare

if TYPE_CHECKING:
    from plan.model import Resource

FORMS = tuple(SERVER_FORMS)
STACKS = (*FORMS, *ON_SERVERS)
COMMAND = "command:remote:Command"
ROUTE53 = "aws:route53/healthCheck:HealthCheck"
OCEAN = "digitalocean:index/uptimeCheck:UptimeCheck"
MACHINES = {
    "digitalocean": "digitalocean:index/droplet:Droplet",
    "hetzner": "hcloud:index/server:Server",
    "linode": "linode:index/instance:Instance",
    "aws": "aws:ec2/instance:Instance",
}
PACKAGES = {"digitalocean": "digitalocean", "hetzner": "hcloud", "linode": "linode", "aws": "aws"}
MANAGED = {"drops": ("redis", "postgres"), "orders": ("redis",)}
every = pytest.mark.parametrize("stack", STACKS)


def topology(stack: str) -> Vps:
    found = settings(stack).topology
    assert isinstance(found, Vps)
    return found


def machine(stack: str) -> Resource:
    """The server, of which there is one."""
    (found,) = graph(stack).of_type(MACHINES[topology(stack).provider.kind])
    return found


def told(stack: str) -> str:
    """The user data: the text that cloud-init reads."""
    given = machine(stack).inputs
    value = inside(values(given["metadatas"])[0], "userData") if "metadatas" in given else given["userData"]
    assert isinstance(value, str), "user data is known before anything is made"
    return value if value.startswith("#cloud-config\n") else base64.b64decode(value).decode()


def files(stack: str) -> dict[str, str]:
    """The files that cloud-init writes, by path; what is packed as one text."""
    found = {each["path"]: each["content"] for each in yaml.safe_load(told(stack))["write_files"]}
    packed = found["/usr/local/lib/slipway/packed"].strip()
    text = bz2.decompress(base64.b85decode(packed)).decode()
    parts = (part.partition("\n") for part in re.split("^==> ", text, flags=re.MULTILINE)[1:])
    return {**found, "/usr/local/lib/slipway/packed": text, **{path: content for path, _, content in parts}}


def opened(stack: str) -> dict[str, set[str]]:
    """Each port that the provider's firewall opens, and the ranges that it is open to."""
    found: dict[str, set[str]] = {}
    for kind, rules, port, sources in (
        ("digitalocean:index/firewall:Firewall", "inboundRules", "portRange", ("sourceAddresses",)),
        ("hcloud:index/firewall:Firewall", "rules", "port", ("sourceIps",)),
        ("linode:index/firewall:Firewall", "inbounds", "ports", ("ipv4s", "ipv6s")),
    ):
        for firewall in graph(stack).of_type(kind):
            for rule in values(firewall.inputs[rules]):
                assert isinstance(rule, dict)
                if rule.get("direction", "in") == "in" and port in rule:  # a ping has no port
                    ranges = {str(each) for key in sources if key in rule for each in values(rule[key])}
                    found.setdefault(str(rule[port]), set()).update(ranges)
    for ingress in graph(stack).of_type("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"):
        assert ingress.inputs["fromPort"] == ingress.inputs["toPort"]
        ranges = {str(ingress.inputs[key]) for key in ("cidrIpv4", "cidrIpv6") if key in ingress.inputs}
        found.setdefault(str(ingress.inputs["fromPort"]), set()).update(ranges)
    return found


@cache
def command(stack: str) -> Resource:
    """What is told to the server by SSH."""
    (found,) = graph(stack).of_type(COMMAND)
    return found


# -- every application


@pytest.mark.parametrize("environment", ENVIRONMENTS)
@pytest.mark.parametrize("app", APPLICATIONS)
def test_an_application_without_a_host_or_with_managed_data_is_refused_with_a_reason(
    app: str, environment: str
) -> None:
    message = refused(f"{app}-{environment}-bare", bare(app, environment))
    assert "a certificate is made for host names, and no public service has one" in message
    for part in MANAGED.get(app, ()):
        assert f'data.{part}.kind: given "managed"; a single server has no managed one beside it' in message
        assert "write local for one on the server itself, or external for one that lives elsewhere" in message
    assert ("no managed one" in message) == (app in MANAGED)


def test_the_forms_are_every_application_in_every_environment_at_every_provider() -> None:
    found = {(settings(stack).app, settings(stack).environment.value) for stack in FORMS}
    assert found == {(app, environment) for app in APPLICATIONS for environment in ENVIRONMENTS}
    assert {topology(stack).provider.kind for stack in FORMS} == set(MACHINES)


# -- every plan


@every
def test_a_plan_is_free_of_findings_and_shows_no_secret(stack: str) -> None:
    found = planned(stack)
    assert [each.message for each in found.findings if each.level != "advisory"] == []
    assert {each.rule for each in found.findings} <= {"cdn-own-certificate"}, "the bucket's own host at CloudFront"
    assert found.plan.notices == ()
    assert [log for log in found.plan.logs if log.severity != "info"] == []
    assert MARK not in found.output
    assert MARK not in text(stack)


@every
def test_the_server_is_told_of_no_secret_and_of_no_release_within_the_limit_of_its_provider(stack: str) -> None:
    own, found = topology(stack), json.dumps(files(stack))
    assert len(told(stack).encode()) <= USER_DATA_LIMITS[own.provider.kind]
    assert MARK not in found
    assert DIGEST[:40] not in found, "a release comes by SSH alone"
    assert "release.py" in found, "what is packed was read"


@every
def test_every_resource_has_a_provider_that_the_stack_made(stack: str) -> None:
    found = graph(stack)
    providers = {each.urn for each in found.plan.resources if each.type.startswith("pulumi:providers:")}
    made = [each for each in found.plan.resources if each.custom and each.urn not in providers]
    assert [each.name for each in made if each.provider.rpartition("::")[0] not in providers] == []
    assert {each.type.partition(":")[0] for each in made} >= {PACKAGES[topology(stack).provider.kind], "command"}


@every
def test_from_outside_the_application_is_asked_and_the_server_itself(stack: str) -> None:
    asked = {f"https://{each.inputs['fqdn']}{each.inputs['resourcePath']}" for each in graph(stack).of_type(ROUTE53)}
    asked |= {str(each.inputs["target"]) for each in graph(stack).of_type(OCEAN)}
    if not isinstance(topology(stack).uptime, UptimeCheck):
        assert asked == set()
        return
    services = settings(stack).application.public_services().values()
    service, host = next(iter(services)), topology(stack).hosts(settings(stack).application)[0]
    host = (service.hosts or (host,))[0]
    assert asked == {f"https://{host}{service.health_path or '/'}", f"https://{host}/.well-known/slipway/health"}
    kept = topology(stack).copies(settings(stack).application)
    told_of = json.loads(files(stack)["/etc/slipway/health.json"])
    assert (told_of["backup"] is not None) is kept
    assert told_of["services"] == list(settings(stack).application.services)


@every
def test_what_every_topology_shares_has_the_same_name_directly_below_the_stack(stack: str) -> None:
    found, own = graph(stack), settings(stack)
    (root,) = found.of_type("pulumi:pulumi:Stack")
    below = {each.name for each in found.plan.resources if each.parent == root.urn and not each.custom}
    wanted = {"server", "release", "secrets"}
    if own.application.data.uploads.kind != "none":
        wanted |= {"uploads", "uploads-writer"}
    if topology(stack).dns.kind != "elsewhere":
        wanted.add("zone")
    assert {f"{own.app}-{each}" for each in wanted} <= below


@every
def test_the_document_with_the_secrets_is_secret_and_goes_over_standard_input_alone(stack: str) -> None:
    inputs = command(stack).inputs
    assert isinstance(inputs["stdin"], Secret)
    assert isinstance(inputs["connection"], Secret)
    assert "environment" not in inputs
    assert inputs["create"] == (
        "cloud-init status --wait >/dev/null && sudo /usr/local/lib/slipway/release.py deploy"
    ), "a command line shows in the list of processes"


@every
def test_the_provider_and_the_machine_open_the_web_and_ssh_to_the_same_networks(stack: str) -> None:
    found, machines_own = opened(stack), files(stack)["/etc/nftables.conf"]
    assert set(found) == {"22", "80", "443"}
    assert found["22"] == {OFFICE}
    assert found["80"] == found["443"]
    through = topology(stack).certificate.kind == "record"
    assert ("0.0.0.0/0" in found["443"]) is not through, "only Cloudflare asks where all goes through it"
    assert set(re.findall(r"tcp dport (?:\{ )?([0-9, ]+)", machines_own)) <= {"22 ", "22", "80, 443 ", "80, 443"}
    assert OFFICE.removesuffix("/32") in machines_own
    assert all(each in machines_own for each in found["443"] - {"0.0.0.0/0", "::/0"})


# -- releases


@pytest.mark.parametrize("stack", ["orders-staging-server", "mentors-staging-server"])
def test_another_release_is_told_to_the_same_server(stack: str) -> None:
    content: dict[str, Any] = json.loads(json.dumps(SERVER_FORMS[stack]))
    release = content["slipway:topology"]["release"]
    release |= {"revision": "1" * 40} if release["kind"] == "git" else {"sha256": "1" * 64}
    server, before = machine(stack), command(stack).inputs  # recorded before the file changes
    try:
        after = answered(write(stack, content))
    finally:
        write(stack, SERVER_FORMS[stack])
    (again,) = [each for each in after.plan.resources if each.type == server.type]
    assert again.inputs == server.inputs
    (renewed,) = [each for each in after.plan.resources if each.type == COMMAND]
    assert {key for key in before if renewed.inputs[key] != before[key]} <= {"stdin"}
