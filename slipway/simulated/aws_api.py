"""The part of AWS's own interface that looks for resources, over a simulated cloud: tags, and whether a thing lives.

It speaks what Amazon's clients speak, on loopback, so that the same code asks it and the real one. Like the real one it
lists no IAM roles and no auto-scaling groups, and gives pages. The fault `throttle` (operation `invoke`, type
`aws:tagging:GetResources`) makes it ask to slow down. Credentials are not looked at.
"""

from __future__ import annotations

import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from slipway.simulated.faults import Faults
from slipway.simulated.inventory import inventory
from slipway.simulated.values import ACCOUNT, GLOBAL_REGION

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from types import TracebackType
    from typing import Self

    from slipway.simulated.store import Object

_UNLISTED = ("aws:iam/", "aws:autoscaling/")
_LARGEST_PAGE = 100
_RUNNING = "<instanceState><name>running</name></instanceState>"
_SCOPE = re.compile(r"Credential=[^/]+/\d+/(?P<region>[^/]+)/(?P<service>[^/]+)/")
# EC2's name for an id, the elements that lead to a thing in its answer, and what it says of one that lives.
_DESCRIBED = {
    "DescribeInstances": ("InstanceId", "reservationSet/item/instancesSet/item", _RUNNING),
    "DescribeNatGateways": ("NatGatewayId", "natGatewaySet/item", "<state>available</state>"),
    "DescribeSecurityGroupRules": ("SecurityGroupRuleId", "securityGroupRuleSet/item", "<isEgress>{egress}</isEgress>"),
    "DescribeVolumes": ("VolumeId", "volumeSet/item", "<status>available</status>"),
    "DescribeVpcEndpoints": ("VpcEndpointId", "vpcEndpointSet/item", "<state>available</state>"),
}


class AwsApi:
    """A server in threads of this process, while the context lasts. `url` is its address."""

    def __init__(self, cloud: Path, account: str = ACCOUNT) -> None:
        """`cloud` is the simulated cloud's folder, `account` what it says it is."""
        cloud_api = _Cloud(cloud, account)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"cloud": cloud_api}))
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        """The running server."""
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop it."""
        self._server.shutdown()
        self._server.server_close()


class _AwsError(Exception):
    """An error as AWS gives it: code and message."""


class _Cloud:
    """The answers. Requests and answers are any JSON, hence `Any`."""

    def __init__(self, folder: Path, account: str) -> None:
        self._folder = folder
        self._account = account
        self._faults = Faults(folder)

    def get_resources(self, request: Mapping[str, Any], region: str) -> dict[str, Any]:
        met = self._faults.met("invoke", "aws:tagging:GetResources", "GetResources")
        if met is not None and met.fault.kind == "throttle":
            raise _AwsError("ThrottledException", met.fault.message or "Rate exceeded (simulated)")
        found = sorted(
            (arn, tags)
            for each in inventory(self._folder)
            for arn, tags in [(self._arn(each), each.computed.get("tagsAll"))]
            if tags is not None and _region(arn, each) == region and not each.type.startswith(_UNLISTED)
            if all(tags.get(wanted["Key"]) in wanted["Values"] for wanted in request.get("TagFilters", ()))
        )
        start = int(request.get("PaginationToken") or 0)
        end = start + min(request.get("ResourcesPerPage", _LARGEST_PAGE), _LARGEST_PAGE)
        mapped = [
            {"ResourceARN": arn, "Tags": [{"Key": key, "Value": value} for key, value in sorted(tags.items())]}
            for arn, tags in found[start:end]
        ]
        return {"PaginationToken": str(end) if end < len(found) else "", "ResourceTagMappingList": mapped}

    def describe_key(self, request: Mapping[str, Any]) -> dict[str, Any]:
        found = self._find(request["KeyId"], "NotFoundException")
        return {"KeyMetadata": {"KeyId": found.id, "KeyState": found.computed.get("keyState", "Enabled")}}

    def describe_secret(self, request: Mapping[str, Any]) -> dict[str, Any]:
        return {"ARN": self._find(request["SecretId"], "ResourceNotFoundException").id}

    def query(self, request: Mapping[str, str]) -> str:
        """The answer to a form, as XML."""
        action = request["Action"]
        if action == "GetCallerIdentity":
            who = f"<Arn>arn:aws:iam::{self._account}:user/simulated</Arn><Account>{self._account}</Account>"
            return _elements(f"{action}Response/{action}Result", who)
        if action == "AssumeRole":
            key = "<AccessKeyId>simulated</AccessKeyId><SecretAccessKey>simulated</SecretAccessKey>"
            rest = "<SessionToken>simulated</SessionToken><Expiration>2999-01-01T00:00:00Z</Expiration>"
            return _elements(f"{action}Response/{action}Result/Credentials", key + rest)
        name, path, living = _DESCRIBED[action]
        found = self._find(request[f"{name}.1"], f"Invalid{name}.NotFound")
        about = living.format(egress=str("Egress" in found.type).lower())
        return _elements(f"{action}Response/{path}", about)

    def _find(self, identifier: str, code: str) -> Object:
        for each in inventory(self._folder):
            if identifier in (each.id, each.computed.get("arn")):
                return each
        raise _AwsError(code, f"{identifier} does not exist (simulated)")

    def _arn(self, thing: Object) -> str:
        """The ARN of a thing; the SDK declares none for NAT gateways."""
        own = thing.properties.get("arn")
        where = thing.properties.get("region", GLOBAL_REGION)
        return str(own or f"arn:aws:ec2:{where}:{ACCOUNT}:natgateway/{thing.id}")


class _Handler(BaseHTTPRequestHandler):
    cloud: _Cloud
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        """One request of a client."""
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        action = self.headers.get("X-Amz-Target", "").rpartition(".")[2]
        scope = _SCOPE.search(self.headers.get("Authorization", ""))
        try:
            if action:
                self._send(200, json.dumps(self._json(action, json.loads(body), scope["region"] if scope else "")))
            else:
                self._send(200, self.cloud.query(dict(parse_qsl(body))))
        except _AwsError as error:
            code, message = error.args
            failed = {"__type": code, "message": message}
            errors = f"<Error><Code>{code}</Code><Message>{message}</Message></Error>"
            self._send(400, json.dumps(failed) if action else f"<Response><Errors>{errors}</Errors></Response>")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
        """Say nothing: standard error is for the user."""

    def _json(self, action: str, request: Mapping[str, Any], region: str) -> dict[str, Any]:
        if action == "GetResources":
            return self.cloud.get_resources(request, region)
        return self.cloud.describe_key(request) if action == "DescribeKey" else self.cloud.describe_secret(request)

    def _send(self, status: int, text: str) -> None:
        data = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/x-amz-json-1.1" if text.startswith("{") else "text/xml")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


def _region(arn: str, thing: Object) -> str:
    return arn.split(":")[3] or (thing.properties.get("region") if ":s3:" in arn else None) or GLOBAL_REGION


def _elements(path: str, inside: str) -> str:
    for name in reversed(path.split("/")):
        inside = f"<{name}>{inside}</{name}>"
    return inside
