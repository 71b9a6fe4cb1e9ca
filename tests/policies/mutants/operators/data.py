"""Mutations of caches, databases, buckets and the network that hands out their files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.policies.mutants.changes import dropped, edited, having, hidden, put, removed, retold, stating, text_of
from tests.policies.mutants.mutation import PRODUCTION, Operator
from tests.policies.mutants.operators.places import CACHE, DATABASE

if TYPE_CHECKING:
    from plan.graph import Graph
    from plan.model import Resource, Value

PARAMETERS = "aws:rds/parameterGroup:ParameterGroup"
BLOCK = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
POLICY, VERSIONING = "aws:s3/bucketPolicy:BucketPolicy", "aws:s3/bucketVersioning:BucketVersioning"
CDN = "aws:cloudfront/distribution:Distribution"
VIEWERS, OWN_CERTIFICATE = "cdn-viewers-by-https", "cdn-own-certificate"
VERSIONS = "versioningConfiguration.status"
REST, TRANSIT, PASSWORD = "cache-encrypted-at-rest", "cache-encrypted-in-transit", "cache-asks-for-password"
CACHE_ZONES, SNAPSHOTS, OWN = "cache-survives-a-zone", "cache-snapshots", "cache-own-subnets"
CACHE_UPGRADES, ENGINE = "cache-minor-upgrades", "cache-supported-engine"
ENCRYPTED, PUBLIC, ZONES = "database-encrypted", "database-not-public", "database-survives-a-zone"
BACKUPS, PROTECTION, TLS = "database-backups", "database-deletion-protection", "database-takes-tls-only"
UPGRADES, LOGS = "database-minor-upgrades", "database-exports-logs"
BLOCKED, BUCKET_TLS, KEPT = "bucket-blocks-public-access", "bucket-takes-tls-only", "bucket-keeps-versions"
DEFAULT_CERTIFICATE: Value = {"cloudfrontDefaultCertificate": True}
FORCED, WITH_OWN = having("parameters.0.name", "rds.force_ssl"), stating("viewerCertificate.acmCertificateArn")
BUCKET_ORIGIN = "origins.0.originAccessControlId"


def not_valkey(_graph: Graph, cache: Resource) -> bool:
    return cache.inputs.get("engine") != "valkey"


def whole(_graph: Graph, cache: Resource) -> bool:
    return "numNodeGroups" not in cache.inputs


def source(_graph: Graph, database: Resource) -> bool:
    """What is not a replica: those have the data, the copies and the encryption of another."""
    return "replicateSourceDb" not in database.inputs


def allows(_graph: Graph, _policy: Resource, old: Value) -> Value:
    """The statement that denies plain HTTP denies nothing any more."""
    return retold(old, '"aws:SecureTransport": "false"', '"aws:SecureTransport": "true"')


def denies(_graph: Graph, policy: Resource) -> bool:
    return "aws:SecureTransport" in text_of(policy.inputs.get("policy"))


def of_version_14(_graph: Graph, database: Resource) -> bool:
    return database.inputs.get("engine") == "postgres" and "parameterGroupName" not in database.inputs


OPERATORS = (
    Operator(REST, "switched off", put(CACHE, "atRestEncryptionEnabled", value=False)),
    Operator(REST, "nothing said for Redis", removed(CACHE, "atRestEncryptionEnabled", not_valkey)),
    Operator(REST, "whether, only deployment tells", hidden(CACHE, "atRestEncryptionEnabled"), "unproven"),
    Operator(TRANSIT, "switched off", put(CACHE, "transitEncryptionEnabled", value=False)),
    Operator(TRANSIT, "preferred only", put(CACHE, "transitEncryptionMode", "preferred")),
    Operator(TRANSIT, "nothing said for Redis", removed(CACHE, "transitEncryptionEnabled", not_valkey)),
    Operator(TRANSIT, "whether, only deployment tells", hidden(CACHE, "transitEncryptionEnabled"), "unproven"),
    Operator(PASSWORD, "no token", removed(CACHE, "authToken")),
    Operator(PASSWORD, "no write-only token", removed(CACHE, "authTokenWo")),
    Operator(CACHE_ZONES, "no failover", put(CACHE, "automaticFailoverEnabled", value=False), environments=PRODUCTION),
    Operator(CACHE_ZONES, "one zone", removed(CACHE, "multiAzEnabled"), environments=PRODUCTION),
    Operator(CACHE_ZONES, "one node", put(CACHE, "numCacheClusters", 1, whole), environments=PRODUCTION),
    Operator(
        CACHE_ZONES,
        "shards without copies",
        put(CACHE, "replicasPerNodeGroup", 0, stating("numNodeGroups")),
        environments=PRODUCTION,
    ),
    Operator(SNAPSHOTS, "none kept", put(CACHE, "snapshotRetentionLimit", 0), environments=PRODUCTION),
    Operator(SNAPSHOTS, "nothing said", removed(CACHE, "snapshotRetentionLimit"), environments=PRODUCTION),
    Operator(OWN, "none", removed(CACHE, "subnetGroupName")),
    Operator(OWN, "the default ones", put(CACHE, "subnetGroupName", "default")),
    Operator(OWN, "which, only deployment tells", hidden(CACHE, "subnetGroupName"), "unproven"),
    Operator(CACHE_UPGRADES, "switched off", put(CACHE, "autoMinorVersionUpgrade", value=False)),
    Operator(ENGINE, "Redis 5", put(CACHE, "engineVersion", "5.0.6", not_valkey)),
    Operator(ENGINE, "a version that only deployment tells", hidden(CACHE, "engineVersion", not_valkey), "unproven"),
    Operator(ENCRYPTED, "switched off", put(DATABASE, "storageEncrypted", value=False)),
    Operator(ENCRYPTED, "nothing said", removed(DATABASE, "storageEncrypted", source)),
    Operator(ENCRYPTED, "whether, only deployment tells", hidden(DATABASE, "storageEncrypted"), "unproven"),
    Operator(PUBLIC, "asked for", put(DATABASE, "publiclyAccessible", value=True)),
    Operator(PUBLIC, "asked for as a text", put(DATABASE, "publiclyAccessible", "true")),
    Operator(PUBLIC, "whether, only deployment tells", hidden(DATABASE, "publiclyAccessible"), "unproven"),
    Operator(ZONES, "one zone", put(DATABASE, "multiAz", value=False, where=source), environments=PRODUCTION),
    Operator(ZONES, "nothing said", removed(DATABASE, "multiAz", source), environments=PRODUCTION),
    Operator(BACKUPS, "none", put(DATABASE, "backupRetentionPeriod", 0, source)),
    Operator(BACKUPS, "nothing said", removed(DATABASE, "backupRetentionPeriod")),
    Operator(BACKUPS, "of a day", put(DATABASE, "backupRetentionPeriod", 1, source), environments=PRODUCTION),
    Operator(
        PROTECTION,
        "switched off",
        put(DATABASE, "deletionProtection", value=False, where=source),
        environments=PRODUCTION,
    ),
    Operator(PROTECTION, "nothing said", removed(DATABASE, "deletionProtection"), environments=PRODUCTION),
    Operator(TLS, "not forced", put(PARAMETERS, "parameters.0.value", "0", FORCED)),
    Operator(TLS, "PostgreSQL 14 without a group", put(DATABASE, "engineVersion", "14.9", of_version_14)),
    Operator(TLS, "a group outside the plan", put(DATABASE, "parameterGroupName", "theirs"), "unproven"),
    Operator(UPGRADES, "switched off", put(DATABASE, "autoMinorVersionUpgrade", value=False)),
    Operator(LOGS, "none", removed(DATABASE, "enabledCloudwatchLogsExports")),
    Operator(LOGS, "an empty list", put(DATABASE, "enabledCloudwatchLogsExports", [])),
    Operator(BLOCKED, "no block", dropped(BLOCK)),
    Operator(BLOCKED, "policies let through", put(BLOCK, "blockPublicPolicy", value=False)),
    Operator(BLOCKED, "nothing said of lists", removed(BLOCK, "ignorePublicAcls")),
    Operator(BLOCKED, "whether, only deployment tells", hidden(BLOCK, "restrictPublicBuckets"), "unproven"),
    Operator(BUCKET_TLS, "no policy", dropped(POLICY)),
    Operator(BUCKET_TLS, "a policy that denies TLS instead", edited(POLICY, "policy", allows, denies)),
    Operator(BUCKET_TLS, "a policy that only deployment tells", hidden(POLICY, "policy"), "unproven"),
    Operator(KEPT, "suspended", put(VERSIONING, VERSIONS, "Suspended")),
    Operator(KEPT, "no versioning", dropped(VERSIONING)),
    Operator(KEPT, "whether, only deployment tells", hidden(VERSIONING, VERSIONS), "unproven"),
    Operator(VIEWERS, "all protocols", put(CDN, "defaultCacheBehavior.viewerProtocolPolicy", "allow-all")),
    Operator(
        VIEWERS,
        "a path in plain text",
        put(CDN, "orderedCacheBehaviors", [{"pathPattern": "/old/*", "viewerProtocolPolicy": "allow-all"}]),
    ),
    Operator(
        VIEWERS,
        "which, only deployment tells",
        hidden(CDN, "defaultCacheBehavior.viewerProtocolPolicy"),
        "unproven",
    ),
    Operator("cdn-tls-1-2", "TLS 1.0", put(CDN, "viewerCertificate.minimumProtocolVersion", "TLSv1", WITH_OWN)),
    Operator("cdn-tls-1-2", "nothing said", removed(CDN, "viewerCertificate.minimumProtocolVersion", WITH_OWN)),
    Operator(OWN_CERTIFICATE, "CloudFront's", put(CDN, "viewerCertificate", DEFAULT_CERTIFICATE, WITH_OWN)),
    Operator(OWN_CERTIFICATE, "nothing said", removed(CDN, "viewerCertificate", WITH_OWN)),
    Operator("cdn-reads-buckets-alone", "no access control", removed(CDN, BUCKET_ORIGIN)),
    Operator(
        "cdn-fetches-by-https",
        "an origin by HTTP",
        put(
            CDN,
            "origins.0",
            {
                "originId": "f",
                "domainName": "app.example.com",
                "customOriginConfig": {"originProtocolPolicy": "http-only", "originSslProtocols": ["TLSv1.2"]},
            },
        ),
    ),
    Operator(
        "cdn-fetches-by-https",
        "an origin by old TLS",
        put(
            CDN,
            "origins.0",
            {
                "originId": "f",
                "domainName": "app.example.com",
                "customOriginConfig": {"originProtocolPolicy": "https-only", "originSslProtocols": ["TLSv1"]},
            },
        ),
    ),
)
