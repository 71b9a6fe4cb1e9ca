"""Stand-ins for what a machine asks at AWS, on one loopback address: they answer, and note what they were asked."""

from __future__ import annotations

import base64
import json
import re
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Self
from urllib.parse import parse_qsl, unquote

if TYPE_CHECKING:
    from types import TracebackType

INSTANCE = "i-0123456789abcdef0"
REGION = "eu-central-1"
KEYS = {"AccessKeyId": "ASIAEXAMPLE", "SecretAccessKey": "a/secret+key", "Token": "a-token=="}
_SIGNED = re.compile(
    r"AWS4-HMAC-SHA256 Credential=ASIAEXAMPLE/\d{8}/eu-central-1/[\w-]+/aws4_request, "
    r"SignedHeaders=[\w;-]*host;[\w;-]*x-amz-date;x-amz-security-token[\w;-]*, Signature=[0-9a-f]{64}"
)


@dataclass(frozen=True)
class Asked:
    """One request that was understood."""

    action: str
    fields: dict[str, str]
    signed: bool


@dataclass
class Amazon:
    """The services. What they know is set before they are asked; what they were asked is in `asked`."""

    parameters: dict[str, str] = field(default_factory=dict)  # by whole name
    secrets: dict[str, str] = field(default_factory=dict)  # by ARN
    changed: dict[str, float] = field(default_factory=dict)  # by ARN
    objects: dict[str, bytes] = field(default_factory=dict)  # by /bucket/key; public ones by /host/path
    failures: list[tuple[int, bytes]] = field(default_factory=list)  # what comes before any answer but metadata
    lifecycle_states: list[str] = field(default_factory=list)  # the last one stays
    attached_to: list[str] = field(default_factory=list)  # the volume's machine, one for each question
    in_group: bool = True
    page: int = 10
    asked: list[Asked] = field(default_factory=list)
    address: str = ""

    def __enter__(self) -> Self:
        handler = type("Handler", (_Handler,), {"state": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.address = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()

    def actions(self) -> list[str]:
        return [each.action for each in self.asked]

    def told(self, action: str) -> list[dict[str, str]]:
        return [each.fields for each in self.asked if each.action == action]

    def answer(self, action: str, fields: dict[str, str]) -> bytes:
        """What a service answers; a name that it does not know raises KeyError."""
        return getattr(self, f"_{action}")(fields)  # type: ignore[no-any-return]  # each returns bytes

    def _GetParametersByPath(self, fields: dict[str, str]) -> bytes:  # noqa: N802  # the action's name
        at = int(fields.get("NextToken", 0))
        found = [(name, value) for name, value in self.parameters.items() if name.startswith(f"{fields['Path']}/")]
        answer: dict[str, object] = {
            "Parameters": [{"Name": name, "Value": value} for name, value in found[at : at + self.page]]
        }
        if len(found) > at + self.page:
            answer["NextToken"] = str(at + self.page)
        return json.dumps(answer).encode()

    def _GetSecretValue(self, fields: dict[str, str]) -> bytes:  # noqa: N802
        return json.dumps({"SecretString": self.secrets[fields["SecretId"]]}).encode()

    def _DescribeSecret(self, fields: dict[str, str]) -> bytes:  # noqa: N802
        return json.dumps({"LastChangedDate": self.changed[fields["SecretId"]], "CreatedDate": 1.0}).encode()

    def _GetAuthorizationToken(self, fields: dict[str, str]) -> bytes:  # noqa: ARG002, N802  # same for everyone
        token = base64.b64encode(b"AWS:registry-password").decode()
        return json.dumps({"authorizationData": [{"authorizationToken": token}]}).encode()

    def _DescribeTags(self, fields: dict[str, str]) -> bytes:  # noqa: N802
        filters = {fields[f"Filter.{number}.Name"]: fields[f"Filter.{number}.Value.1"] for number in "12"}
        if filters != {"resource-id": INSTANCE, "key": "aws:autoscaling:groupName"}:
            raise KeyError(filters)
        return b"<A><key>name</key><value>web&amp;-1</value></A>" if self.in_group else b"<A/>"

    def _CompleteLifecycleAction(self, fields: dict[str, str]) -> bytes:  # noqa: ARG002, N802
        return b"<A/>"

    _PutMetricData = _AttachVolume = _RecordLifecycleActionHeartbeat = _CompleteLifecycleAction

    def _DescribeVolumes(self, fields: dict[str, str]) -> bytes:  # noqa: ARG002, N802
        machine = self.attached_to.pop(0) if len(self.attached_to) > 1 else "".join(self.attached_to)
        return f"<A><instanceId>{machine}</instanceId></A>".encode() if machine else b"<A/>"

    def metadata(self, path: str) -> bytes | None:
        if path == "autoscaling/target-lifecycle-state":
            states = self.lifecycle_states
            return (states.pop(0) if len(states) > 1 else "".join(states)).encode() or None
        return {
            "placement/region": REGION.encode(),
            "instance-id": INSTANCE.encode(),
            "iam/security-credentials/": b"the-role",
            "iam/security-credentials/the-role": json.dumps(KEYS).encode(),
        }.get(path)


class _Handler(BaseHTTPRequestHandler):
    state: Amazon

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the name is the base class's
        pass

    def do_PUT(self) -> None:  # the names that http.server calls
        self._say(200 if self.path == "/latest/api/token" else 404, b"metadata-token")

    def do_GET(self) -> None:
        if self.path.startswith("/latest/meta-data/"):
            allowed = self.headers["X-aws-ec2-metadata-token"] == "metadata-token"
            found = self.state.metadata(self.path.removeprefix("/latest/meta-data/"))
            self._say(401 if not allowed else 404 if found is None else 200, found or b"")
        elif not self._failed():
            self.state.asked.append(Asked("GetObject", {"path": unquote(self.path)}, self._signed()))
            found = self.state.objects.get(unquote(self.path))
            self._say(404 if found is None else 200, found or b"<Error><Code>NoSuchKey</Code></Error>")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        target = self.headers["X-Amz-Target"]
        fields = json.loads(body) if target else dict(parse_qsl(body))
        action = target.rpartition(".")[2] if target else fields.pop("Action")
        if not self._failed():
            self.state.asked.append(Asked(action, fields, self._signed()))
            try:
                self._say(200, self.state.answer(action, fields))
            except KeyError:
                self._say(400, b'{"__type":"ResourceNotFoundException"}')

    def _signed(self) -> bool:
        return bool(_SIGNED.fullmatch(self.headers["Authorization"] or ""))

    def _failed(self) -> bool:
        if not self.state.failures:
            return False
        status, body = self.state.failures.pop(0)
        self._say(status, body)
        return True

    def _say(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body) + 5 * (status == 299)))  # 299: the answer breaks off
        self.end_headers()
        self.wfile.write(body)
