"""What a single server does when it first starts: cloud-init's configuration, as pure text.

All of it is known before deployment, so that a plan can show and rules can judge it. It holds no secret: passwords of
what is on the server are made there, everything else comes with a release.
"""

from __future__ import annotations

import re
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from components.server.nginx import ACME_FOLDER
from components.server.node import node_archive
from components.server.postgres import postgres_config
from components.server.release_program import PLACE, UNITS
from components.server.texts import packed, render

if TYPE_CHECKING:
    from components.server.single_server import SingleServer

_HERE = Path(__file__).parent / "templates"
_PACKED = f"{PLACE}/packed"
_FIRST = f"{PLACE}/first"  # from where each is copied to its place, unless something is there
_REDIS_DEFAULTS = {"bind": "127.0.0.1 -::1", "protected-mode": "yes", "appendonly": "yes", "appendfsync": "everysec"}
_ALWAYS = (
    "ca-certificates",
    "certbot",
    "curl",
    "git",
    "logrotate",
    "nftables",
    "nginx",
    "openssl",
    "python3",
    "unattended-upgrades",
    "xz-utils",
)
# Each packed file in its folder; those that begin with #! may be run.
_UNPACK = """\
import base64, bz2, pathlib, re, sys
text = bz2.decompress(base64.b85decode(pathlib.Path(sys.argv[1]).read_text().strip())).decode()
for part in re.split("^==> ", text, flags=re.M)[1:]:
    name, _, content = part.partition("\\n")
    file = pathlib.Path(name)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(content)
    file.chmod(0o755 if content.startswith("#!") else 0o644)
"""
_TIMERS = ("certbot.timer", "logrotate.timer", "slipway-certificate.timer")
_SAME = {  # on every server, with the template that each is
    f"{PLACE}/certificate.sh": "certificate.sh",
    f"{UNITS}/slipway-certificate.service": "slipway-certificate.service",
    f"{UNITS}/slipway-certificate.timer": "slipway-certificate.timer",
    "/etc/logrotate.d/slipway": "logrotate",
    "/etc/systemd/journald.conf.d/slipway.conf": "journald.conf",
}
_COMMENT = re.compile(r"\s*#(?: |$)")
_REDIS_UNIT = "[Unit]\nRequiresMountsFor=/var/lib/redis\n"  # without its volume it would begin anew, with nothing


class TooLong(ValueError):  # noqa: N818  # it says what is wrong
    """A server is told more than its provider takes."""


def user_data(server: SingleServer, limit: int) -> str:
    """The whole configuration. Raises `TooLong` where it has more than `limit` bytes, which the provider takes."""
    document = {
        "locale": "C.UTF-8",
        "ssh_pwauth": False,
        "disable_root": True,
        "users": [_deployer(server), *([_operator(server)] if server.operators else [])],
        "write_files": [_file(path, content) for path, content in _files(server).items()],
        "runcmd": [["sh", "-ec", f'python3 -c "$1" {_PACKED}; exec bash {PLACE}/setup.sh', "sh", _UNPACK]],
    }
    text = "#cloud-config\n" + yaml.dump(document, Dumper=_Dumper, sort_keys=False, width=10_000, allow_unicode=True)
    if (size := len(text.encode())) > limit:
        raise TooLong(f"the user data of {server.stack} has {size} bytes, and the provider takes {limit}")
    return text


class _Dumper(yaml.SafeDumper):
    """Texts of several lines as blocks, which people can read."""


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)


def _deployer(server: SingleServer) -> dict[str, object]:
    """Who deploys: by key alone, and as root only through the program that brings releases.

    Where services run in containers, there is no such program: the set-up lets them use the Docker engine.
    """
    return {
        "name": "deploy",
        "gecos": "Deployments",
        "shell": "/bin/bash",
        "lock_passwd": True,
        "ssh_authorized_keys": list(server.keys),
        **({} if server.containers else {"sudo": f"ALL=(root) NOPASSWD: {PLACE}/release.py *"}),
    }


def _operator(server: SingleServer) -> dict[str, object]:
    """Who repairs, restores and moves: by key alone, and root whenever they say sudo."""
    return {
        "name": "operator",
        "gecos": "Operators",
        "primary_group": "operator",  # Debian has this group, so none can be made for the user
        "shell": "/bin/bash",
        "lock_passwd": True,
        "ssh_authorized_keys": list(server.operators),
        "sudo": "ALL=(ALL:ALL) NOPASSWD: ALL",
    }


def _sources(mirror: str) -> str:
    """Debian's packages from a mirror, on which security updates lie beside them as on Debian's own."""
    places = ((mirror, "bookworm"), (mirror, "bookworm-updates"), (f"{mirror}-security", "bookworm-security"))
    return "".join(f"deb {where} {suite} main\n" for where, suite in places)


def _file(path: str, content: str) -> dict[str, str]:
    return {"path": path, "content": content, "permissions": "0755" if content.startswith("#!") else "0644"}


def _files(server: SingleServer) -> dict[str, str]:
    """What has to be there before anything is installed, and the rest, packed."""
    everything = {
        "/etc/nftables.conf": render(_HERE, "nftables.conf.j2", {"s": server}),
        "/etc/slipway/certificate": _certificate(server),
        **({"/etc/slipway/postgresql.conf": postgres_config(server.postgres)} if server.postgres else {}),
        **({"/etc/slipway/redis.conf": _redis(server)} if server.redis else {}),
        **({f"{UNITS}/redis-server.service.d/slipway.conf": _REDIS_UNIT} if server.redis and server.volume else {}),
        **{path: _read(name) for path, name in _SAME.items()},
        **server.files,
        **server.programs,
        **{f"{_FIRST}{path}": content for path, content in server.first.items()},
        f"{PLACE}/setup.sh": _setup(server),
    }
    return {
        "/etc/ssh/sshd_config.d/10-slipway.conf": render(_HERE, "sshd.conf.j2", {"s": server}),
        "/etc/apt/apt.conf.d/60slipway": _read("apt.conf"),
        **({"/etc/apt/sources.list": _sources(server.sources.debian)} if server.sources.debian else {}),
        _PACKED: packed({path: _bare(content) for path, content in everything.items()}) + "\n",
    }


def _bare(content: str) -> str:
    """Without comments on lines of their own: they are for readers of the templates, and room is scarce."""
    return "".join(line for line in content.splitlines(keepends=True) if not _COMMENT.match(line))


def _setup(server: SingleServer) -> str:
    proof = ("python3-certbot-dns-cloudflare",) if server.certificate.proof == "cloudflare" else ()
    data = (
        *(("postgresql", "postgresql-contrib") if server.postgres else ()),
        *(("redis-server",) if server.redis else ()),
        *(("sqlite3",) if server.sqlite else ()),
    )
    values = {
        "s": server,
        "folder": server.sqlite.rpartition("/")[0] if server.sqlite else None,
        "packages": sorted({*_ALWAYS, *proof, *data, *server.packages}),
        "archive": node_archive(server.node, server.architecture),
        "timers": [*_TIMERS, *server.timers],
    }
    return render(_HERE, "setup.sh.j2", values)


def _redis(server: SingleServer) -> str:
    assert server.redis is not None, "asked for only where there is one"  # noqa: S101  # a promise to the reader
    settings = {
        **_REDIS_DEFAULTS,
        "maxmemory": f"{server.redis.memory}mb",
        "maxmemory-policy": server.redis.full,
    }
    return "".join(f"{name} {value}\n" for name, value in settings.items())


def _certificate(server: SingleServer) -> str:
    """What the program that gets the certificate reads: for bash, and nothing in it needs quotes but these."""
    proofs = {
        "file": f"--webroot --webroot-path {ACME_FOLDER}",
        "cloudflare": "--dns-cloudflare --dns-cloudflare-credentials /etc/slipway/credentials/cloudflare.ini",
    }
    certificate = server.certificate
    names = " ".join(f"--domain {host}" for host in certificate.hosts)
    return f'NAME="{server.app}"\nEMAIL="{certificate.email}"\nPROOF=({proofs[certificate.proof]})\nNAMES=({names})\n'


def _read(name: str) -> str:
    return (resources.files("components.server") / "templates" / name).read_text(encoding="utf-8")
