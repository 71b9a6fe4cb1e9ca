"""Older revisions as files, and what is said where there is none."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from slipway.errors import UsageError
from slipway.project import Project
from slipway.rehearsal.order import Order
from slipway.rehearsal.revision import export, find_revision
from slipway.rehearsal.upgrade import rehearse_upgrade
from tests.rehearsal.repository import Repository, Silent

if TYPE_CHECKING:
    from pathlib import Path

PLAIN = 'Shop("shop")\n'


@pytest.fixture
def repository(tmp_path: Path, require_program: object) -> Repository:
    assert callable(require_program)
    require_program("git")
    return Repository(tmp_path / "shop")


def refused(project: Path, ref: str, stack: str = "dev") -> str:
    with pytest.raises(UsageError) as error:
        rehearse_upgrade(Order(project=Project.find(project), stack=stack), ref, (), Silent())
    return str(error.value)


@pytest.mark.parametrize("ref", ["nowhere", "--help", "", "HEAD~7", "HEAD:Pulumi.yaml", "HEAD^{tree}"])
def test_what_names_no_commit_is_refused_with_what_is_allowed(repository: Repository, ref: str) -> None:
    repository.commit(PLAIN)
    said = refused(repository.folder, ref)
    assert f"--from: given {ref!r}; it names no commit here" in said
    assert "shallow" not in said


def test_tags_branches_and_hashes_name_commits(repository: Repository) -> None:
    commit = repository.commit(PLAIN)
    repository.git("tag", "-m", "first", "v1")
    found = [find_revision(repository.folder, ref) for ref in ("v1", "main", "HEAD", commit, commit[:9])]
    assert {each.commit for each in found} == {commit}
    assert not any(each.uncommitted for each in found)


def test_a_folder_outside_of_git_is_refused(repository: Repository, tmp_path: Path) -> None:
    repository.commit(PLAIN)
    (repository.folder / ".git").rename(tmp_path / "git")
    assert "not in a git checkout" in refused(repository.folder, "HEAD")


def test_a_shallow_clone_says_how_to_get_the_rest(repository: Repository, tmp_path: Path) -> None:
    first = repository.commit(PLAIN)
    repository.commit(f"{PLAIN}\n")
    origin = f"file://{repository.folder}"
    subprocess.run(["git", "clone", "--quiet", "--depth=1", origin, tmp_path / "clone"], check=True)  # noqa: S607 - the machine's
    (tmp_path / "clone" / ".venv").symlink_to(repository.folder / ".venv")
    assert "git fetch --unshallow" in refused(tmp_path / "clone", first)


def test_a_revision_without_the_project_or_the_stack_or_with_another_name_is_refused(repository: Repository) -> None:
    repository.commit(PLAIN)
    named = (repository.folder / "Pulumi.yaml").read_text()
    repository.write({"Pulumi.yaml": named.replace("shop", "market")})
    repository.commit(f"{PLAIN}#", {"Pulumi.new.yaml": "config: {}\n"})
    repository.git("mv", "Pulumi.yaml", "kept.yaml")
    repository.commit(f"{PLAIN}##")
    repository.write({"Pulumi.yaml": named})

    assert "has no Pulumi.yaml" in refused(repository.folder, "HEAD")
    assert "its project is 'market', this one 'shop'" in refused(repository.folder, "HEAD~1")
    assert "has no stack 'new'; its stacks: dev" in refused(repository.folder, "HEAD~2", "new")
    assert "there is no stack 'none'" in refused(repository.folder, "HEAD~2", "none")


def test_an_export_is_whole_and_as_committed_even_where_attributes_say_otherwise(
    repository: Repository, tmp_path: Path
) -> None:
    attributes = "hidden export-ignore\nversion export-subst\n"
    repository.commit(
        PLAIN, {".gitattributes": attributes, "hidden": "a", "version": "$Format:%H$", "sub/Pulumi.yaml": "b"}
    )
    repository.write({"hidden": "changed", "more": "new"})
    inner = find_revision(repository.folder / "sub", "HEAD")
    before = repository.untouched()
    project = export(inner, tmp_path / "tree")

    assert project == tmp_path / "tree" / "sub"
    assert (tmp_path / "tree" / "hidden").read_text() == "a"
    assert (tmp_path / "tree" / "version").read_text() == "$Format:%H$"
    assert not (tmp_path / "tree" / "more").exists()
    assert inner.uncommitted
    assert repository.untouched() == before


def test_what_a_hook_sets_for_its_own_repository_does_not_mislead(
    repository: Repository, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    commit = repository.commit(PLAIN)
    other = Repository(tmp_path / "other")
    other.commit(f"{PLAIN}#")
    for name, value in (("GIT_DIR", ".git"), ("GIT_INDEX_FILE", ".git/index"), ("GIT_WORK_TREE", ".")):
        monkeypatch.setenv(name, str(other.folder / value))
    assert find_revision(repository.folder, "HEAD").commit == commit
