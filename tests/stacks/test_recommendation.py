"""`orders-production` is what the team's own plan recommends, and survives what that plan is afraid of."""

from __future__ import annotations

import yaml

from tests.components.planning import inside, target
from tests.stacks.paths import MACHINES, TEMPLATE, connections, values
from tests.stacks.project import ROOT, graph

STACK = "orders-production"
TARGETS = "aws:lb/targetGroup:TargetGroup"
CACHE = "aws:elasticache/replicationGroup:ReplicationGroup"


def test_two_machines_of_the_recommended_size_grow_to_five() -> None:
    (group,) = graph(STACK).of_type(MACHINES)
    (template,) = graph(STACK).of_type(TEMPLATE)
    assert template.inputs["instanceType"] == "t3.medium"
    assert (group.inputs["minSize"], group.inputs["maxSize"]) == (2, 5)
    assert len(values(group.inputs["vpcZoneIdentifiers"])) == 2


def test_the_group_grows_by_processors_above_70_and_memory_above_80_per_cent() -> None:
    policies = {each.name: each for each in graph(STACK).of_type("aws:autoscaling/policy:Policy")}
    assert set(policies) == {"orders-api-cpu", "orders-api-memory"}
    for policy, value in (("orders-api-cpu", 70), ("orders-api-memory", 80)):
        configuration = policies[policy].inputs["targetTrackingConfiguration"]
        assert inside(configuration, "targetValue") == value
        assert target(policies[policy].inputs["autoscalingGroupName"]) == "orders-api-machines"
    cpu, memory = (policies[f"orders-api-{what}"].inputs["targetTrackingConfiguration"] for what in ("cpu", "memory"))
    assert inside(cpu, "predefinedMetricSpecification", "predefinedMetricType") == "ASGAverageCPUUtilization"
    assert inside(memory, "customizedMetricSpecification", "metricName") == "mem_used_percent"


def test_the_one_cache_fails_over_between_zones_and_is_copied_every_day() -> None:
    (cache,) = graph(STACK).of_type(CACHE)
    assert cache.inputs["nodeType"] == "cache.t3.small"
    assert cache.inputs["multiAzEnabled"] is True
    assert cache.inputs["automaticFailoverEnabled"] is True
    assert cache.inputs["numCacheClusters"] == 2
    assert cache.inputs["snapshotRetentionLimit"] == 7
    assert cache.protect


def test_the_load_balancer_has_a_proven_certificate_and_is_not_deleted_by_mistake() -> None:
    found = graph(STACK)
    (balancer,) = found.of_type("aws:lb/loadBalancer:LoadBalancer")
    assert balancer.inputs["loadBalancerType"] == "application"
    assert balancer.inputs["enableDeletionProtection"] is True
    (https,) = [each for each in found.of_type("aws:lb/listener:Listener") if each.inputs["protocol"] == "HTTPS"]
    waits = {urn.rpartition("::")[2] for urn in https.property_dependencies["certificateArn"]}
    assert "orders-certificate-validated" in waits
    (http,) = [each for each in found.of_type("aws:lb/listener:Listener") if each.inputs["protocol"] == "HTTP"]
    assert inside(http.inputs, "defaultActions", 0, "type") == "redirect"
    (certificate,) = found.of_type("aws:acm/certificate:Certificate")
    assert certificate.inputs["domainName"] == "api.orders.example.com"


def test_the_service_is_asked_on_health_and_reached_on_3001_by_the_balancer_alone() -> None:
    (targets,) = graph(STACK).of_type(TARGETS)
    assert inside(targets.inputs, "healthCheck", "path") == "/health"
    assert targets.inputs["port"] == 3001
    assert {edge for edge in connections(graph(STACK)) if edge[1] == "orders-api-sg"} == {
        ("orders-lb-sg", "orders-api-sg", 3001)
    }


def test_the_external_database_is_reached_on_5432() -> None:
    assert ("orders-api-sg", "world", 5432) in connections(graph(STACK))


def test_each_of_two_zones_has_its_own_way_out() -> None:
    found = graph(STACK)
    gateways = found.of_type("aws:ec2/natGateway:NatGateway")
    assert {target(each.inputs["subnetId"]) for each in gateways} == {
        "orders-network-public-us-east-1a",
        "orders-network-public-us-east-1b",
    }
    led = {
        target(route.inputs["routeTableId"]): target(route.inputs["natGatewayId"])
        for route in found.of_type("aws:ec2/route:Route")
        if "natGatewayId" in route.inputs
    }
    assert led == {
        f"orders-network-compute-{zone}": f"orders-network-nat-{zone}" for zone in ("us-east-1a", "us-east-1b")
    }


def test_every_target_group_asks_the_path_that_answers_without_redis() -> None:
    """A Redis outage replaces no instance: only the path that asks nothing else decides, never the ready path."""
    for stack in ("orders-production", "drops-production", "helpdesk-production", "mentors-production",
                  "videochat-production"):  # fmt: skip
        app = stack.partition("-")[0]
        services = yaml.safe_load((ROOT / "config" / "apps" / f"{app}.yaml").read_text())["services"]
        asked = {
            each.name.removeprefix(f"{app}-lb-"): inside(each.inputs, "healthCheck", "path")
            for each in graph(stack).of_type(TARGETS)
        }
        assert asked == {name: service["health_path"] for name, service in services.items()}
        assert [name for name, service in services.items() if asked[name] == service["ready_path"]] == []


def test_nothing_that_decides_whether_a_machine_is_replaced_looks_at_redis() -> None:
    found = graph(STACK)
    (group,) = found.of_type(MACHINES)
    assert group.inputs["healthCheckType"] == "ELB"
    assert [target(each) for each in values(group.inputs["targetGroupArns"])] == ["orders-lb-api"]
    watched = values(inside(group.inputs, "instanceRefresh", "preferences", "alarmSpecification", "alarms"))
    assert [target(each) for each in watched] == ["orders-api-rollback"]
    (rollback,) = [each for each in found.of_type("aws:cloudwatch/metricAlarm:MetricAlarm") if "rollback" in each.name]
    judged = {"targetGroupArns": group, "instanceRefresh": group, "healthCheck": found.of_type(TARGETS)[0]}
    waits = [urn for key, each in judged.items() for urn in each.property_dependencies.get(key, ())]
    waits += [urn for urns in rollback.property_dependencies.values() for urn in urns]
    assert [urn for urn in waits if "cache" in urn or "elasticache" in urn] == []
    for alarm in found.of_type("aws:cloudwatch/metricAlarm:MetricAlarm"):
        actions = [target(each) for each in values(alarm.inputs.get("alarmActions", []))]
        assert set(actions) <= {"orders-alarms-topic"}, "an alarm tells people, and ends no machine"


def test_the_image_can_be_rolled_back_to() -> None:
    """Auto Scaling turns no rollout back to a template that names a parameter instead of an image."""
    (template,) = graph(STACK).of_type(TEMPLATE)
    assert template.inputs["imageId"] == "ami-0123456789abcdef0"
