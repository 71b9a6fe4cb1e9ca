"""An AWS account, asked with Amazon's own client: what carries certain tags, and whether a thing still lives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import botocore.session  # type: ignore[import-untyped]  # it ships no types
from botocore.config import Config  # type: ignore[import-untyped]
from botocore.exceptions import (  # type: ignore[import-untyped]
    BotoCoreError,
    ClientError,
    NoCredentialsError,
    ProfileNotFound,
)

from slipway.errors import ProgramError, UsageError
from slipway.simulated.values import GLOBAL_REGION

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_TRIES = 8  # the tagging API is soon asked too much; the client waits longer each time
_PAGE = 100
_PREFIXES = {"resourcegroupstaggingapi": "tag"}  # of a service's rights, where it is not the service's own name


@dataclass(frozen=True, slots=True, order=True)
class Tagged:
    """Something that AWS lists, with its tags."""

    arn: str
    tags: tuple[tuple[str, str], ...]


class Account:
    """The account that the user's credentials are for.

    Every method raises `ProgramError` where AWS cannot be asked: no credentials, no right, no way.
    """

    def __init__(
        self, *, endpoint: str | None = None, role_arn: str | None = None, allowed: Sequence[str] = ()
    ) -> None:
        """`endpoint` is a simulated AWS's address. `role_arn` is assumed first; only `allowed` accounts are, if any."""
        self._endpoint = endpoint
        self._session = _session()
        self._clients: dict[tuple[str, str], Any] = {}
        if endpoint:
            self._session.set_credentials("simulated", "simulated")
        if role_arn:
            self._assume(role_arn)
        self.id: str = self._call("sts", GLOBAL_REGION, "get_caller_identity", {})["Account"]
        if allowed and self.id not in allowed:
            raise UsageError(
                f"the credentials are for the account {self.id}; the stack's account_ids allow: {', '.join(allowed)}. "
                "Use credentials for one of these (AWS_PROFILE, aws sso login)."
            )

    def tagged(self, region: str, tags: Mapping[str, str]) -> Iterator[Tagged]:
        """Everything in a region that carries all of these tags, as far as AWS lists it."""
        filters = [{"Key": key, "Values": [value]} for key, value in sorted(tags.items())]
        request = {"TagFilters": filters, "ResourcesPerPage": _PAGE}
        while True:
            page = self._call("resourcegroupstaggingapi", region, "get_resources", request)
            for each in page["ResourceTagMappingList"]:
                yield Tagged(each["ResourceARN"], tuple(sorted((tag["Key"], tag["Value"]) for tag in each["Tags"])))
            if not page.get("PaginationToken"):
                return
            request["PaginationToken"] = page["PaginationToken"]

    def look(self, service: str, region: str, operation: str, request: Mapping[str, Any]) -> dict[str, Any] | None:
        """What a service says of one thing; None where it knows no such thing. Answers are any JSON, hence `Any`."""
        try:
            answer: dict[str, Any] = getattr(self._client(service, region), operation)(**request)
        except ClientError as error:
            if "NotFound" in error.response["Error"]["Code"]:
                return None
            raise ProgramError(_said(error, service)) from None
        except BotoCoreError as error:
            raise ProgramError(f"AWS cannot be asked: {error}") from None
        return answer

    def _assume(self, role_arn: str) -> None:
        request = {"RoleArn": role_arn, "RoleSessionName": "slipway-orphans"}
        given = self._call("sts", GLOBAL_REGION, "assume_role", request)["Credentials"]
        self._session.set_credentials(given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"])
        self._clients.clear()  # they have the credentials of before

    def _call(self, service: str, region: str, operation: str, request: Mapping[str, Any]) -> dict[str, Any]:
        try:
            answer: dict[str, Any] = getattr(self._client(service, region), operation)(**request)
        except NoCredentialsError:
            raise ProgramError(
                "AWS: there are no credentials. Log in (aws sso login, aws configure) or set AWS_PROFILE; "
                "to try it without an account: --simulated DIR."
            ) from None
        except ClientError as error:
            raise ProgramError(_said(error, service)) from None
        except BotoCoreError as error:
            raise ProgramError(f"AWS cannot be asked ({service}, {region}): {error}") from None
        return answer

    def _client(self, service: str, region: str) -> Any:  # botocore ships no types
        if (service, region) in self._clients:
            return self._clients[service, region]
        proxies: dict[str, str] | None = {} if self._endpoint else None  # None: those of the environment
        config = Config(retries={"mode": "standard", "max_attempts": _TRIES}, proxies=proxies)
        made = self._session.create_client(service, region_name=region, endpoint_url=self._endpoint, config=config)
        self._clients[service, region] = made
        return made


def _session() -> Any:
    try:
        session = botocore.session.get_session()
        session.full_config  # noqa: B018 - reads the files, which may be wrong
        session.get_scoped_config()
    except ProfileNotFound as error:
        raise UsageError(f"AWS_PROFILE: {error} Name one that is in ~/.aws/config.") from None
    except BotoCoreError as error:
        raise UsageError(f"AWS's configuration cannot be read: {error}") from None
    return session


def _said(error: ClientError, service: str) -> str:
    code, message = error.response["Error"]["Code"], error.response["Error"]["Message"]
    what = f"AWS refused {error.operation_name}: {code}: {message}"
    if "Expired" in code or code in ("InvalidClientTokenId", "UnrecognizedClientException"):
        return f"{what} Log in again (aws sso login) and repeat the command."
    if "AccessDenied" in code or code == "UnauthorizedOperation":
        right = f"{_PREFIXES.get(service, service)}:{error.operation_name}"
        return f"{what} This takes the right {right}; docs/orphans.md names all that looking for orphans takes."
    return what
