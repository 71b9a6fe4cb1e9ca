"""Which data a change loses, and who may let it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from slipway.danger.facts import UNKNOWN
from slipway.danger.judging import dangers
from slipway.errors import ProgramError
from tests.danger.steps import BUCKET, DATABASE, created, deleted, replaced, state, step, updated, urn

if TYPE_CHECKING:
    from slipway.engine.results import Step

DATA = (
    DATABASE,
    "aws:rds/cluster:Cluster",
    "aws:elasticache/replicationGroup:ReplicationGroup",
    BUCKET,
    "aws:ebs/volume:Volume",
    "aws:ebs/snapshot:Snapshot",
    "aws:efs/fileSystem:FileSystem",
    "aws:kms/key:Key",
    "aws:secretsmanager/secret:Secret",
    "aws:sqs/queue:Queue",
    "aws:dynamodb/table:Table",
    "aws:cloudwatch/logGroup:LogGroup",
    "cloudflare:index/d1Database:D1Database",
    "cloudflare:index/r2Bucket:R2Bucket",
    "cloudflare:index/workersKvNamespace:WorkersKvNamespace",
    "cloudflare:index/pagesProject:PagesProject",
    "cloudflare:index/queue:Queue",
    "random:index/randomPassword:RandomPassword",
    "random:index/randomBytes:RandomBytes",
    "digitalocean:index/volume:Volume",
    "digitalocean:index/databaseCluster:DatabaseCluster",
    "hcloud:index/volume:Volume",
    "linode:index/objectStorageBucket:ObjectStorageBucket",
    "docker:index/volume:Volume",
)


@pytest.mark.parametrize("token", DATA)
def test_data_that_is_replaced_or_deleted_is_endangered(token: str) -> None:
    for change in (replaced(token, "it", "name"), deleted(token, "it")):
        (found,) = dangers([change]).endangered
        assert (found.urn, found.type, found.approved) == (urn(token, "it"), token, False)


def test_what_holds_nothing_is_not_data() -> None:
    harmless = ("aws:iam/role:Role", "aws:s3/bucketPolicy:BucketPolicy", "random:index/randomId:RandomId")
    assert dangers([deleted(token, "it") for token in harmless]).endangered == ()


def test_data_that_is_kept_updated_or_made_is_not_endangered() -> None:
    kept = step("same", state(BUCKET, "a"), state(BUCKET, "a"))
    change = updated(BUCKET, "b", {"tags": {}}, {"tags": {"a": "b"}})
    assert dangers([kept, change, created(BUCKET, "c")]).endangered == ()


def test_a_finding_says_what_demands_the_replacement_and_what_to_do() -> None:
    (found,) = dangers([replaced(DATABASE, "main", "dbName", "username")]).endangered

    assert found.happens == "replaced"
    assert found.because == ("dbName", "username")
    assert "a database is replaced, because dbName, username cannot change in place" in found.why
    assert "Leave dbName, username as the state has it" in found.remedy


def test_a_replacement_that_the_provider_demands_without_a_reason_counts_too() -> None:
    (found,) = dangers([replaced(DATABASE, "main")]).endangered
    assert "the provider demands it" in found.why


@pytest.mark.parametrize("op", ["replace", "create-replacement", "import-replacement"])
def test_each_step_of_a_replacement_alone_is_enough(op: str) -> None:
    (found,) = dangers([step(op, state(BUCKET, "it"), state(BUCKET, "it"))]).endangered
    assert found.happens == "replaced"


def test_the_three_steps_of_one_replacement_are_one_finding() -> None:
    both = (state(BUCKET, "it"), state(BUCKET, "it"))
    steps = [step("create-replacement", *both), step("replace", *both), step("delete-replaced", both[0])]
    assert [found.happens for found in dangers(steps).endangered] == ["replaced"]


@pytest.mark.parametrize("op", ["delete", "delete-replaced"])
def test_what_an_interrupted_replacement_left_is_data_still(op: str) -> None:
    kept = step("same", state(BUCKET, "it"), state(BUCKET, "it"))
    danger = dangers([kept, step(op, state(BUCKET, "it", delete=True))])

    assert ["interrupted replacement" in found.why for found in danger.endangered] == [True]
    assert danger.vanished == ()


def test_what_is_retained_is_not_lost_when_it_leaves_and_begins_empty_when_it_is_replaced() -> None:
    left = dangers([deleted(BUCKET, "it", retainOnDelete=True)])
    (empty,) = dangers([replaced(BUCKET, "it", "bucket", retainOnDelete=True)]).endangered

    assert left.endangered == ()
    assert "stays in the cloud, where nobody manages it" in left.notes[0].message
    assert "begins empty" in empty.why


def test_the_state_s_word_on_retaining_counts_and_not_the_program_s() -> None:
    (found,) = dangers([replaced(BUCKET, "it", "bucket", new={"retainOnDelete": True})]).endangered
    assert "goes with the old object" in found.why


def test_protection_that_falls_with_the_deletion_is_told() -> None:
    (found,) = dangers([replaced(BUCKET, "it", "bucket", protect=True, new={"protect": False})]).endangered
    assert found.protected
    assert "takes its protection away" in found.why


def test_protection_that_falls_alone_is_a_note() -> None:
    danger = dangers([step("same", state(BUCKET, "it", protect=True), state(BUCKET, "it", protect=False))])
    assert danger.endangered == ()
    assert "loses its protection" in danger.notes[0].message


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [("deletionProtection", True, False), ("skipFinalSnapshot", False, True), ("forceDestroy", None, True)],
)
def test_a_guard_of_the_cloud_that_falls_is_a_note(name: str, before: object, after: object) -> None:
    danger = dangers([updated(DATABASE, "it", {} if before is None else {name: before}, {name: after})])
    assert [note.message.partition(" ")[0] for note in danger.notes] == [name]


def test_a_guard_that_rises_is_no_note() -> None:
    assert dangers([updated(DATABASE, "it", {"deletionProtection": False}, {"deletionProtection": True})]).notes == ()


def test_an_unknown_type_is_data_where_it_is_protected() -> None:
    token = "aws:iot/thing:Thing"  # noqa: S105 - a type token
    assert dangers([deleted(token, "it")]).endangered == ()
    assert [found.what for found in dangers([deleted(token, "it", protect=True)]).endangered] == [
        "something that is protected"
    ]


@pytest.mark.parametrize(
    ("token", "data"),
    [
        ("gcp:sql/databaseInstance:DatabaseInstance", True),
        ("gcp:storage/bucket:Bucket", True),
        ("azure-native:storage:StorageAccount", True),
        ("kubernetes:core/v1:PersistentVolumeClaim", True),
        ("gcp:storage/bucketIAMMember:BucketIAMMember", False),
        ("azure-native:network:RouteTable", False),
        ("aws:iam/somethingSecret:SomethingSecret", False),  # its package has a file, which lacks it
    ],
)
def test_in_a_package_that_no_file_knows_a_name_like_data_s_counts(token: str, data: object) -> None:
    assert bool(dangers([deleted(token, "it")]).endangered) == data


def test_components_and_providers_hold_nothing_themselves() -> None:
    gone = [
        deleted("shop:index:Database", "it", custom=False, protect=True),
        deleted("pulumi:providers:aws", "it", protect=True),
    ]
    assert dangers(gone).endangered == ()


def test_what_the_program_only_reads_is_never_lost() -> None:
    assert dangers([deleted(BUCKET, "it", external=True), step("read-discard", state(BUCKET, "a"))]).endangered == ()


def test_a_new_version_of_a_secret_is_no_loss_and_a_deleted_one_is() -> None:
    token = "aws:secretsmanager/secretVersion:SecretVersion"  # noqa: S105 - a type token
    assert dangers([replaced(token, "it", "secretString")]).endangered == ()
    assert len(dangers([deleted(token, "it")]).endangered) == 1


@pytest.mark.parametrize(("kind", "data"), [("SecureString", True), (UNKNOWN, True), ("String", False)])
def test_only_a_secret_parameter_is_data(kind: str, data: object) -> None:
    gone = deleted("aws:ssm/parameter:Parameter", "it", inputs={"type": kind})
    assert bool(dangers([gone]).endangered) == data


def test_a_worker_is_data_where_it_has_durable_objects() -> None:
    token = "cloudflare:index/workersScript:WorkersScript"  # noqa: S105 - a type token
    binding = {"name": "ROOMS", "type": "durable_object_namespace"}
    assert len(dangers([deleted(token, "it", inputs={"bindings": [{"type": "d1"}, binding]})]).endangered) == 1
    assert len(dangers([deleted(token, "it", inputs={"bindings": UNKNOWN})]).endangered) == 1
    assert dangers([deleted(token, "it", inputs={"bindings": [{"type": "d1"}]})]).endangered == ()


def test_a_migration_that_deletes_a_durable_object_class_erases_data_in_an_update() -> None:
    token = "cloudflare:index/workersScript:WorkersScript"  # noqa: S105 - a type token
    before = {"migrations": {"newTag": "v1", "newSqliteClasses": ["Room"]}}
    after = {"migrations": {"newTag": "v2", "deletedClasses": ["Room"]}}
    (found,) = dangers([updated(token, "it", before, after)]).endangered

    assert (found.happens, found.because) == ("erased", ("migrations.deletedClasses",))
    assert dangers([updated(token, "it", after, {**after, "content": "x"})]).endangered == ()


def test_an_approval_is_of_the_very_urn_and_the_others_are_reported() -> None:
    steps = [deleted(BUCKET, "one"), deleted(BUCKET, "two")]
    unknown = urn(BUCKET, "three")
    danger = dangers(steps, [urn(BUCKET, "one"), unknown])

    assert [found.urn for found in danger.unapproved] == [urn(BUCKET, "two")]
    assert danger.unneeded == (unknown,)


def test_an_operation_that_is_not_known_is_an_error_and_never_harmless() -> None:
    with pytest.raises(ProgramError, match="has the operation 'explode'; known here: create, "):
        dangers([step("explode", state(BUCKET, "it"))])


@pytest.mark.parametrize(
    "kind", ["bucketObject:BucketObject", "bucketObjectv2:BucketObjectv2", "objectCopy:ObjectCopy"]
)
def test_an_object_that_is_deleted_is_lost_and_one_that_is_written_anew_is_not(kind: str) -> None:
    token = f"aws:s3/{kind}"
    assert len(dangers([deleted(token, "it")]).endangered) == 1
    assert dangers([replaced(token, "it", "key")]).endangered == ()


def test_another_engine_of_a_database_loses_the_data_of_the_one_before() -> None:
    former = deleted(DATABASE, "shop-database-postgres", parents="slipway:aws:Database")
    cluster = created("aws:rds/cluster:Cluster", "shop-database-aurora", parents="slipway:aws:AuroraDatabase")
    (found,) = dangers([cluster, former]).endangered
    assert (found.urn, found.happens) == (urn(DATABASE, "shop-database-postgres", "slipway:aws:Database"), "deleted")


def test_shards_for_a_cache_without_lose_what_is_in_it() -> None:
    token = "aws:elasticache/replicationGroup:ReplicationGroup"  # noqa: S105  # a type
    changes = [created(token, "shop-cache-valkey-shards"), deleted(token, "shop-cache-valkey")]
    (found,) = dangers(changes).endangered
    assert (found.urn, found.happens) == (urn(token, "shop-cache-valkey"), "deleted")


def test_a_version_of_a_worker_is_called_after_its_release_and_the_next_one_is_no_rename() -> None:
    told = {"accountId": "a", "mainModule": "worker.js", "compatibilityDate": "2026-11-01"}
    version, role = "cloudflare:index/workerVersion:WorkerVersion", "aws:iam/role:Role"

    def change(token: str) -> list[Step]:
        return [deleted(token, "edge-version-aa", inputs=told), created(token, "edge-version-bb", inputs=told)]

    assert dangers(change(version)).renamed == ()
    assert len(dangers(change(role)).renamed) == 1
