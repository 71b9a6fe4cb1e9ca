"""The digest of what an image is built from, and what it is not built from."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from config import build_context as module
from config.build_context import ContextError, content_digest
from config.secret_files import looks_secret

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

KEY = "-----BEGIN PRIVATE KEY-----\nhunter2\n"


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    made = tmp_path / "shop"
    (made / "src").mkdir(parents=True)
    (made / "Dockerfile").write_text("FROM node:24-slim\nCOPY . .\n")
    (made / ".dockerignore").write_text("node_modules\n*.md\n")
    (made / "src" / "server.js").write_text("// serves\n")
    (made / "start.sh").write_text("node src/server.js\n")
    (made / "README.md").write_text("Not in the image.\n")
    return made


def digest(shop: Path) -> str:
    return content_digest(shop, shop / "Dockerfile")


def refused(shop: Path, setting: str = "context") -> str:
    with pytest.raises(ContextError) as error:
        digest(shop)
    assert error.value.setting == setting
    return str(error.value)


def test_the_same_files_have_the_same_digest_wherever_and_whenever_they_were_written(
    shop: Path, tmp_path: Path
) -> None:
    other = tmp_path / "elsewhere"
    for file in sorted(shop.rglob("*"), reverse=True):
        if file.is_file():
            copy = other / file.relative_to(shop)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(file.read_bytes())
            copy.chmod(0o640)
            os.utime(copy, (0, 0))
    assert digest(other) == digest(shop)


CHANGES: dict[str, Callable[[Path], object]] = {
    "a file's content": lambda shop: (shop / "src" / "server.js").write_text("// serves well\n"),
    "a file's name": lambda shop: (shop / "src" / "server.js").rename(shop / "src" / "main.js"),
    "a file's folder": lambda shop: (shop / "src" / "server.js").rename(shop / "server.js"),
    "one more file": lambda shop: (shop / "src" / "more.js").write_text(""),
    "one file less": lambda shop: (shop / "start.sh").unlink(),
    "a file that may be run": lambda shop: (shop / "start.sh").chmod(0o755),
    "a link in the place of a file": lambda shop: (shop / "src" / "link.js").symlink_to("server.js"),
    "the Dockerfile": lambda shop: (shop / "Dockerfile").write_text("FROM node:26-slim\nCOPY . .\n"),
    "what is left out": lambda shop: (shop / ".dockerignore").write_text("node_modules\n"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_other_content_has_another_digest(shop: Path, change: Callable[[Path], object]) -> None:
    before = digest(shop)
    change(shop)
    assert digest(shop) != before


def test_what_the_ignore_file_leaves_out_has_no_part_in_it(shop: Path) -> None:
    before = digest(shop)
    (shop / "README.md").write_text("Another text.\n")
    (shop / "node_modules").mkdir()
    (shop / "node_modules" / "index.js").write_text("//")
    assert digest(shop) == before


def test_a_dockerfile_s_own_ignore_file_counts_instead_of_the_context_s(shop: Path) -> None:
    own = shop / "jobs.Dockerfile"
    own.write_text("FROM node:24-slim\n")
    (shop / "jobs.Dockerfile.dockerignore").write_text("src\n")
    before = content_digest(shop, own)
    (shop / "src" / "server.js").write_text("// another\n")
    assert content_digest(shop, own) == before
    (shop / "README.md").write_text("Now in the image.\n")
    assert content_digest(shop, own) != before


def test_a_dockerfile_may_lie_elsewhere_and_is_told_by_what_is_in_it(shop: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "out"
    elsewhere.mkdir()
    (elsewhere / "other-name").write_text((shop / "Dockerfile").read_text())
    assert content_digest(shop, elsewhere / "other-name") == digest(shop)


def test_no_two_contexts_make_the_same_bytes(tmp_path: Path) -> None:
    """Names and contents that only read the same when they are put together."""
    found = set()
    for number, files in enumerate(({"a": "b", "c": ""}, {"a": "", "b": "c"}, {"ab": "", "c": ""}, {"a": "bc"})):
        shop = tmp_path / str(number)
        shop.mkdir()
        for name, text in {"Dockerfile": "FROM scratch\n", **files}.items():
            (shop / name).write_text(text)
        found.add(digest(shop))
    assert len(found) == 4


def test_a_link_is_told_from_another_whose_name_and_aim_read_the_same_together(tmp_path: Path) -> None:
    found = set()
    for name, leads in (("a", "xb"), ("ax", "b")):
        shop = tmp_path / name
        shop.mkdir()
        for file in ("Dockerfile", "b", "xb"):
            (shop / file).write_text("")
        (shop / name).symlink_to(leads)
        found.add(digest(shop))
    assert len(found) == 2


def test_a_folder_or_dockerfile_that_is_not_there_is_named_with_the_remedy(shop: Path, tmp_path: Path) -> None:
    assert "there is no such folder; name one relative to the project's root" in refused(tmp_path / "nowhere")
    (shop / "Dockerfile").unlink()
    assert refused(shop, "dockerfile") == "there is no such file; write one there, or name another"


@pytest.mark.parametrize(
    "leads", ["/etc/hostname", "../../outside.txt", "nowhere.js", "link.js", "../../shop/start.sh"]
)
def test_a_link_that_leads_out_or_to_nothing_is_refused(shop: Path, leads: str) -> None:
    (shop.parent / "outside.txt").write_text("not yours")
    (shop / "src" / "link.js").symlink_to(leads)
    assert "src/link.js: this link leads out of the context, or to nothing" in refused(shop)


def test_what_is_left_out_may_lead_anywhere(shop: Path) -> None:
    (shop / "node_modules").symlink_to("/nowhere")
    digest(shop)


def test_a_context_that_is_too_large_says_how_large_and_what_makes_it_so(
    shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_MIB", 2)
    for name, mebibytes in (("small.bin", 1), ("large.bin", 3)):
        with (shop / name).open("wb") as file:
            file.truncate(mebibytes << 20)
    said = refused(shop)
    assert "4 MiB in 6 files, and 2 are allowed; the largest: large.bin (3 MiB), small.bin (1 MiB)" in said
    assert ".dockerignore" in said


def test_a_file_that_vanishes_is_named_as_one_that_cannot_be_read(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def vanishing(context: Path, _found: object) -> None:
        (context / "src" / "server.js").unlink()

    monkeypatch.setattr(module, "_check_secrets", vanishing)
    assert "src/server.js: it cannot be read; let it be read, or name it in .dockerignore" in refused(shop)


def test_an_ignore_file_that_nobody_understands_is_named_with_its_line(shop: Path) -> None:
    (shop / ".dockerignore").write_text("node_modules\n[\n")
    assert refused(shop) == ".dockerignore: line 2: [: this is no pattern; correct it, or take it out"
    (shop / ".dockerignore").write_bytes(b"\xff\xfe\xfa")
    assert "it cannot be read" in refused(shop)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (".env", "A=b"),
        ("src/.env.production", "A=b"),
        (".git/config", ""),
        (".aws/credentials", ""),
        ("id_ed25519", ""),
        (".netrc", ""),
        ("store.p12", ""),
        ("tls/server.pem", KEY),
        ("tls/server.key", KEY),
        (".npmrc", "//registry.npmjs.org/:_authToken=hunter2\n"),
        (".npmrc", "# mine\n//registry.npmjs.org/:_authToken = 'hunter2'\n"),
        (".yarnrc.yml", "npmScopes:\n  acme:\n    npmAuthToken: hunter2\n"),
    ],
)
def test_secrets_have_no_place_in_an_image(shop: Path, path: str, text: str) -> None:
    (shop / path).parent.mkdir(parents=True, exist_ok=True)
    (shop / path).write_text(text)
    said = refused(shop)
    assert said == (f"secrets have no place in an image, and these look like some: {path}; name them in .dockerignore")
    assert "hunter2" not in said
    with (shop / ".dockerignore").open("a") as ignored:
        ignored.write(f"{path}\n")
    digest(shop)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (".env.example", "A="),
        ("src/env.js", ""),
        (".gitignore", ""),
        ("tls/ca.pem", "-----BEGIN CERTIFICATE-----\n"),
        (".npmrc", "//registry.npmjs.org/:_authToken=${NPM_TOKEN}\nsave-exact=true\n"),
        (".npmrc", '//registry.npmjs.org/:_authToken="${NPM_TOKEN}"\n; _auth=none is here\n'),
        (".yarnrc.yml", 'nodeLinker: node-modules\nnpmAuthToken: "${NPM_TOKEN:-}"\n'),
    ],
)
def test_what_only_looks_like_a_secret_is_none(shop: Path, path: str, text: str) -> None:
    (shop / path).parent.mkdir(parents=True, exist_ok=True)
    (shop / path).write_text(text)
    assert not looks_secret(shop, path)
    digest(shop)


def test_a_socket_is_no_part_of_an_image(shop: Path) -> None:
    before = digest(shop)
    os.mkfifo(shop / "pipe")
    assert digest(shop) == before


def test_a_link_that_is_named_as_a_secret_is_one(shop: Path) -> None:
    (shop / ".env").symlink_to("start.sh")
    assert "look like some: .env" in refused(shop)


def test_a_name_that_no_builder_takes_is_told_in_signs_that_print(shop: Path) -> None:
    (shop / os.fsdecode(b"caf\xe9.js")).touch()
    assert refused(shop).startswith(r'"caf\udce9.js": this name is no UTF-8')


def test_a_name_of_several_lines_is_told_in_one(shop: Path) -> None:
    (shop / "a\nb.key").write_text(KEY)
    assert r'look like some: "a\nb.key"' in refused(shop)
