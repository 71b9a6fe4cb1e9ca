"""A single server, at whichever host: who reaches it, what stays when it is replaced, who watches it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from plan.model import Unknown
from policies.judge import judge
from tests.components.planning import HERE, planned, target

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plan.graph import Graph
    from plan.model import Resource

HOSTS = ("digitalocean", "hetzner", "linode", "aws")
WORLD = {"0.0.0.0/0", "::/0"}
SERVER = {
    "digitalocean": "digitalocean:index/droplet:Droplet",
    "hetzner": "hcloud:index/server:Server",
    "linode": "linode:index/instance:Instance",
    "aws": "aws:ec2/instance:Instance",
}
VOLUME = {
    "digitalocean": "digitalocean:index/volume:Volume",
    "hetzner": "hcloud:index/volume:Volume",
    "linode": "linode:index/volume:Volume",
    "aws": "aws:ebs/volume:Volume",
}
WALL = {
    "digitalocean": "digitalocean:index/firewall:Firewall",
    "hetzner": "hcloud:index/firewall:Firewall",
    "linode": "linode:index/firewall:Firewall",
    "aws": "aws:ec2/securityGroup:SecurityGroup",
}
each_host = pytest.mark.parametrize("host", HOSTS)


def lone(host: str, form: str = "") -> Graph:
    return planned(HERE / "programs" / "lone", f"{host}-{form}" if form else host)


def the(graph: Graph, kind: str) -> Resource:
    (found,) = graph.of_type(kind)
    return found


def inward(graph: Graph, host: str) -> set[tuple[str, str]]:
    """Everything that the firewall lets in over TCP and UDP, as port and range."""
    wall = the(graph, WALL[host])
    if host == "digitalocean":
        assert_no_other(wall, "inboundRules", {"protocol", "portRange", "sourceAddresses"})
        return {
            (rule["portRange"], source)
            for rule in rules(wall, "inboundRules")
            if rule["protocol"] != "icmp"
            for source in rule["sourceAddresses"]
        }
    if host == "hetzner":
        told = [rule for rule in rules(wall, "rules") if rule["direction"] == "in" and rule["protocol"] != "icmp"]
        return {(rule["port"], source) for rule in told for source in rule["sourceIps"]}
    if host == "linode":
        assert wall.inputs["inboundPolicy"] == "DROP"
        told = [rule for rule in rules(wall, "inbounds") if rule["protocol"] != "ICMP"]
        return {(rule["ports"], each) for rule in told for each in (*rule.get("ipv4s", ()), *rule.get("ipv6s", ()))}
    made = [each.inputs for each in graph.of_type("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")]
    assert all(each["fromPort"] == each["toPort"] for each in made)
    return {(str(each["fromPort"]), str(each.get("cidrIpv4") or each.get("cidrIpv6"))) for each in made}


def rules(wall: Resource, name: str) -> list[Any]:
    found = wall.inputs[name]
    assert isinstance(found, list)
    return found


def assert_no_other(wall: Resource, name: str, keys: set[str]) -> None:
    assert {key for rule in rules(wall, name) for key in rule} <= keys


def outward(graph: Graph, host: str) -> set[tuple[str, str]]:
    """Everything that the firewall lets out, as protocol and port."""
    wall = the(graph, WALL[host]) if host != "aws" else None
    if wall is None:
        out = graph.of_type("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule")
        return {(str(rule.inputs["ipProtocol"]), str(rule.inputs["fromPort"])) for rule in out}
    told: Iterator[tuple[str, str]] = {
        "digitalocean": lambda: ((r["protocol"], r.get("portRange", "")) for r in rules(wall, "outboundRules")),
        "hetzner": lambda: (
            (r["protocol"], r.get("port", "")) for r in rules(wall, "rules") if r["direction"] == "out"
        ),
        "linode": lambda: ((r["protocol"].lower(), r.get("ports", "")) for r in rules(wall, "outbounds")),
    }[host]()
    return {(protocol, port) for protocol, port in told if protocol != "icmp"}


@each_host
def test_no_rule_has_anything_to_say_of_it(host: str) -> None:
    assert [finding.message for finding in judge(lone(host).plan)] == []


@each_host
def test_the_world_reaches_the_web_and_named_ranges_a_shell(host: str) -> None:
    named = {("22", "198.51.100.0/24"), ("22", "2001:db8:1::/48")}
    assert inward(lone(host), host) == {(port, source) for port in ("80", "443") for source in WORLD} | named


@each_host
def test_with_ranges_of_a_proxy_nobody_else_reaches_the_web_and_without_a_named_one_nobody_logs_in(host: str) -> None:
    proxy = ("173.245.48.0/20", "2400:cb00::/32")
    assert inward(lone(host, "bare"), host) == {(port, source) for port in ("80", "443") for source in proxy}


@each_host
def test_it_calls_others_on_the_named_ports_and_asks_for_names_and_time(host: str) -> None:
    always = {("tcp", "53"), ("udp", "53"), ("udp", "123")}
    assert outward(lone(host), host) == {("tcp", "443"), ("tcp", "80"), *always}
    assert outward(lone(host, "bare"), host) == {("tcp", "443"), ("tcp", "5432"), *always}


@each_host
def test_it_is_behind_the_firewall_when_it_is_made(host: str) -> None:
    # A firewall that names its servers could only follow them.
    graph = lone(host)
    server, wall = the(graph, SERVER[host]), the(graph, WALL[host])
    waits = {urn for urns in server.property_dependencies.values() for urn in urns} | set(server.dependencies)
    assert wall.urn in waits, "the firewall has to be there first"
    if host == "digitalocean":
        tags = server.inputs["tags"]
        assert isinstance(tags, list)
        (behind,) = [tag for tag in tags if isinstance(tag, Unknown)]
        walled = wall.inputs["tags"]
        assert isinstance(walled, list)
        assert [target(each) for each in walled] == [target(behind)]
        assert "dropletIds" not in wall.inputs
    else:
        name = {"hetzner": "firewallIds", "linode": "firewallId", "aws": "vpcSecurityGroupIds"}[host]
        assert wall.urn in server.property_dependencies[name]


@each_host
def test_the_old_server_goes_before_the_new_one_comes_and_takes_no_volume_with_it(host: str) -> None:
    graph = lone(host)
    server, volume = the(graph, SERVER[host]), the(graph, VOLUME[host])
    assert server.options.delete_before_replace
    assert not server.options.ignore_changes, "what replaces a server is shown"
    if host == "linode":
        assert server.urn in volume.property_dependencies["linodeId"]  # it moves from server to server
        return
    assert [urn for urns in volume.property_dependencies.values() for urn in urns if urn == server.urn] == []
    (join,) = [each for each in graph.plan.resources if each.type.endswith(":VolumeAttachment")]
    assert join.options.deleted_with == server.urn, "else a volume in use would be taken away"


def test_at_amazon_other_user_data_is_another_machine() -> None:
    # EC2 would stop and start the machine, and cloud-init would read none of it.
    assert the(lone("aws"), SERVER["aws"]).inputs["userDataReplaceOnChange"] is True


@each_host
def test_the_volume_is_as_safe_as_asked(host: str) -> None:
    assert the(lone(host), VOLUME[host]).protect
    retained = the(lone(host, "retained"), VOLUME[host])
    assert not retained.protect
    assert retained.options.retain_on_delete
    assert list(lone(host, "bare").of_type(VOLUME[host])) == []


@each_host
def test_no_server_is_protected_or_kept_for_its_volume(host: str) -> None:
    for form in ("", "retained"):
        server = the(lone(host, form), SERVER[host])
        assert not server.protect
        assert not server.options.retain_on_delete


def test_hetzner_locks_a_volume_that_is_not_to_be_destroyed() -> None:
    assert the(lone("hetzner"), VOLUME["hetzner"]).inputs["deleteProtection"] is True


@pytest.mark.parametrize(
    ("host", "name"), [("digitalocean", "backups"), ("hetzner", "backups"), ("linode", "backupsEnabled")]
)
def test_the_server_is_copied_each_day_where_that_is_asked(host: str, name: str) -> None:
    assert the(lone(host), SERVER[host]).inputs[name] is True
    assert the(lone(host, "bare"), SERVER[host]).inputs[name] is False


def test_amazon_copies_disk_and_volume_each_day_where_that_is_asked() -> None:
    policies = {each.name for each in lone("aws").of_type("aws:dlm/lifecyclePolicy:LifecyclePolicy")}
    assert policies == {"shop-server-snapshots", "shop-server-volume-snapshots"}
    assert list(lone("aws", "bare").of_type("aws:dlm/lifecyclePolicy:LifecyclePolicy")) == []
    root = the(lone("aws"), SERVER["aws"]).inputs["rootBlockDevice"]
    assert isinstance(root, dict)
    tags = root["tags"]
    assert isinstance(tags, dict)
    assert target(tags["snapshots-by"]) == "shop-server-snapshots"


def test_disks_are_encrypted_where_that_has_to_be_asked() -> None:
    root = the(lone("aws"), SERVER["aws"]).inputs["rootBlockDevice"]
    assert isinstance(root, dict)
    assert root["encrypted"] is True
    assert the(lone("aws"), VOLUME["aws"]).inputs["encrypted"] is True
    assert the(lone("linode"), SERVER["linode"]).inputs["diskEncryption"] == "enabled"
    assert the(lone("linode"), VOLUME["linode"]).inputs["encryption"] == "enabled"


@each_host
def test_server_and_volume_carry_the_tags(host: str) -> None:
    graph = lone(host)
    for kind in (SERVER[host], VOLUME[host]):
        made = the(graph, kind).inputs
        tags = made["labels" if host == "hetzner" else "tags"]
        if isinstance(tags, dict):
            assert {**tags, "application": "shop", "environment": "production"} == tags
        else:
            assert isinstance(tags, list)
            assert {"application:shop", "environment:production"} <= {tag for tag in tags if isinstance(tag, str)}


@each_host
def test_the_address_is_there_without_the_server(host: str) -> None:
    kind = {
        "digitalocean": "digitalocean:index/reservedIp:ReservedIp",
        "hetzner": "hcloud:index/primaryIp:PrimaryIp",
        "linode": "linode:index/reservedIp:ReservedIp",
        "aws": "aws:ec2/eip:Eip",
    }[host]
    graph = lone(host)
    server = the(graph, SERVER[host])
    reserved = {each.urn: each for each in graph.of_type(kind)}
    component = next(each for each in graph.plan.resources if each.name == "shop-server" and not each.custom)
    address = component.outputs["address"]
    assert isinstance(address, Unknown)
    assert address.target is not None
    found = reserved[address.target.urn]
    waits = {name for name, urns in found.property_dependencies.items() if server.urn in urns}
    assert waits <= {"instance"}, "which moves an address of Amazon's from machine to machine"


def test_who_is_told_hears_of_a_server_that_is_unwell() -> None:
    alerts = {each.name: each for each in lone("digitalocean").of_type("digitalocean:index/monitorAlert:MonitorAlert")}
    assert alerts.keys() == {"shop-server-cpu", "shop-server-memory", "shop-server-disk"}
    assert all(each.inputs["alerts"] == {"emails": ["ops@example.com"]} for each in alerts.values())
    alarm = the(lone("aws"), "aws:cloudwatch/metricAlarm:MetricAlarm")
    told = alarm.inputs["alarmActions"]
    assert isinstance(told, list)
    assert [target(each) for each in told] == ["shop-server-topic"]
    assert list(lone("digitalocean", "bare").of_type("digitalocean:index/monitorAlert:MonitorAlert")) == []
    assert list(lone("aws", "bare").of_type("aws:sns/topic:Topic")) == []


def test_a_check_from_outside_tells_when_nothing_answers(parts: Graph) -> None:
    check = next(each for each in parts.plan.resources if each.name == "ocean-uptime-check")
    assert (check.inputs["type"], check.inputs["target"]) == ("https", "https://shop.example.com/health")
    alerts = {each.name for each in parts.of_type("digitalocean:index/uptimeAlert:UptimeAlert")}
    assert {"ocean-uptime-down", "ocean-uptime-certificate", "ocean-uptime-plain-down"} <= alerts
    assert "ocean-uptime-plain-certificate" not in alerts


def test_a_check_of_amazon_asks_the_whole_address_and_is_heard(parts: Graph) -> None:
    made = {each.name: each.inputs for each in parts.of_type("aws:route53/healthCheck:HealthCheck")}
    https, plain = made["aws-uptime-check"], made["aws-uptime-plain-check"]
    assert [https[name] for name in ("type", "fqdn", "port", "resourcePath", "enableSni")] == [
        "HTTPS", "shop.example.com", 443, "/health", True,
    ]  # fmt: skip
    assert [plain[name] for name in ("type", "fqdn", "port", "resourcePath", "enableSni")] == [
        "HTTP", "203.0.113.7", 8080, "/health?deep=1", False,
    ]  # fmt: skip
    alarm = next(each for each in parts.plan.resources if each.name == "aws-uptime-down")
    assert alarm.inputs["treatMissingData"] == "breaching"
    told = alarm.inputs["alarmActions"]
    assert isinstance(told, list)
    assert [target(each) for each in told] == ["aws-uptime-topic"]
    policy = next(each for each in parts.plan.resources if each.name == "aws-uptime-topic" and "Policy" in each.type)
    assert isinstance(policy.inputs["policy"], Unknown)
