"""What an EC2 machine asks of AWS, with Python's standard library alone: no CLI and no packages to install.

Longer than 300 lines because one file is all that a machine is handed. Each command is a public function below
`# Commands`; its arguments are the command's words. What is secret is never printed.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import random
import re
import subprocess
import sys
import time
from html import unescape
from http.client import HTTPException
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.error import HTTPError
from urllib.parse import quote, urlencode, urlsplit
from urllib.request import Request, urlopen

if TYPE_CHECKING:
    from collections.abc import Callable

METADATA = os.environ.get("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://169.254.169.254")
ENDPOINT = os.environ.get("AWS_ENDPOINT_URL", "")  # one address for all services, for tests
MACHINE = Path("/etc/slipway/machine.json")  # what this machine is, written by its user data
RUN = Path("/run")
ATTEMPTS = 12  # some four minutes: the way out to the internet may come up later than the machine
PAUSE = 1.0
LONGEST_PAUSE = 30.0
EMPTY = hashlib.sha256(b"").hexdigest()
PASSING = frozenset({429, 500, 502, 503, 504})
THROTTLED = re.compile(rb"Throttl|TooManyRequests|RequestLimitExceeded|SlowDown|RequestTimeout")
SECRET = re.compile(r"\$\{secret:([^}]+)\}")
# The words of config/secret_values.py: what a deployment takes, a machine takes too.
PLACEHOLDER = re.compile(
    r"(?i)change[-_ ]?me|place[-_ ]?holder|to[-_ ]?do|your[-_ ].*|<.*>|\[.*\]|\{.*\}|x{3,}|\.{3,}|.*\.{3}"
    r"|example|secret|password|passw0rd|test|dummy|none|null|undefined"
    r"|.*(?:change[-_ ]?me|place[-_ ]?holder|your[-_]super[-_]secret).*"
)


class Failed(Exception):  # noqa: N818  # its message ends a command
    """A command cannot do its work; the message says why."""


class Keys(NamedTuple):
    """Credentials of the machine's role."""

    access: str
    secret: str
    token: str


def authorization(request: Request, scope: tuple[str, str], keys: Keys) -> str:
    """The Authorization header of Signature Version 4 for a request with X-Amz-Date; `scope` is region and service."""
    headers = dict(request.header_items())
    parts, when = urlsplit(request.full_url), headers["X-amz-date"]
    digest = hashlib.sha256(request.data if isinstance(request.data, bytes) else b"").hexdigest()
    signed = {"host": parts.netloc, **{name.lower(): " ".join(value.split()) for name, value in headers.items()}}
    names = ";".join(sorted(signed))
    lines = "".join(f"{name}:{signed[name]}\n" for name in sorted(signed))
    query = "&".join(sorted(parts.query.split("&")))
    canonical = "\n".join((request.get_method(), parts.path or "/", query, lines, names, digest))
    credential = "/".join((when[:8], *scope, "aws4_request"))
    text = "\n".join(("AWS4-HMAC-SHA256", when, credential, hashlib.sha256(canonical.encode()).hexdigest()))
    key = f"AWS4{keys.secret}".encode()
    for part in credential.split("/"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    signature = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
    return f"AWS4-HMAC-SHA256 Credential={keys.access}/{credential}, SignedHeaders={names}, Signature={signature}"


def patiently(make: Callable[[], Request], into: str = "") -> bytes:
    """What the answer says, or the answer written into a file. What passes by itself is asked again, ever later."""
    for attempt in range(1, ATTEMPTS + 1):
        request = make()
        where = f"{request.get_method()} {urlsplit(request.full_url).netloc}"
        try:
            with urlopen(request, timeout=60) as answer:  # noqa: S310  # addresses are made here
                return store(answer, into) if into else bytes(answer.read())
        except HTTPError as error:
            said = error.read()[:2000]
            if error.code not in PASSING and not THROTTLED.search(said):
                code = re.search(rb'(?:<Code>|"__type": ?")([\w.#]+)', said)
                raise Failed(f"{where}: {error.code} {code[1].decode() if code else error.reason}") from None
            reason = str(error.code)
        except (OSError, HTTPException) as error:  # nobody answers yet, or the answer broke off
            reason = str(getattr(error, "reason", error))
        if attempt < ATTEMPTS:
            say(f"{where}: {reason}; asking again")
            time.sleep(min(LONGEST_PAUSE, PAUSE * 2 ** (attempt - 1)) * random.uniform(0.5, 1))  # noqa: S311  # no secret
    raise Failed(f"{where}: {reason}, {ATTEMPTS} times")


def store(answer: Any, path: str) -> bytes:  # Any: a response, whose class has no public name
    """Write a body of any size into a file; a body that ends early raises OSError."""
    left = int(answer.headers["Content-Length"])
    with open(path, "wb") as file:  # noqa: PTH123  # of no use here
        while chunk := answer.read(1 << 20):
            left -= file.write(chunk)
    if left:
        raise OSError(f"{left} bytes are missing")
    return b""


def metadata(path: str) -> str:
    """What the instance metadata service says, asked with a token."""
    head = {"X-aws-ec2-metadata-token-ttl-seconds": "60"}
    token = patiently(lambda: Request(f"{METADATA}/latest/api/token", headers=head, method="PUT")).decode()  # noqa: S310
    head = {"X-aws-ec2-metadata-token": token}
    return patiently(lambda: Request(f"{METADATA}/latest/meta-data/{path}", headers=head)).decode()  # noqa: S310


def ask(
    service: str, body: bytes = b"", headers: dict[str, str] | None = None, *, url: str = "", into: str = ""
) -> bytes:
    """One signed request: POST of a body to a service, or GET of a URL's path in S3."""
    region = metadata("placement/region")
    role = metadata("iam/security-credentials/").split("\n")[0]
    found = json.loads(metadata(f"iam/security-credentials/{role}"))
    keys = Keys(found["AccessKeyId"], found["SecretAccessKey"], found["Token"])
    host = {"ecr": "api.ecr"}.get(service, service)
    where = url.format(region=region) or f"{ENDPOINT or f'https://{host}.{region}.amazonaws.com'}/"

    def signed() -> Request:
        request = Request(where, body or None, headers or {})  # noqa: S310
        request.add_header("X-Amz-Date", time.strftime("%Y%m%dT%H%M%SZ", time.gmtime()))
        request.add_header("X-Amz-Security-Token", keys.token)
        if service == "s3":
            request.add_header("X-Amz-Content-SHA256", EMPTY)
        request.add_header("Authorization", authorization(request, (region, service), keys))
        return request

    return patiently(signed, into)


def ask_json(service: str, target: str, **fields: Any) -> dict[str, Any]:  # Any: JSON
    """The answer of a service that speaks JSON."""
    head = {"Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": target}
    answer: dict[str, Any] = json.loads(ask(service, json.dumps(fields).encode(), head))
    return answer


def ask_query(service: str, version: str, action: str, **fields: str) -> str:
    """The answer, XML, of a service that takes forms."""
    form = urlencode({"Action": action, "Version": version, **fields}, quote_via=quote)
    return ask(service, form.encode(), {"Content-Type": "application/x-www-form-urlencoded"}).decode()


def elements(xml: str, name: str) -> list[str]:
    """The texts of all elements of a name that hold text alone."""
    return [unescape(text) for text in re.findall(rf"<{name}>([^<]*)</{name}>", xml)]


def say(text: str) -> None:
    """One line of the log."""
    sys.stderr.write(f"slipway: {text}\n")


def parameters(path: str) -> dict[str, str]:
    """The parameters right below a path, by the last part of their name."""
    found: dict[str, str] = {}
    more: dict[str, str] = {}
    while True:
        answer = ask_json("ssm", "AmazonSSM.GetParametersByPath", Path=path, WithDecryption=True, **more)
        found.update({each["Name"].rpartition("/")[2]: each["Value"] for each in answer["Parameters"]})
        if not answer.get("NextToken"):
            return found
        more = {"NextToken": answer["NextToken"]}


def service_of(unit: str) -> dict[str, Any]:
    """What this machine was told about one of its services."""
    service: dict[str, Any] = json.loads(MACHINE.read_text())["services"][unit]
    return service


def values(unit: str) -> dict[str, str]:
    """A service's whole environment, secrets filled in. What is no real secret is refused; no value is ever said."""
    service = service_of(unit)
    known: dict[str, str] = {}
    whole = dict(service["env"])
    for name, template in parameters(service["parameters"]).items():
        for arn in SECRET.findall(template):
            if arn not in known:
                known[arn] = str(
                    ask_json("secretsmanager", "secretsmanager.GetSecretValue", SecretId=arn)["SecretString"]
                )
            refuse(name, known[arn], service["lengths"].get(name, 1))
        encode = "://" in template
        whole[name] = SECRET.sub(
            lambda match: quote(known[match[1]], safe="") if encode else known[match[1]],  # noqa: B023  # used at once
            template,
        )
        if name in service["lengths"] and not SECRET.search(template):
            refuse(name, template, service["lengths"][name])
    whole.pop("DATA_VOLUME_ID", None)
    return whole


def refuse(name: str, value: str, least: int) -> None:
    """Stop at a secret that somebody forgot to set."""
    if PLACEHOLDER.fullmatch(value.strip()):
        raise Failed(f"{name}: its secret is a placeholder, which is refused; set the real value")
    if len(value) < least:
        raise Failed(f"{name}: its secret has {len(value)} characters, and at least {least} are required")


# Commands


def settings(unit: str) -> None:
    """Write the service's environment where only root reads it, as systemd does, and its names, for Docker."""
    found = sorted(values(unit).items())
    folder = RUN / unit
    folder.mkdir(mode=0o700, exist_ok=True)
    (folder / "names").write_text("".join(f"{name}\n" for name, _ in found))
    fresh = folder / "settings.new"
    if fresh.exists():
        fresh.unlink()
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        for name, value in found:
            escaped = value.replace("\\", "\\\\").replace('"', '\\"')
            file.write(f'{name}="{escaped}"\n')
    fresh.replace(folder / "settings.env")


def download(bucket: str, key: str, path: str) -> None:
    """Write an object of S3 into a file."""
    place = f"{ENDPOINT}/{bucket}" if ENDPOINT else f"https://{bucket}.s3.{{region}}.amazonaws.com"
    ask("s3", url=f"{place}/{quote(key, safe='/-_.~')}", into=path)


def lifecycle(hook: str, result: str) -> None:
    """Tell the auto-scaling group how the machine's start or end went, or with HEARTBEAT that it takes longer."""
    own = metadata("instance-id")
    which = {"resource-id": own, "key": "aws:autoscaling:groupName"}
    filters = {f"Filter.{number}.Name": name for number, name in enumerate(which, 1)}
    filters.update({f"Filter.{number}.Value.1": value for number, value in enumerate(which.values(), 1)})
    group = elements(ask_query("ec2", "2016-11-15", "DescribeTags", **filters), "value")
    if not group:
        say("this machine is in no auto-scaling group")
        return
    told = {"AutoScalingGroupName": group[0], "LifecycleHookName": hook, "InstanceId": own}
    if result == "HEARTBEAT":
        ask_query("autoscaling", "2011-01-01", "RecordLifecycleActionHeartbeat", **told)
        return
    ask_query("autoscaling", "2011-01-01", "CompleteLifecycleAction", LifecycleActionResult=result, **told)
    say(f"{hook}: {result}")


def volume(unit: str) -> None:
    """Attach the data volume, wait until it is there, and print its device."""
    wanted, own = parameters(service_of(unit)["parameters"])["DATA_VOLUME_ID"], metadata("instance-id")
    for _ in range(300):
        found = ask_query("ec2", "2016-11-15", "DescribeVolumes", **{"VolumeId.1": wanted})
        attached = elements(found, "instanceId")
        if not attached:  # else to this machine, or to one that is about to end
            fields = {"VolumeId": wanted, "InstanceId": own, "Device": "/dev/sdf"}
            ask_query("ec2", "2016-11-15", "AttachVolume", **fields)
        names = [f"disk/by-id/nvme-Amazon_Elastic_Block_Store_{wanted.replace('-', '')}", "xvdf", "sdf"]
        there = [name for name in names if Path("/dev", name).exists()]
        if own in attached and there:
            sys.stdout.write(f"/dev/{there[0]}\n")
            return
        time.sleep(2)
    raise Failed(f"{wanted} could not be attached in ten minutes; it is attached to {attached or 'nothing'}")


def registry_password(registry: str) -> None:
    """Print the password of user AWS for a registry of ECR."""
    answer = ask_json("ecr", "AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken", registryIds=[registry])
    packed = answer["authorizationData"][0]["authorizationToken"]
    sys.stdout.write(base64.b64decode(packed).decode().partition(":")[2])


def secret_age() -> None:
    """Put a metric for each service: the age in days of the secret that nobody changed for longest."""
    machine = json.loads(MACHINE.read_text())
    for unit, service in machine["services"].items():
        arns = {arn for text in parameters(service["parameters"]).values() for arn in SECRET.findall(text)}
        found = [ask_json("secretsmanager", "secretsmanager.DescribeSecret", SecretId=arn) for arn in sorted(arns)]
        changed = [each.get("LastChangedDate") or each["CreatedDate"] for each in found]
        if not changed:
            continue
        age = (time.time() - min(changed)) / 86400
        if age > service["max_secret_age_days"]:
            say(f"{unit}: a secret is {age:.0f} days old, and {service['max_secret_age_days']} are allowed")
        prefix = "MetricData.member.1."
        fields = {
            "Namespace": machine["namespace"],
            f"{prefix}MetricName": "SecretAgeDays",
            f"{prefix}Value": f"{age:.3f}",
            f"{prefix}Dimensions.member.1.Name": "Service",
            f"{prefix}Dimensions.member.1.Value": unit,
        }
        ask_query("monitoring", "2010-08-01", "PutMetricData", **fields)


def drain() -> None:
    """Wait until the group ends this machine, let requests under way finish, stop the services, let it end."""
    services = json.loads(MACHINE.read_text())["services"]
    while True:
        try:
            if metadata("autoscaling/target-lifecycle-state") == "Terminated":
                break
        except Failed:
            pass  # says nothing outside a group
        time.sleep(5)
    wait = max(service["drain"] for service in services.values())
    say(f"this machine ends: the load balancer sends nothing new, and has {wait} s to finish")
    time.sleep(wait)
    for unit in services:
        subprocess.run(["/usr/bin/systemctl", "stop", unit], check=False)
    lifecycle("terminating", "CONTINUE")


def main(words: list[str]) -> int:
    """Run one command, named by the first word; 1 and a line on stderr when it fails."""
    try:
        globals()[words[0].replace("-", "_")](*words[1:])
    except (Failed, OSError) as error:
        say(f"{words[0]}: {error}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
