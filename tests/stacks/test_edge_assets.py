"""What a Worker's folder of files brings along that the provider does not read, and what must not be in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pulumi
import pytest

from components.cloudflare import worker_script
from config.cloudflare_worker import Worker, WorkerCandidate, WorkerRelease
from stacks.cloudflare_assets import assets
from stacks.cloudflare_trial import candidate

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A built folder, as the program finds it."""
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "dist" / "client"
    (folder / ".well-known").mkdir(parents=True)
    (folder / ".well-known" / "security.txt").write_text("Contact: mailto:team@example.com")
    (folder / "index.html").write_text("hello")
    return folder


def told(directory: str = "dist/client", *, gradual: bool = False) -> dict[str, Any]:  # Any: a component's arguments
    worker = {"compatibility_date": "2026-11-01", "gradual": gradual}
    release = {"kind": "worker", "main": "dist/worker.js", "sha256": "5b" * 32}
    found = assets(
        Worker.model_validate({**worker, "assets": {"directory": directory, "not_found": "404-page"}}),
        WorkerRelease.model_validate(release),
    )
    assert found is not None
    return dict(found)


def of_the_candidate(directory: str) -> dict[str, Any]:  # Any: as above
    """What the component is told of a candidate's files."""
    said = {"main": "next/worker.js", "sha256": "9f" * 32, "percent": 10, "assets": directory}
    found = dict(candidate(WorkerCandidate.model_validate(said)))
    return {key: value for key, value in found.items() if key not in ("main", "sha256", "percent")}


def test_rules_for_headers_and_redirects_are_handed_over(built: Path) -> None:
    (built / "_headers").write_text("/*\n  X-Frame-Options: DENY\n")
    (built / "_redirects").write_text("/old /neü 301\n")
    assert told() == {
        "directory": "dist/client",
        "not_found": "404-page",
        "headers": "/*\n  X-Frame-Options: DENY\n",
        "redirects": "/old /neü 301\n",
    }
    args: Any = {"assets": told()}
    made: Any = worker_script._assets(args)
    assert (made.config.headers, made.config.redirects) == (told()["headers"], told()["redirects"])


def test_without_rules_and_without_a_build_nothing_is_made_up(built: Path) -> None:
    assert told() == {"directory": "dist/client", "not_found": "404-page"}
    assert told("not/built") == {"directory": "not/built", "not_found": "404-page"}
    assert built.is_dir()


@pytest.mark.parametrize(
    ("name", "why"),
    [
        (".env", "dist/client/.env: begins with a dot, and everybody could read it; leave it out"),
        ("deep/.git/config", "dist/client/deep/.git: begins with a dot"),
        (".assetsignore", "dist/client/.assetsignore: Cloudflare's provider does not read it and uploads all files"),
    ],
)
def test_what_nobody_should_read_ends_the_program(built: Path, name: str, why: str) -> None:
    place = built / name
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text("SESSION_SECRET=hunter2")
    with pytest.raises(pulumi.RunError) as refused:
        told()
    assert f"slipway:topology.worker.assets: {why}" in str(refused.value)
    assert "hunter2" not in str(refused.value)


def test_rules_that_are_no_text_end_the_program_with_a_reason(built: Path) -> None:
    (built / "_headers").write_bytes(b"\xff\xfe")
    with pytest.raises(pulumi.RunError, match="_headers cannot be read: it is no text in UTF-8"):
        told()


def test_a_candidate_has_the_rules_of_its_own_folder_and_the_release_those_of_its_own(built: Path) -> None:
    tried = built.parent.parent / "next" / "client"
    tried.mkdir(parents=True)
    (built / "_headers").write_text("/*\n  X-Frame-Options: DENY\n")
    (tried / "_redirects").write_text("/old /neü 301\n")
    assert (
        told(gradual=True)
        == told()
        == {
            "directory": "dist/client",
            "not_found": "404-page",
            "headers": "/*\n  X-Frame-Options: DENY\n",
        }
    )
    assert of_the_candidate("next/client") == {"directory": "next/client", "redirects": "/old /neü 301\n"}
    assert of_the_candidate("not/built") == {"directory": "not/built"}


def test_the_files_of_a_candidate_are_looked_at_like_those_of_the_release(built: Path) -> None:
    tried = built.parent.parent / "next" / "client"
    tried.mkdir(parents=True)
    (tried / ".env").write_text("SESSION_SECRET=hunter2")
    with pytest.raises(pulumi.RunError, match=r"next/client/\.env: begins with a dot"):
        of_the_candidate("next/client")
