"""The site that the tests of `examples/chat` talk to."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from tests.chat.site import Certificate, Site
from tests.conftest import ROOT
from tests.machines.servers import node, redis_server, released

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

__all__ = ["node", "redis_server"]

EXAMPLE = ROOT / "examples" / "chat"


@pytest.fixture(scope="session")
def release(require_program: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The service as a release has it: its files with the packages of its lock file."""
    return released(EXAMPLE, require_program("npm"), tmp_path_factory.mktemp("release") / "chat")


@pytest.fixture(scope="session")
def certificate(require_program: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    made = Certificate(tmp_path_factory.mktemp("certificate"))
    made.make(require_program("openssl"))
    return made


@pytest.fixture(scope="session")
def sites(
    node: Path,
    release: Path,
    certificate: Certificate,
    require_program: Callable[[str], Path],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Callable[[bool], Site]]:
    """Return a function: the site whose instances share one Redis, or the other one; each is started once."""
    programs = {
        "node": node,
        "redis-server": require_program("redis-server"),
        # Debian has it where only root looks for programs.
        "nginx": require_program(shutil.which("nginx", path="/usr/sbin") or "nginx"),
    }
    begun: list[Site] = []
    made: dict[bool, Site] = {}

    def start(shared: bool) -> Site:  # noqa: FBT001 - the only argument
        if shared not in made:
            site = Site(tmp_path_factory.mktemp("site"), programs, release, certificate, shared)
            begun.append(site)
            site.start()
            made[shared] = site  # one that does not start is no site for the next test, and is ended all the same
        return made[shared]

    yield start
    for site in begun:
        site.end()


@pytest.fixture
def shared() -> bool:
    """Whether the instances share one Redis."""
    return True


@pytest.fixture
def site(sites: Callable[[bool], Site], shared: bool) -> Iterator[Site]:  # noqa: FBT001 - a fixture
    """A site whose rooms are empty. A test may end what it likes: it is started again."""
    made = sites(shared)
    yield made
    made.mend()
