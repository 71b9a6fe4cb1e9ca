"""Plans for the rules about containers on a Docker engine."""

from __future__ import annotations

from typing import Any

from plan.model import Unknown
from policies.docker.rules import CONTAINER, IMAGE
from tests.policies.cases.building import Cases, a
from tests.policies.plans import whole

DIGEST = "sha256:" + "5b0c5a1f6c1f3d0e" * 4
PULLED = a(IMAGE, "image", name=f"registry.example.com/shop@{DIGEST}")


def container(**more: Any) -> list[Any]:
    return [a(CONTAINER, "web", **more)]


def port(**more: Any) -> list[Any]:
    return container(ports=[{"internal": 3000, "external": 3000, **more}])


def mount(source: Any, kind: Any = "bind") -> list[Any]:
    return container(mounts=[{"target": "/data", "type": kind, "source": source}])


def folder(path: Any) -> list[Any]:
    return container(volumes=[{"containerPath": "/data", "hostPath": path}])


CASES = {
    "docker-images-by-digest": Cases(
        good={
            "pulled": [PULLED, a(CONTAINER, "web", image=whole(PULLED, "imageId"))],
            "named": container(image=f"registry.example.com/shop:1.4.2@{DIGEST}"),
            "by its id": container(image=DIGEST),
        },
        bad={
            "a tag that is pulled": [one := a(IMAGE, "image", name="shop:1"), a(CONTAINER, "web", image=whole(one))],
            "a tag": container(image="registry.example.com/shop:latest"),
            "half a digest": container(image="shop@sha256:5b0c5a1f"),
            "no tag": container(image="nginx"),
        },
        unproven={
            "unknown": container(image=Unknown()),
            "pulled, unknown": [a(IMAGE, "image", name=Unknown())],
        },
    ),
    "docker-limits": Cases(
        good={
            "both": container(memory=512, logDriver="json-file", logOpts={"max-size": "10m"}),
            "the default driver": container(memory=512, logOpts={"max-size": "10m"}),
            "a driver that turns over by itself": container(memory=512, logDriver="local"),
        },
        bad={
            "nothing said": container(),
            "no memory": container(logOpts={"max-size": "10m"}),
            "none of memory": container(memory=0, logDriver="local"),
            "no size of the log": container(memory=512, logDriver="json-file", logOpts={"max-file": "3"}),
        },
        unproven={
            "unknown memory": container(memory=Unknown(), logDriver="local"),
            "an unknown driver": container(memory=512, logDriver=Unknown()),
            "unknown options": container(memory=512, logOpts=Unknown()),
        },
    ),
    "docker-machine-not-mounted": Cases(
        good={
            "nothing": container(),
            "a volume": container(volumes=[{"containerPath": "/data", "volumeName": "data"}]),
            "a folder of data": folder("/srv/shop"),
            "a volume as a mount": mount("/etc", "volume"),
            "a folder of data as a mount": mount("/mnt/data/redis"),
            "memory": container(mounts=[{"target": "/tmp", "type": "tmpfs"}]),  # noqa: S108  # a container's own
            "a folder that is called alike": folder("/etcetera"),
        },
        bad={
            "the socket": folder("/var/run/docker.sock"),
            "the socket elsewhere": folder("/run/docker.sock"),
            "the socket's folder": folder("/var/run/"),
            "the socket as a mount": mount("/var/run/docker.sock"),
            "everything": folder("/"),
            "settings": mount("/etc"),
            "keys": folder("/home/deploy/.ssh"),
            "the engine's files": folder("/var/lib/docker/volumes"),
            "another engine's socket": folder("/run/containerd/containerd.sock"),
            "devices": mount("/dev/sda"),
        },
        unproven={
            "an unknown folder": folder(Unknown()),
            "an unknown mount": mount(Unknown()),
            "mounts that are unknown": container(mounts=Unknown()),
            "volumes that are unknown": container(volumes=[Unknown()]),
        },
    ),
    "docker-no-new-privileges": Cases(
        good={
            "said": container(securityOpts=["no-new-privileges:true"]),
            "said in short": container(securityOpts=["seccomp=unconfined", "no-new-privileges"]),
        },
        bad={
            "nothing said": container(),
            "off": container(securityOpts=["no-new-privileges:false"]),
        },
        unproven={
            "unknown": container(securityOpts=Unknown()),
            "one unknown": container(securityOpts=["seccomp=unconfined", Unknown()]),
        },
    ),
    "docker-ports-on-loopback": Cases(
        good={
            "none": container(),
            "its own machine": port(ip="127.0.0.1"),
            "its own machine, of the sixth version": port(ip="::1"),
            "another network": container(networkMode="bridge"),
            "not all": container(publishAllPorts=False),
        },
        bad={
            "everybody, by default": port(),
            "everybody": port(ip="0.0.0.0"),  # noqa: S104  # what is refused
            "everybody of the sixth version": port(ip="::"),
            "a network": port(ip="192.168.1.7"),
            "all": container(publishAllPorts=True),
            "the machine's network": container(networkMode="host"),
        },
        unproven={
            "an unknown address": port(ip=Unknown()),
            "unknown ports": container(ports=Unknown()),
            "an unknown network": container(networkMode=Unknown()),
            "perhaps all": container(publishAllPorts=Unknown()),
        },
    ),
    "docker-root-disk-read-only": Cases(
        good={"said": container(readOnly=True)},
        bad={"nothing said": container(), "off": container(readOnly=False)},
        unproven={"unknown": container(readOnly=Unknown())},
    ),
    "docker-unprivileged": Cases(
        good={
            "nothing said": container(),
            "off": container(privileged=False, pidMode="container:web", ipcMode="private"),
            "a capability that stays inside": container(capabilities={"adds": ["NET_BIND_SERVICE"], "drops": ["ALL"]}),
        },
        bad={
            "privileged": container(privileged=True),
            "a powerful capability": container(capabilities={"adds": ["CHOWN", "SYS_ADMIN"]}),
            "by its long name": container(capabilities=[{"adds": ["CAP_SYS_PTRACE"]}]),
            "all": container(capabilities={"adds": ["all"]}),
            "the machine's processes": container(pidMode="host"),
            "the machine's memory": container(ipcMode="host"),
            "the machine's users": container(usernsMode="host"),
            "the machine's groups": container(cgroupnsMode="host"),
            "a device": container(devices=[{"hostPath": "/dev/sda"}]),
        },
        unproven={
            "perhaps": container(privileged=Unknown()),
            "an unknown capability": container(capabilities={"adds": [Unknown()]}),
            "an unknown namespace": container(pidMode=Unknown()),
            "unknown devices": container(devices=Unknown()),
        },
    ),
}
