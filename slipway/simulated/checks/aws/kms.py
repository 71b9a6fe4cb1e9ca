"""Keys. A deleted one waits for its end; it can be used no more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from slipway.simulated.checks.asked import ApiError
from slipway.simulated.checks.aws.policies import check_policy, document_of, listed, statements_of

if TYPE_CHECKING:
    from slipway.simulated.checks.asked import Asked
    from slipway.simulated.cloud import Cloud
    from slipway.simulated.store import Object

_LOCKING = ("kms:*", "*", "kms:put*", "kms:putkeypolicy", "kms:putkey*")
_USUAL, _DECRYPTING = "SYMMETRIC_DEFAULT", "ENCRYPT_DECRYPT"
# What keys of a kind can do; a kind is what a key's specification begins with.
_USES = {
    "ECC_": ("SIGN_VERIFY", "KEY_AGREEMENT"),
    "ECC_NIST_EDWARDS25519": ("SIGN_VERIFY",),
    "ECC_SECG_P256K1": ("SIGN_VERIFY",),
    "HMAC_": ("GENERATE_VERIFY_MAC",),
    "ML_DSA_": ("SIGN_VERIFY",),
    "RSA_": (_DECRYPTING, "SIGN_VERIFY"),
    "SM2": (_DECRYPTING, "SIGN_VERIFY", "KEY_AGREEMENT"),
    _USUAL: (_DECRYPTING,),
}


def check_key(asked: Asked, cloud: Cloud) -> None:
    """A key can do what it is for, and turns where its kind does; whoever sets its policy can set it again."""
    spec = str(asked.inputs.get("customerMasterKeySpec") or _USUAL)
    use = str(asked.inputs.get("keyUsage") or _DECRYPTING)
    kinds = [kind for kind in _USES if spec.startswith(kind)]
    if kinds and use not in _USES[max(kinds, key=len)]:
        raise ApiError(f"ValidationException: KeyUsage {use} is not compatible with KeySpec {spec}")
    if asked.inputs.get("enableKeyRotation") and spec != _USUAL:
        raise ApiError(
            "UnsupportedOperationException: Automatic key rotation is supported only for symmetric encryption keys; "
            f"this one is of KeySpec {spec}"
        )
    check_key_policy(asked, cloud)


def check_key_policy(asked: Asked, _cloud: Cloud) -> None:
    """Whoever sets a key's policy can set it again."""
    policy = asked.inputs.get("policy")
    if not policy:
        return
    check_policy(policy, principal=True, resource=True)
    if asked.inputs.get("bypassPolicyLockoutSafetyCheck"):
        return
    if not any(_lets_set(statement) for statement in statements_of(document_of(policy))):
        raise ApiError(
            "MalformedPolicyDocumentException: The new key policy will not allow you to update the key policy in the "
            "future."
        )


def keep_waiting(held: Object, cloud: Cloud) -> None:
    """A key is not gone at once."""
    cloud.schedule(held)


def _lets_set(statement: dict[str, Any]) -> bool:
    principal = statement.get("Principal")
    people = listed(principal.get("AWS")) if isinstance(principal, dict) else listed(principal)
    actions = [str(action).lower() for action in listed(statement.get("Action"))]
    return statement.get("Effect") == "Allow" and bool(people) and any(action in _LOCKING for action in actions)


CREATING = {"Key": check_key, "KeyPolicy": check_key_policy}
UPDATING = CREATING
DELETED = {"Key": keep_waiting}
