"""Every application is either planned on this topology or refused with a reason, in each of its forms."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import yaml

from config.pages import PagesSite
from plan.model import Unknown
from tests.components.planning import target
from tests.stacks.forms import APPLICATIONS, CLOSED, ENVIRONMENTS, FORMS, RELEASES, form
from tests.stacks.machines import known, parameters, scripts, template
from tests.stacks.paths import MACHINES, values
from tests.stacks.project import MARK, ON_MACHINES, ROOT, graph, planned, refused, settings, text

if TYPE_CHECKING:
    from plan.model import Resource

# What rules advise and stacks here do without, and why.
ADVICE = {
    "load-balancer-behind-firewall": "costs by the month; the setting load_balancer.firewall makes it",
    "secret-rotates": "the teams' providers cannot be told a new secret by AWS; an alarm watches its age",
    "cdn-own-certificate": "uploads are shown under CloudFront's own host, so that they never reach cookies",
    "machine-metadata-one-hop": "what runs in a container on a machine asks for the machine's role",
}
STACKS = (*FORMS, *ON_MACHINES)
FACTS = "slipway:app:Application"
# Components that hang directly under the stack, by the part of the name that means the same in every topology.
SHARED = {
    "network": "slipway:aws:Network",
    "secrets": "slipway:aws:Secrets",
    "cache": "slipway:aws:Cache",
    "database": "slipway:aws:Database",
    "uploads": "slipway:aws:Uploads",
    "zone": "slipway:aws:Zone",
}


def test_every_application_that_has_a_file_is_planned_in_every_environment() -> None:
    files = {file.stem for file in (ROOT / "config" / "apps").glob("*.yaml")}
    assert set(APPLICATIONS) == files
    for app in files:
        environments = {settings(stack).environment.value for stack in STACKS if settings(stack).app == app}
        assert environments == set(ENVIRONMENTS)


@pytest.mark.parametrize("stack", STACKS)
def test_a_plan_is_whole_and_free_of_findings(stack: str) -> None:
    found = planned(stack)
    assert {each.rule for each in found.findings} <= set(ADVICE)
    assert [each for each in found.findings if each.level == "mandatory"] == []
    assert found.plan.notices == ()
    assert [log for log in found.plan.logs if log.severity != "info"] == []
    assert MARK not in found.output


@pytest.mark.parametrize("stack", STACKS)
def test_no_value_of_a_secret_is_in_a_plan(stack: str) -> None:
    assert MARK not in text(stack)
    assert [script for script in scripts(graph(stack)).values() if MARK in script] == []


@pytest.mark.parametrize("stack", STACKS)
def test_outputs_tell_where_the_stack_is(stack: str) -> None:
    found, topology = graph(stack), settings(stack).aws
    outputs = found.plan.outputs
    hosts = [host for service in settings(stack).application.services.values() for host in service.hosts]
    url = outputs["url"]
    if hosts:
        assert url == f"https://{hosts[0]}"
    else:
        assert isinstance(url, Unknown)
        assert url.text == f"{topology.scheme()}://{url.references[0]}"
    assert target(outputs["loadBalancer"]) == f"{found.plan.stack.partition('-')[0]}-lb-alb"
    for tier in ("public", "compute", "data"):
        ids = outputs[f"{tier}SubnetIds"]
        assert isinstance(ids, dict)
        app = settings(stack).app
        assert {zone: target(value) for zone, value in ids.items()} == {
            zone: f"{app}-network-{tier}-{zone}" for zone in topology.zones
        }
    addresses = outputs["outgoingAddresses"]
    assert isinstance(addresses, dict)
    per_zone = getattr(topology.network.egress, "per_zone", False)
    expected = [] if topology.network.closed() else topology.zones if per_zone else topology.zones[:1]
    assert set(addresses) == set(expected)
    assert ("uploads" in outputs) == (settings(stack).application.data.uploads.kind == "bucket")


@pytest.mark.parametrize("stack", STACKS)
def test_the_facts_for_rules_are_plain_inputs_of_one_resource(stack: str) -> None:
    found, own = graph(stack), settings(stack)
    (facts,) = found.of_type(FACTS)
    assert (facts.name, facts.parent) == (own.app, found.stack_urn)
    assert facts.inputs == {
        "application": own.app,
        "environment": own.environment.value,
        "topology": "aws-ec2",
        "requiredTags": own.required_tags(),
        "redis": own.application.data.redis.kind,
        "exceptions": [],
        **({"redisTls": own.application.data.redis.tls} if own.application.data.redis.kind == "external" else {}),
    }


@pytest.mark.parametrize("stack", STACKS)
def test_parts_hang_under_the_stack_under_names_without_the_topology(stack: str) -> None:
    found = graph(stack)
    for role, kind in SHARED.items():
        roles = {role, "site-zone"} if role == "zone" else {role}  # a frontend's name is a part of its own
        for part in found.of_type(kind):
            assert part.name in {f"{settings(stack).app}-{each}" for each in roles}
            assert part.parent == found.stack_urn
    assert [each.urn for each in found.plan.resources if "ec2" in each.name and "endpoint-ec2" not in each.name] == []


@pytest.mark.parametrize("stack", STACKS)
def test_each_part_is_there_where_the_application_has_it_and_once_only(stack: str) -> None:
    found, data = graph(stack), settings(stack).application.data
    wanted = {
        "slipway:aws:Cache": data.redis.kind == "managed",
        "slipway:aws:Database": data.postgres.kind == "managed",
        "slipway:aws:Uploads": data.uploads.kind == "bucket",
        "slipway:aws:DataVolume": data.sqlite.kind == "file",
        "slipway:aws:Secrets": True,
        "slipway:aws:LoadBalancer": True,
        "slipway:aws:Alarms": True,
    }
    assert {kind: len(found.of_type(kind)) for kind in wanted} == {kind: int(there) for kind, there in wanted.items()}
    caches = found.of_type("aws:elasticache/replicationGroup:ReplicationGroup")
    assert len(caches) == int(wanted["slipway:aws:Cache"])


@pytest.mark.parametrize("stack", STACKS)
def test_everything_is_made_by_the_one_provider_of_its_region_and_account(stack: str) -> None:
    found = graph(stack)
    (provider,) = found.of_type("pulumi:providers:aws")
    (random,) = found.of_type("pulumi:providers:random")
    makers = {each.type.partition(":")[0]: each.provider.rpartition("::")[0] for each in _made(stack)}
    wanted = {"aws": provider.urn, "random": random.urn}
    if isinstance(settings(stack).aws.frontend, PagesSite):
        (pages,) = found.of_type("pulumi:providers:cloudflare")
        wanted["cloudflare"] = pages.urn
    assert makers == wanted
    assert {each.provider.rpartition("::")[0] for each in _made(stack)} == set(wanted.values())
    assert provider.inputs["region"] == settings(stack).aws.region
    accounts = list(settings(stack).aws.account_ids)
    assert yaml.safe_load(str(provider.inputs.get("allowedAccountIds", "[]"))) == accounts


def _made(stack: str) -> list[Resource]:
    return [each for each in graph(stack).plan.resources if each.custom and not each.type.startswith("pulumi:")]


def test_both_services_of_the_help_desk_stand_on_the_one_machine_that_has_the_data() -> None:
    found = graph("helpdesk-production")
    (group,) = found.of_type(MACHINES)
    assert (group.inputs["minSize"], group.inputs["maxSize"]) == (1, 1)
    assert {target(each) for each in values(group.inputs["targetGroupArns"])} == {"helpdesk-lb-web", "helpdesk-lb-chat"}
    assert [target(each) for each in values(group.inputs["vpcZoneIdentifiers"])] == [
        "helpdesk-network-compute-us-east-1a"
    ]
    (volume,) = found.of_type("aws:ebs/volume:Volume")
    assert volume.inputs["availabilityZone"] == "us-east-1a"
    assert volume.inputs["encrypted"] is True
    assert volume.protect
    assert set(known(found)) == {"helpdesk-web", "helpdesk-chat"}
    assert template(parameters(found, "web")["DATA_VOLUME_ID"]) == "helpdesk-data-volume.id"
    (script,) = scripts(found).values()
    assert "slipway volume helpdesk-web)" in script
    assert " /var/lib/helpdesk ext4 " in script


def test_a_second_machine_for_a_file_of_sqlite_is_refused_with_a_reason() -> None:
    message = refused("helpdesk-two", form("helpdesk", "production", services={"web": {"min": 2, "max": 2}}))
    assert "topology.services.web.min: given 2; a SQLite file lies on the volume of one machine" in message


@pytest.mark.parametrize("app", sorted({*APPLICATIONS} - {*CLOSED}))
def test_what_needs_the_outside_is_refused_without_a_way_out_with_a_reason(app: str) -> None:
    message = refused(f"{app}-closed", form(app, "production", network={"egress": {"kind": "none"}}))
    assert 'data.postgres.kind: given "external"; network.egress is none, and this postgres is outside' in message


@pytest.mark.parametrize("kind", ["git", "image"])
def test_what_installs_from_outside_is_refused_without_a_way_out_with_a_reason(kind: str) -> None:
    content = form("drops", "production", network={"egress": {"kind": "none"}}, release=RELEASES[kind])
    assert f'release.kind: given "{kind}"; network.egress is none' in refused(f"drops-{kind}", content)


@pytest.mark.parametrize("environment", ["staging", "production"])
def test_an_unencrypted_address_is_refused_outside_development(environment: str) -> None:
    content = form("drops", environment, load_balancer={"listener": {"kind": "http"}})
    assert f'listener.kind: given "http"; {environment} needs https' in refused("drops-plain", content)


def test_arm_machines_get_arm_programs() -> None:
    (script,) = scripts(graph("drops-staging")).values()
    assert "/ubuntu/arm64/" in script
    parameter = settings("drops-staging").aws.image.parameter()  # type: ignore[union-attr]  # an Ubuntu image
    assert "/arm64/" in parameter
