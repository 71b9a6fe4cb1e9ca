"""One store of images, and the images of the small application: one for each package manager."""

from __future__ import annotations

import hashlib
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from slipway.render.dockerfile import dockerfile, dockerignore
from tests.images.builder import Builder, laid
from tests.images.settings import EACH, JOBS, WEB, settings
from tests.images.trust_store import TrustStore
from tests.machines.root import bootstrapped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from config.stack import StackSettings
    from tests.images.builder import Image

HERE = Path(__file__).parent
MARK = "hunter2"
CERTIFICATE = "-----BEGIN CERTIFICATE-----\n"
REVISION = "0f3c9a1b2d4e"
# What lies about on the machine of whoever builds.
LITTER = {
    ".env": f"STRIPE_KEY={MARK}",
    "services/web/.env.local": f"STRIPE_KEY={MARK}",
    "services/web/tls.key": MARK,
    ".npmrc": f"//npm.example.com/:_authToken={MARK}",
    ".git/config": f"url = https://{MARK}@git.example.com",
    "node_modules/he/index.js": f"throw new Error('{MARK}')",
}


@dataclass(frozen=True)
class Workshop:
    """A store with the stand-in, and what is built there."""

    builder: Builder
    version: str
    trust_store: TrustStore
    folder: Path

    def context(self, stack: StackSettings, manager: str, **files: str) -> Path:
        """The application's repository with the Dockerfile of a stack, as it lies on somebody's machine."""
        rendered = {"Dockerfile": str(dockerfile(stack)), ".dockerignore": str(dockerignore(stack))}
        folder = self.folder / f"context-{len(list(self.folder.iterdir()))}"
        return laid(folder, LITTER | rendered | files, HERE / "application", HERE / "managers" / manager)

    def stack(self, manager: str, **image: str) -> StackSettings:
        """The stack whose image is built with this package manager. `image` pins what it is built from."""
        runtime = {"version": self.version, "packages": manager.partition("-")[0], "image": image}
        if manager != "npm":
            return settings(self.folder / "project", runtime)
        # Everything else that a Dockerfile may have.
        return settings(
            self.folder / "project",
            runtime,
            {"web": {**WEB, "derived": {"DATABASE_URL": "postgres.url"}}, "jobs": JOBS},
            EACH,
            data={"redis": {"kind": "none"}, "postgres": {"kind": "managed"}},
        )

    def image(self, manager: str) -> Image:
        """The image that the service `web` runs from."""
        pins = {"node": self.builder.digest, "database_ca": sha256(CERTIFICATE)} if manager == "npm" else {}
        tokens = self.folder / "npmrc"
        tokens.write_text(f"//npm.example.com/:_authToken={MARK}\n")
        done = self.builder.build(
            self.context(self.stack(manager, **pins), manager),
            *(("--target=web",) if manager == "npm" else ()),
            f"--secret=id=npmrc,src={tokens}",
            f"--build-arg=REVISION={REVISION}",
            f"--tag={manager}",
            environment=self.trust_store.environment,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return self.builder.image(manager)


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@pytest.fixture(scope="session")
def workshop(require_program: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workshop]:
    """The store, with the stand-in in it."""
    needed = {name: require_program(name) for name in ("buildah", "node", "npm", "openssl", "debootstrap")}
    debian = bootstrapped(needed["debootstrap"])
    version = subprocess.run([needed["node"], "--version"], check=True, capture_output=True, text=True).stdout.strip()
    folder = tmp_path_factory.mktemp("images")
    with (
        Builder(needed["buildah"]) as builder,
        TrustStore(tmp_path_factory.mktemp("trust"), needed["openssl"], CERTIFICATE) as trust_store,
    ):
        builder.lay_base(debian, needed["node"], needed["npm"], f"node:{version[1:]}-trixie-slim")
        yield Workshop(builder, version[1:], trust_store, folder)


@pytest.fixture(scope="session")
def image_of(workshop: Workshop) -> Callable[[str], Image]:
    """Return a function: the image that a package manager has a part in; each is built once."""
    return cache(workshop.image)
