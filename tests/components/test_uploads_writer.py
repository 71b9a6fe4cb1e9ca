"""What who writes uploads from outside AWS may do."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from plan.model import Secret
from tests.components.planning import part_of, target, the_part

if TYPE_CHECKING:
    from plan.graph import Graph

BUCKET = "arn:aws:s3:::shop-uploads"
WRITER = "uploads-writer"


def allowed(parts: Graph) -> dict[str, set[str]]:
    """The actions by what they may be done to."""
    policy = the_part(parts, WRITER, "UserPolicy").inputs["policy"]
    assert isinstance(policy, str)
    found: dict[str, set[str]] = {}
    for statement in json.loads(policy)["Statement"]:
        assert statement["Effect"] == "Allow"
        assert set(statement) == {"Effect", "Action", "Resource"}
        actions = [statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"]
        found.setdefault(statement["Resource"], set()).update(actions)
    return found


def test_the_user_keeps_files_in_the_one_bucket_and_can_do_nothing_else(parts: Graph) -> None:
    assert allowed(parts) == {
        f"{BUCKET}/*": {"s3:DeleteObject", "s3:GetObject", "s3:PutObject"},
        BUCKET: {"s3:ListBucket"},
    }


def test_no_other_policy_group_or_password_gives_the_user_more(parts: Graph) -> None:
    (owner,) = [found for found in parts.of_type("slipway:aws:UploadsWriter") if found.name == WRITER]
    kinds = sorted(child.type.rpartition(":")[2] for child in parts.children(owner.urn))
    assert kinds == ["AccessKey", "User", "UserPolicy"]


def test_policy_and_key_are_that_user_s(parts: Graph) -> None:
    assert {target(the_part(parts, WRITER, kind).inputs["user"]) for kind in ("UserPolicy", "AccessKey")} == {
        f"{WRITER}-user"
    }


def test_a_user_who_got_more_keys_by_hand_is_not_deleted_unseen(parts: Graph) -> None:
    assert the_part(parts, WRITER, "User").inputs.get("forceDestroy", False) is False


def test_the_key_is_secret_and_its_id_is_not(parts: Graph) -> None:
    (owner,) = [found for found in parts.of_type("slipway:aws:UploadsWriter") if found.name == WRITER]
    assert isinstance(owner.outputs["secretKey"], Secret)
    assert not isinstance(owner.outputs["keyId"], Secret)
    assert [key.inputs.get("status", "Active") for key in part_of(parts, WRITER, "AccessKey")] == ["Active"]
