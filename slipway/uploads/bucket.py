"""The bucket, spoken to with Amazon's own client, which every object storage understands that speaks S3.

Each write carries its MD5 sum, so that storage refuses what arrived otherwise than it was sent. The SHA-256 sum of the
whole file goes with the object as metadata: an ETag says nothing of objects that came in parts or are encrypted by KMS.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import botocore.session  # type: ignore[import-untyped]  # it ships no types
from botocore.config import Config  # type: ignore[import-untyped]
from botocore.exceptions import (  # type: ignore[import-untyped]
    BotoCoreError,
    ClientError,
    NoCredentialsError,
    PartialCredentialsError,
    ProfileNotFound,
)

from slipway.errors import ProgramError, UsageError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from slipway.uploads.place import Place

_TRIES = 6  # storage says 503 to whoever asks much; the client waits longer each time
_SECONDS = 60  # that one answer may take
_SUM = "slipway-sha256"  # of the metadata; what has it was written here
_READ = 1 << 20
_REFUSED_KEY = frozenset({"AccessDenied", "AllAccessDisabled", "AccountProblem", "403", "Forbidden"})
_WRONG_KEY = frozenset(
    {"InvalidAccessKeyId", "SignatureDoesNotMatch", "ExpiredToken", "InvalidToken", "TokenRefreshRequired"}
)
_WRONG_REGION = frozenset(
    {"PermanentRedirect", "AuthorizationHeaderMalformed", "IllegalLocationConstraintException", "301"}
)
_TAKEN = frozenset({"PreconditionFailed", "ConditionalRequestConflict", "412"})
_SERVER_FAULT = 500
RIGHTS = "s3:ListBucket, s3:ListBucketMultipartUploads, s3:GetObject, s3:PutObject, s3:AbortMultipartUpload"
"""What a copy takes of the bucket."""


@dataclass(frozen=True, slots=True)
class Listed:
    """An object as the bucket lists it."""

    size: int
    etag: str
    """What tells this writing of it from any other; no checksum."""


@dataclass(frozen=True, slots=True)
class Object:
    """An object as the bucket tells of it alone."""

    size: int
    etag: str
    sum: str | None
    """The SHA-256 sum that it was written with by this command; None of what somebody else wrote."""
    headers: Mapping[str, str]
    """What browsers are told of it: ContentType, and CacheControl where there is one."""


class TakenError(Exception):
    """Somebody else wrote the object meanwhile."""


class RefusedError(Exception):
    """The bucket does not do it with this one object; the message says why."""


class MissingError(RefusedError):
    """There is no such object."""


class Bucket:
    """A bucket. Every method raises `ProgramError` where it cannot be asked, after several tries."""

    def __init__(self, place: Place, parallel: int) -> None:
        """`parallel` is how many threads will ask at once. Raises `UsageError` for a wrong configuration."""
        self._place = place
        config = Config(
            retries={"mode": "standard", "max_attempts": _TRIES},
            max_pool_connections=parallel,
            connect_timeout=10,
            read_timeout=_SECONDS,
            # Else each write has another sum in a trailer, which R2 and others refuse.
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        )
        try:
            session = botocore.session.get_session()
            self._client: Any = session.create_client(  # Any: botocore ships no types
                "s3", region_name=place.region, endpoint_url=place.endpoint, config=config
            )
        except ProfileNotFound as error:
            raise UsageError(f"AWS_PROFILE: {error} Name one that is in ~/.aws/config.") from None
        except (BotoCoreError, ValueError) as error:
            raise UsageError(f"the client for {place} cannot be made: {error}") from None

    def listed(self, prefix: str) -> dict[str, Listed]:
        """Every object whose key begins so."""
        found: dict[str, Listed] = {}
        request = {"Prefix": prefix}
        while True:
            page = self._ask("list_objects_v2", **request)
            for each in page.get("Contents", ()):
                found[each["Key"]] = Listed(each["Size"], each["ETag"])
            if not page.get("IsTruncated"):
                return found
            request["ContinuationToken"] = page["NextContinuationToken"]

    def told(self, key: str) -> Object | None:
        """What the bucket tells of an object; None where there is none."""
        try:
            answer = self._ask("head_object", Key=key)
        except MissingError:
            return None
        headers = {name: answer[name] for name in ("ContentType", "CacheControl") if answer.get(name)}
        return Object(answer["ContentLength"], answer["ETag"], answer["Metadata"].get(_SUM), headers)

    def sum(self, key: str) -> str:
        """The SHA-256 sum of an object's bytes, all of which are read. Raises `MissingError` where there is none."""
        total = hashlib.sha256()
        try:
            for data in self._ask("get_object", Key=key)["Body"].iter_chunks(_READ):
                total.update(data)
        except BotoCoreError as error:
            raise ProgramError(f"{self._place}: {key} cannot be read to its end: {error}") from None
        return total.hexdigest()

    def put(self, key: str, data: bytes, sum_: str, headers: Mapping[str, str], instead: str | None) -> None:
        """Write an object at once. `instead` is the ETag of what it takes the place of; None is nothing.

        Raises `TakenError` where something else is there, as far as the place knows conditions, and `RefusedError`.
        """
        self._ask(
            "put_object", Key=key, Body=data, ContentMD5=_md5(data), Metadata={_SUM: sum_}, **headers,
            **self._condition(instead),
        )  # fmt: skip

    def begin(self, key: str, sum_: str, headers: Mapping[str, str]) -> str:
        """Begin to write an object in parts, and return the id of that. Nobody sees it before `finish`."""
        return str(self._ask("create_multipart_upload", Key=key, Metadata={_SUM: sum_}, **headers)["UploadId"])

    def part(self, key: str, upload: str, number: int, data: bytes) -> dict[str, Any]:  # Any: as `finish` wants it
        """Write a part; parts are counted from one."""
        answer = self._ask(
            "upload_part", Key=key, UploadId=upload, PartNumber=number, Body=data, ContentMD5=_md5(data)
        )  # fmt: skip
        return {"PartNumber": number, "ETag": answer["ETag"]}

    def finish(self, key: str, upload: str, parts: list[dict[str, Any]], instead: str | None) -> None:
        """Let the object be there, whole. Raises as `put`."""
        self._ask(
            "complete_multipart_upload", Key=key, UploadId=upload, MultipartUpload={"Parts": parts},
            **self._condition(instead),
        )  # fmt: skip

    def abort(self, key: str, upload: str) -> None:
        """Throw away what was begun."""
        self._ask("abort_multipart_upload", Key=key, UploadId=upload)

    def abort_begun(self, prefix: str, keys: Collection[str]) -> int:
        """Throw away what was begun for these keys and not finished, as when a copy was killed; how many these were."""
        found = 0
        request: dict[str, str] = {"Prefix": prefix}
        while True:
            page = self._ask("list_multipart_uploads", **request)
            for each in page.get("Uploads", ()):
                if each["Key"] in keys:
                    self.abort(each["Key"], each["UploadId"])
                    found += 1
            if not page.get("IsTruncated"):
                return found
            request |= {"KeyMarker": page["NextKeyMarker"], "UploadIdMarker": page["NextUploadIdMarker"]}

    def delete(self, key: str) -> None:
        """Take an object away; a bucket with versions keeps the former one."""
        self._ask("delete_object", Key=key)

    def _condition(self, instead: str | None) -> dict[str, str]:
        if not self._place.conditional:
            return {}
        return {"IfNoneMatch": "*"} if instead is None else {"IfMatch": instead}

    def _ask(self, operation: str, **request: Any) -> Any:  # Any: arguments and answers of any operation
        try:
            return getattr(self._client, operation)(Bucket=self._place.bucket, **request)
        except (NoCredentialsError, PartialCredentialsError):
            raise UsageError(
                f"{self._place}: there are no credentials. Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or "
                "AWS_PROFILE (for R2 the keys of an R2 API token)."
            ) from None
        except ClientError as error:
            raise self._meant(error, request.get("Key")) from None
        except BotoCoreError as error:
            raise ProgramError(
                f"{self._place}: it cannot be asked: {error} What was copied stays: run the command again."
            ) from None

    def _meant(self, error: ClientError, key: str | None) -> Exception:
        """What a refusal means. What concerns one object alone is none of the whole copy."""
        said, status = error.response["Error"], error.response["ResponseMetadata"]["HTTPStatusCode"]
        code, what = (
            str(said["Code"]),
            f"{error.operation_name}: {said['Code']}: {said.get('Message', '')}".rstrip(": "),
        )
        if code in _TAKEN:
            return TakenError(key)
        if of_all := self._of_all(code, what, has_key=key is not None):
            return of_all
        if status >= _SERVER_FAULT or key is None:
            return ProgramError(f"{self._place}: {what}, {_TRIES} times. What was copied stays: run the command again.")
        return MissingError(what) if code in ("404", "NoSuchKey") else RefusedError(what)

    def _of_all(self, code: str, what: str, *, has_key: bool) -> Exception | None:
        """What hinders everything: the wrong bucket, region or credentials."""
        if code == "NoSuchBucket" or (code == "404" and not has_key):
            return UsageError(
                f"{self._place}: there is no such bucket there. Name another one (--bucket), or the region or endpoint "
                "that it is at (--region, --endpoint)."
            )
        if code in _WRONG_REGION:
            return UsageError(f"{self._place}: the bucket is in another region. Name that: --region. ({what})")
        if code in _WRONG_KEY:
            return ProgramError(f"{self._place}: the credentials are refused ({what}). Use others, or log in again.")
        if code in _REFUSED_KEY:
            rights = f"A copy takes {RIGHTS}; s3:DeleteObject for --delete."
            return ProgramError(f"{self._place}: the credentials may not do this ({what}). {rights}")
        return None


def _md5(data: bytes) -> str:
    return base64.b64encode(hashlib.md5(data, usedforsecurity=False).digest()).decode()
