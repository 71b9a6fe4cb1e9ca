"""Images built for real, by buildah: no daemon, no registry, and nothing of it left when the tests are over.

The base image cannot be had here. A stand-in has its name: a small Debian with the Node.js and npm of this machine and
the user that Node's own images have.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType

SECONDS = 600  # for one build on a busy machine
AUTHORITIES = Path("/etc/ssl/certs/ca-certificates.crt")


@dataclass(frozen=True, slots=True)
class Image:
    """An image, with its files in a folder."""

    root: Path
    config: Mapping[str, Any]
    """What Docker knows of it, as in `Env` and `Cmd`. `Any`: it is JSON."""


class Builder:
    """A store of images of the tests' own, in which the base image is the stand-in."""

    def __init__(self, buildah: Path) -> None:
        self._buildah = buildah
        self._place = tempfile.TemporaryDirectory(prefix="slipway-images-")
        self._folder = Path(self._place.name)
        self.digest = ""

    def __enter__(self) -> Self:
        # In memory: most of the time would go into writing, and then into removing, what nobody keeps.
        subprocess.run(["mount", "-t", "tmpfs", "images", self._folder], check=True)  # noqa: S607 - where each system has it
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._call("umount", "--all")
        self._call("rm", "--all")
        # With all that is mounted below: buildah leaves a mount of the store onto itself.
        subprocess.run(["umount", "--recursive", self._folder], check=True)  # noqa: S607 - as above
        self._place.cleanup()

    def lay_base(self, debian: Path, node: Path, npm: Path, name: str) -> None:
        """Make the stand-in for Node's own image. Its packages come from where this machine's come from."""
        container = self._output("from", "scratch")
        root = Path(self._output("mount", container))
        shutil.copytree(debian, root, symlinks=True, dirs_exist_ok=True, ignore=shutil.ignore_patterns("dev", "proc"))
        modules = root / "usr/local/lib/node_modules"
        modules.mkdir(parents=True)
        shutil.copy2(node.resolve(), root / "usr/local/bin/node")
        shutil.copytree(npm.resolve().parents[1], modules / "npm", symlinks=True)
        for program in ("npm", "npx"):
            (root / "usr/local/bin" / program).symlink_to(f"../lib/node_modules/npm/bin/{program}-cli.js")
        with (root / "etc/passwd").open("a") as users:
            users.write("node:x:1000:1000::/home/node:/bin/bash\n")
        registry = subprocess.run([npm, "config", "get", "registry"], check=True, capture_output=True, text=True).stdout
        registry = registry.strip().rstrip("/")
        known = {"COREPACK_NPM_REGISTRY": registry, "npm_config_registry": registry}
        if AUTHORITIES.exists():
            (root / AUTHORITIES.relative_to("/")).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(AUTHORITIES, root / AUTHORITIES.relative_to("/"))
            known["NODE_EXTRA_CA_CERTS"] = str(AUTHORITIES)
        self._output("config", *(f"--env={key}={value}" for key, value in known.items()), container)
        self._output("umount", container)
        self._output("commit", "--format=docker", "--rm", container, f"docker.io/library/{name}")
        described = json.loads(self._output("images", "--json", name))
        self.digest = described[0]["digest"]

    def build(
        self, context: Path, *options: str, environment: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Build what the Dockerfile in a folder says; whoever wants the image names it by `--tag`."""
        how = ("--isolation=chroot", "--format=docker", "--pull-never", "--http-proxy=false", "--layers")
        return self._call("build", *how, *options, str(context), environment=environment)

    def image(self, name: str) -> Image:
        """An image that has been built."""
        container = self._output("from", "--pull-never", f"localhost/{name}")
        described = json.loads(self._output("inspect", "--type=image", f"localhost/{name}"))
        return Image(Path(self._output("mount", container)), described["Docker"]["config"])

    def _output(self, *arguments: str) -> str:
        done = self._call(*arguments)
        assert done.returncode == 0, f"buildah {arguments[0]}: {done.stderr}"
        return done.stdout.strip()

    def _call(self, *arguments: str, environment: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        store = (f"--root={self._folder / 'store'}", f"--runroot={self._folder / 'run'}")
        kept = self._folder / "kept"  # where it keeps what `--mount=type=cache` asks for
        kept.mkdir(exist_ok=True)
        return subprocess.run(
            [self._buildah, *store, "--storage-driver=overlay", *arguments],
            env={**os.environ, "TMPDIR": str(kept), **(environment or {})},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            text=True,
            timeout=SECONDS,
        )


def laid(context: Path, files: Mapping[str, str], *trees: Path) -> Path:
    """A folder with copies of these trees, and with these files above them."""
    for tree in trees:
        shutil.copytree(tree, context, dirs_exist_ok=True)
    for name, content in files.items():
        with contextlib.suppress(FileNotFoundError):
            (context / name).unlink()
        (context / name).parent.mkdir(parents=True, exist_ok=True)
        (context / name).write_text(content)
    return context
