"""Rules about containers on a Docker engine: who reaches them, what they may do to their machine, what they run."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from policies.inputs import demand, made, negated, some
from policies.redis.loopback import is_loopback
from policies.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plan.graph import Graph
    from policies.finding import Verdict
    from policies.inputs import Answer, Field

CONTAINER = "docker:index/container:Container"
IMAGE = "docker:index/remoteImage:RemoteImage"
_CLOUDS = ("docker",)
_DIGEST = re.compile(r"@sha256:[0-9a-f]{64}\Z")
_IMAGE_ID = re.compile(r"sha256:[0-9a-f]{64}")
# What is as good as root on the machine.
_POWERFUL = frozenset(
    f"{prefix}{name}"
    for prefix in ("", "CAP_")
    for name in (
        *("ALL", "SYS_ADMIN", "SYS_MODULE", "SYS_PTRACE", "SYS_RAWIO", "NET_ADMIN", "DAC_READ_SEARCH", "SYS_BOOT"),
        *("BPF", "PERFMON", "MAC_ADMIN", "SYSLOG"),
    )
)
_NAMESPACES = ("pidMode", "ipcMode", "usernsMode", "cgroupnsMode")
# The engine itself, and folders in which its machine's programs, keys or settings lie.
_MACHINE = re.compile(
    r"/(?:(?:var/)?run(?:/(?:docker|containerd|podman|crio)\b.*)?|var(?:/lib(?:/(?:docker|containerd)\b.*)?)?"
    r"|(?:etc|root|boot|dev|proc|sys|usr|bin|sbin|lib|home)(?:/.*)?)?/*"
)


def _judge_ports(graph: Graph) -> Iterator[Verdict]:
    wrong = "opens a port to other machines"
    for container in made(graph, CONTAINER):
        for port in container["ports"].items():
            address = port["ip"].text()
            yield from demand(port["ip"], None if address is None else is_loopback(address), wrong)
        everything = container["publishAllPorts"]
        yield from demand(everything, negated(everything.flag(default=False)), wrong)
        mode = container["networkMode"]
        yield from demand(mode, negated(mode.among({"HOST"})), wrong)


def _judge_rights(graph: Graph) -> Iterator[Verdict]:
    wrong = "has rights over its machine"
    for container in made(graph, CONTAINER):
        privileged = container["privileged"]
        yield from demand(privileged, negated(privileged.flag(default=False)), wrong)
        for added in container["capabilities"]["adds"].items():
            yield from demand(added, negated(added.among(_POWERFUL)), wrong)
        for name in _NAMESPACES:
            yield from demand(container[name], negated(container[name].among({"HOST"})), wrong)
        yield from demand(container["devices"], negated(container["devices"].present), wrong)


def _judge_mounts(graph: Graph) -> Iterator[Verdict]:
    wrong = "has a part of its machine among its files"
    for container in made(graph, CONTAINER):
        for volume in container["volumes"].items():
            yield from demand(volume["hostPath"], _is_harmless(volume["hostPath"]), wrong)
        for mount in container["mounts"].items():
            holds = some((negated(mount["type"].among({"BIND"})), _is_harmless(mount["source"])))
            yield from demand(mount["source"], holds, wrong)


def _is_harmless(path: Field) -> Answer:
    """Whether a path is none of the machine's own; nothing at all is none."""
    text = path.text()
    return None if text is None else not text or _MACHINE.fullmatch(text) is None


def _judge_images(graph: Graph) -> Iterator[Verdict]:
    wrong = "runs another image tomorrow under the same name"
    for image in made(graph, IMAGE):
        name = image["name"].text()
        yield from demand(image["name"], None if name is None else _DIGEST.search(name) is not None, wrong)
    for container in made(graph, CONTAINER):
        # What the plan pulls itself is judged there.
        if graph.follow(container.resource, "image", (IMAGE,)) is None:
            name = container["image"].text()
            fixed = None if name is None else bool(_DIGEST.search(name) or _IMAGE_ID.fullmatch(name))
            yield from demand(container["image"], fixed, wrong)


def _judge_root_disk(graph: Graph) -> Iterator[Verdict]:
    for container in made(graph, CONTAINER):
        fixed = container["readOnly"]
        yield from demand(fixed, fixed.flag(default=False), "lets a program change its own files")


def _judge_new_rights(graph: Graph) -> Iterator[Verdict]:
    for container in made(graph, CONTAINER):
        options = container["securityOpts"]
        said = some(each.among({"NO-NEW-PRIVILEGES", "NO-NEW-PRIVILEGES:TRUE"}) for each in options.items())
        yield from demand(options, said, "lets a program get more rights than it was started with")


def _judge_limits(graph: Graph) -> Iterator[Verdict]:
    wrong = "may take what its machine needs"
    for container in made(graph, CONTAINER):
        yield from demand(container["memory"], container["memory"].at_least(1), wrong)
        driver, options = container["logDriver"], container["logOpts"]
        # The driver `json-file`, which is taken where none is named, keeps every line unless a size is said.
        keeps = driver.among({"", "JSON-FILE"})
        yield from demand(options, some((negated(keeps), options["max-size"].present)), wrong)


RULES = (
    Rule(
        id="docker-images-by-digest",
        title="Containers run images by digest",
        severity="high",
        level="mandatory",
        clouds=_CLOUDS,
        references=("own: the like of FSBP ECR.2",),
        rationale="Who may push an image can move its tag: then what was tested is not what runs.",
        remedy="Name the image as REPOSITORY@sha256:…, and give the container RemoteImage's image_id.",
        judge=_judge_images,
    ),
    Rule(
        id="docker-limits",
        title="Containers have limits of memory and log",
        severity="medium",
        level="advisory",
        clouds=_CLOUDS,
        references=("CIS Docker 1.6 5.11", "own: logs of containers grow until the disk is full"),
        rationale="One program that goes wrong takes all memory or fills the disk, and everything beside it ends.",
        remedy='Set memory, and log_opts={"max-size": "10m", "max-file": "5"}.',
        judge=_judge_limits,
    ),
    Rule(
        id="docker-machine-not-mounted",
        title="Containers see neither the engine nor folders of their machine",
        severity="critical",
        level="mandatory",
        clouds=_CLOUDS,
        references=("CIS Docker 1.6 5.6 and 5.32",),
        rationale="Who speaks with the engine's socket, or writes the machine's folders, is root on the machine.",
        remedy="Keep data in volumes of the engine (volume_name), and mount no docker.sock.",
        judge=_judge_mounts,
    ),
    Rule(
        id="docker-no-new-privileges",
        title="Programs in containers get no further rights",
        severity="medium",
        level="advisory",
        clouds=_CLOUDS,
        references=("CIS Docker 1.6 5.26",),
        rationale="A program that is started with another user's rights undoes that the container has none.",
        remedy='Set security_opts=["no-new-privileges:true"].',
        judge=_judge_new_rights,
    ),
    Rule(
        id="docker-ports-on-loopback",
        title="Ports of containers are open to their own machine only",
        severity="high",
        level="mandatory",
        clouds=_CLOUDS,
        references=("CIS Docker 1.6 5.8, 5.10 and 5.14",),
        rationale="A published port passes by the machine's own firewall: Docker opens it in front of that.",
        remedy='Publish as ip="127.0.0.1", let a web server lead there, and leave network_mode and the like out.',
        judge=_judge_ports,
    ),
    Rule(
        id="docker-root-disk-read-only",
        title="Programs in containers cannot change their own files",
        severity="medium",
        level="advisory",
        clouds=_CLOUDS,
        references=("CIS Docker 1.6 5.13",),
        rationale="Who gets into a program leaves something behind in its files, which then runs with it.",
        remedy="Set read_only=True, a tmpfs for /tmp, and volumes for data.",
        judge=_judge_root_disk,
    ),
    Rule(
        id="docker-unprivileged",
        title="Containers have no rights over their machine",
        severity="critical",
        level="mandatory",
        clouds=_CLOUDS,
        references=("CIS Docker 1.6 5.4, 5.5, 5.16, 5.17 and 5.31",),
        rationale="With these rights a program in the container is root on the machine, and in every other container.",
        remedy="Leave privileged, devices and host namespaces out, and add no capability of the system.",
        judge=_judge_rights,
    ),
)
