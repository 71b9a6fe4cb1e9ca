"""Outputs that follow from inputs or from other objects, as AWS gives them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from slipway.simulated.checks.aws.lookups import SUBNET, network_of, zone_of_machine, zones_of
from slipway.simulated.values import ACCOUNT
from slipway.simulated.zones import zone_id, zone_name

if TYPE_CHECKING:
    from slipway.simulated.checks.asked import Asked
    from slipway.simulated.cloud import Cloud

_BLOCK = "2001:db8::/56"  # of the range for documentation, the same for each: nothing here is routed
_ADDRESS = "aws:ec2/eip:Eip"
_DATABASE_SUBNETS = "aws:rds/subnetGroup:SubnetGroup"
_PORTS = {"mariadb": 3306, "mysql": 3306, "postgres": 5432}
_KEY = f"arn:aws:kms:us-east-1:{ACCOUNT}:key/aws/secretsmanager"


def of_subnet_group(asked: Asked, cloud: Cloud) -> dict[str, Any]:
    """The network of a group of subnets."""
    subnets = asked.texts("subnetIds") or asked.texts("subnets")
    network = network_of(SUBNET, subnets[0], cloud) if subnets else ""
    return {"vpcId": network} if network else {}


def of_subnet(asked: Asked, cloud: Cloud) -> dict[str, Any]:
    """A subnet's zone has a name and an id, whichever of them is asked for."""
    del cloud
    zone, wanted = asked.text("availabilityZone"), asked.text("availabilityZoneId")
    if wanted:
        named = zone_name(wanted, asked.region)
        return {"availabilityZone": named} if named else {}
    number = zone_id(zone or f"{asked.region}a", asked.region)
    return {"availabilityZoneId": number} if number else {}


def of_network(asked: Asked, cloud: Cloud) -> dict[str, Any]:
    """A network has a block of IPv6 where it asks for one."""
    del cloud
    return {"ipv6CidrBlock": _BLOCK} if asked.inputs.get("assignGeneratedIpv6CidrBlock") is True else {}


def of_instance(asked: Asked, cloud: Cloud) -> dict[str, Any]:
    """A machine is in the zone of its subnet, and has as many addresses of IPv6 as it asks for."""
    zone = zone_of_machine(asked.inputs, cloud)
    placed = {"availabilityZone": zone} if zone and not asked.inputs.get("availabilityZone") else {}
    count = int(asked.inputs.get("ipv6AddressCount") or 0)
    return placed | ({"ipv6Addresses": [f"2001:db8::{number:x}" for number in range(1, count + 1)]} if count else {})


def of_nat_gateway(asked: Asked, cloud: Cloud) -> dict[str, Any]:
    """The network and the address of a NAT gateway."""
    network = network_of(SUBNET, asked.text("subnetId"), cloud)
    address = cloud.get(_ADDRESS, asked.text("allocationId"))
    found = {"publicIp": address.computed["publicIp"]} if address else {}
    return found | ({"vpcId": network} if network else {})


def of_machines(asked: Asked, cloud: Cloud) -> dict[str, Any]:
    """Without a wish, a group has as many machines as it has at least."""
    del cloud
    return {} if "desiredCapacity" in asked.inputs else {"desiredCapacity": int(asked.inputs.get("minSize") or 0)}


def of_parameter(asked: Asked, cloud: Cloud) -> dict[str, Any]:
    """A parameter's path stands in its ARN with one slash."""
    del cloud
    return {"arn": f"arn:aws:ssm:{asked.region}:{ACCOUNT}:parameter/{asked.text('name').lstrip('/')}"}


def of_database(asked: Asked, cloud: Cloud) -> dict[str, Any]:
    """A database listens where its engine does, is in a zone of its subnets, and may have a secret of its own."""
    engine = asked.text("engine")
    found: dict[str, Any] = {"engineVersionActual": asked.text("engineVersion")} if asked.text("engineVersion") else {}
    if "port" not in asked.inputs and engine in _PORTS:
        found["port"] = _PORTS[engine]
    for group in cloud.naming(_DATABASE_SUBNETS, "name", asked.text("dbSubnetGroupName")):
        zones = zones_of(group.inputs.get("subnetIds") or (), cloud)
        if zones and not asked.inputs.get("availabilityZone"):
            found["availabilityZone"] = min(zones)
    if asked.inputs.get("manageMasterUserPassword"):
        name = f"rds!db-{asked.text('identifier')}"
        secret = f"arn:aws:secretsmanager:{asked.region}:{ACCOUNT}:secret:{name}"
        key = asked.text("masterUserSecretKmsKeyId") or _KEY
        found["masterUserSecrets"] = [{"kmsKeyId": key, "secretArn": secret, "secretStatus": "active"}]
    return found


def of_cache(asked: Asked, cloud: Cloud) -> dict[str, Any]:
    """A cache runs the version that was asked for, and says which machines it is on."""
    del cloud
    name, shards = asked.text("replicationGroupId"), int(asked.inputs.get("numNodeGroups") or 0)
    clusters = int(asked.inputs.get("numCacheClusters") or 1)
    each = range(1, (1 + int(asked.inputs.get("replicasPerNodeGroup") or 0) if shards else clusters) + 1)
    groups = [f"{name}-{shard:04}" for shard in range(1, shards + 1)] or [name]
    found: dict[str, Any] = {"memberClusters": [f"{group}-{number:03}" for group in groups for number in each]}
    if asked.text("parameterGroupName").endswith(".cluster.on"):
        found |= {"clusterEnabled": True, "clusterMode": "enabled"}
    if asked.text("engineVersion"):
        found["engineVersionActual"] = asked.text("engineVersion")
    return found
