"""Plans for the rules about Redis that AWS manages."""

from __future__ import annotations

from typing import Any

from plan.model import Secret, Unknown
from policies.aws.types import (
    CACHE_CLUSTER,
    GLOBAL_REPLICATION_GROUP,
    MEMORYDB,
    REPLICATION_GROUP,
    SERVERLESS_CACHE,
)
from tests.policies.cases.building import Cases, a, facts
from tests.policies.plans import whole


def group(**inputs: Any) -> Any:
    return a(REPLICATION_GROUP, description="shared", **inputs)


def node(**inputs: Any) -> Any:
    return a(CACHE_CLUSTER, engine="redis", numCacheNodes=1, **inputs)


MEMCACHED = a(CACHE_CLUSTER, engine="memcached")
PRIMARY = a(
    REPLICATION_GROUP,
    "primary",
    atRestEncryptionEnabled=True,
    transitEncryptionEnabled=True,
    authTokenWo=Secret(),
    subnetGroupName="own",
)
EVERYWHERE = a(GLOBAL_REPLICATION_GROUP, "everywhere", primaryReplicationGroupId=whole(PRIMARY))
COPY = a(REPLICATION_GROUP, "copy", globalReplicationGroupId=whole(EVERYWHERE, "globalReplicationGroupId"))


def says(**inputs: Any) -> Any:
    return a(REPLICATION_GROUP, "copy", globalReplicationGroupId=COPY.inputs["globalReplicationGroupId"], **inputs)


MEMBER = a(CACHE_CLUSTER, "member", engine="redis", replicationGroupId=whole(PRIMARY))
TWO = {"replicaCount": 2}
SAFE = {"automaticFailoverEnabled": True, "multiAzEnabled": True}

CASES = {
    "cache-encrypted-at-rest": Cases(
        good={
            "said": [group(atRestEncryptionEnabled=True)],
            "the default of Valkey": [group(engine="valkey")],
            "serverless": [a(SERVERLESS_CACHE, engine="redis")],
            "a copy of what is here": [PRIMARY, EVERYWHERE, COPY],
            "a node of a group": [PRIMARY, MEMBER],
            "memcached": [MEMCACHED],
        },
        bad={
            "nothing said": [group()],
            "off": [group(engine="valkey", atRestEncryptionEnabled=False)],
            "a lone node, which cannot": [node()],
            "a copy of what is elsewhere": [group(globalReplicationGroupId="theirs")],
            "a copy that says otherwise": [PRIMARY, EVERYWHERE, says(atRestEncryptionEnabled=False)],
        },
        unproven={
            "unknown": [group(atRestEncryptionEnabled=Unknown())],
            "an unknown engine": [group(engine=Unknown())],
        },
    ),
    "cache-encrypted-in-transit": Cases(
        good={
            "said": [group(transitEncryptionEnabled=True)],
            "required": [group(transitEncryptionEnabled=True, transitEncryptionMode="required")],
            "the default of Valkey": [group(engine="valkey")],
            "MemoryDB": [a(MEMORYDB, aclName="own")],
            "a lone node": [node(transitEncryptionEnabled=True)],
            "a copy of what is here": [PRIMARY, EVERYWHERE, COPY],
        },
        bad={
            "nothing said": [group()],
            "off": [group(transitEncryptionEnabled=False)],
            "not required": [group(transitEncryptionEnabled=True, transitEncryptionMode="preferred")],
            "MemoryDB": [a(MEMORYDB, tlsEnabled=False)],
            "a lone node": [node()],
        },
        unproven={"unknown": [group(transitEncryptionEnabled=Unknown())]},
    ),
    "cache-asks-for-password": Cases(
        good={
            "a token": [group(authToken=Secret())],
            "a token that is not kept": [group(authTokenWo=Secret())],
            "users": [group(userGroupIds=["people"])],
            "serverless": [a(SERVERLESS_CACHE, engine="valkey", userGroupId="people")],
            "MemoryDB": [a(MEMORYDB, aclName="own")],
            "a copy of what is here": [PRIMARY, EVERYWHERE, COPY],
            "a serverless memcached": [a(SERVERLESS_CACHE, engine="memcached")],
        },
        bad={
            "nothing said": [group()],
            "no users": [group(userGroupIds=[])],
            "an empty token": [group(authToken="")],
            "a lone node, which cannot": [node()],
            "serverless": [a(SERVERLESS_CACHE, engine="redis")],
            "MemoryDB": [a(MEMORYDB, aclName="open-access")],
        },
        unproven={
            "an engine that is not known": [a(CACHE_CLUSTER, engine=Unknown())],
            "an unknown token": [group(authToken=Unknown())],
            "unknown users": [a(SERVERLESS_CACHE, engine="redis", userGroupId=Unknown())],
        },
    ),
    "cache-survives-a-zone": Cases(
        good={
            "two nodes": [facts(), group(numCacheClusters=2, **SAFE)],
            "replicas": [facts(), group(replicasPerNodeGroup=1, numNodeGroups=2, **SAFE)],
            "replicas of each part": [facts(), group(nodeGroupConfigurations=[{"replicaCount": 1}, TWO], **SAFE)],
            "development": [facts("development"), group()],
            "MemoryDB": [facts(), a(MEMORYDB, aclName="own")],
            "serverless": [facts(), a(SERVERLESS_CACHE, engine="valkey")],
        },
        bad={
            "one node": [facts(), group(numCacheClusters=1, **SAFE)],
            "no count": [facts(), group(**SAFE)],
            "no failover": [facts(), group(numCacheClusters=2, multiAzEnabled=True)],
            "one zone": [facts(), group(numCacheClusters=2, automaticFailoverEnabled=True)],
            "no replicas": [facts(), group(replicasPerNodeGroup=0, numNodeGroups=2, **SAFE)],
            "a part without replicas": [facts(), group(nodeGroupConfigurations=[TWO, {"replicaCount": 0}], **SAFE)],
            "a lone node": [facts(), node()],
            "nobody says what it is": [group(numCacheClusters=1)],
            "MemoryDB": [facts(), a(MEMORYDB, numReplicasPerShard=0)],
        },
        unproven={"unknown": [facts(), group(numCacheClusters=Unknown(), **SAFE)]},
    ),
    "cache-snapshots": Cases(
        good={
            "a day": [facts(), group(snapshotRetentionLimit=1)],
            "development": [facts("development"), group()],
        },
        bad={
            "nothing said": [facts(), group()],
            "none": [facts(), group(snapshotRetentionLimit=0)],
            "MemoryDB": [facts(), a(MEMORYDB)],
            "a lone node": [facts(), node()],
        },
        unproven={"unknown": [facts(), group(snapshotRetentionLimit=Unknown())]},
    ),
    "cache-own-subnets": Cases(
        good={
            "its own": [group(subnetGroupName="own")],
            "one of the plan": [
                one := a("aws:elasticache/subnetGroup:SubnetGroup", "own"),
                group(subnetGroupName=whole(one, "name")),
            ],
            "serverless": [a(SERVERLESS_CACHE, engine="valkey", subnetIds=["subnet-1"])],
            "a copy of what is here": [PRIMARY, EVERYWHERE, COPY],
            "a node of a group": [PRIMARY, MEMBER],
        },
        bad={
            "nothing said": [group()],
            "the default": [group(subnetGroupName="default")],
            "a lone node": [node()],
            "serverless": [a(SERVERLESS_CACHE, engine="valkey")],
            "MemoryDB": [a(MEMORYDB)],
        },
        unproven={
            "unknown": [group(subnetGroupName=Unknown())],
            "unknown subnets": [a(SERVERLESS_CACHE, engine="valkey", subnetIds=Unknown())],
        },
    ),
    "cache-minor-upgrades": Cases(
        good={"nothing said": [group()], "said": [group(autoMinorVersionUpgrade=True)]},
        bad={
            "off": [group(autoMinorVersionUpgrade=False)],
            "off by a text": [group(autoMinorVersionUpgrade="false")],
            "MemoryDB": [a(MEMORYDB, autoMinorVersionUpgrade=False)],
        },
        unproven={"unknown": [group(autoMinorVersionUpgrade=Unknown())]},
    ),
    "cache-supported-engine": Cases(
        good={
            "seven": [group(engineVersion="7.1")],
            "six": [group(engineVersion="6.x")],
            "the latest": [group()],
            "Valkey": [group(engine="valkey", engineVersion="8.0")],
        },
        bad={"five": [group(engineVersion="5.0.6")], "a lone node": [node(engineVersion="4.0.10")]},
        unproven={"unknown": [group(engineVersion=Unknown())], "no version": [group(engineVersion="latest")]},
    ),
}
