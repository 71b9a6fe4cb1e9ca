"""From an older revision to this tree, on the real engine in a simulated cloud."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from slipway.project import Project
from slipway.rehearsal.order import Order
from slipway.rehearsal.results import Outcome
from slipway.rehearsal.upgrade import Upgrade, rehearse_upgrade
from tests.rehearsal.repository import PARTS, Repository, Silent

if TYPE_CHECKING:
    from slipway.danger.findings import Danger

ROOT = Path(__file__).parents[2]
URN = "urn:pulumi:dev::shop::"
FILES = f"{URN}shop:index:Shop$aws:s3/bucket:Bucket::shop-files"
OLD = 'Shop("shop")\n'
RENAMED = 'Shop("store")\n'
# Children whose names begin with their parent's are found under its alias too.
ALIASED = 'Shop("store", pulumi.ResourceOptions(aliases=[pulumi.Alias(name="shop")]))\n'
BOUGHT = 'aws.s3.Bucket("files", bucket="first")\n'
HERE = 'aws.ebs.Volume("disk", availability_zone="us-east-1a", size=20)\n'
# No source tells what replaces one.
KEPT = 'aws.mailmanager.Archive("mail", retention={"retention_period": "TEN_YEARS"})\n'
SOLD = 'aws.s3.Bucket("files", bucket="second")\n'


@pytest.fixture
def repository(
    tmp_path: Path, require_program: object, pulumi_cli: Path, monkeypatch: pytest.MonkeyPatch
) -> Repository:
    assert callable(require_program)
    require_program("git")
    monkeypatch.setenv("PULUMI", str(pulumi_cli))
    return Repository(tmp_path / "shop")


def rehearsed(repository: Repository, logs: Path, ref: str = "HEAD", *approvals: str) -> Upgrade:
    order = Order(project=Project.find(repository.folder), stack="dev", logs=logs)
    return rehearse_upgrade(order, ref, approvals, Silent())


def danger(upgrade: Upgrade) -> Danger:
    assert upgrade.danger is not None
    return upgrade.danger


def outcomes(upgrade: Upgrade) -> list[str]:
    return [result.outcome.value for result in upgrade.rehearsal.results]


def test_a_harmless_upgrade_passes_and_each_revision_runs_its_own_code(repository: Repository, tmp_path: Path) -> None:
    first = repository.commit(OLD)
    repository.commit(ALIASED, {"parts/__init__.py": PARTS.replace("parts", "others"), "newcomer.py": ""})
    repository.write({"loose": "not committed"})
    before = repository.untouched()
    upgrade = rehearsed(repository, tmp_path / "logs", first[:8])
    older = (tmp_path / "logs" / "older-revision.log").read_text()
    newer = (tmp_path / "logs" / "upgrade.log").read_text()

    assert outcomes(upgrade) == ["passed"] * 4, upgrade.rehearsal.results
    assert upgrade.rehearsal.exit_code == 0
    assert upgrade.rehearsal.facts["from"] == {"ref": first[:8], "commit": first}
    assert danger(upgrade).vanished == ()
    assert upgrade.rehearsal.facts["uncommitted"] is True
    # The project is installed editable from this tree, so a shared environment would find its newcomer here.
    assert "tree/parts/__init__.py" in older
    assert f'"{repository.folder}' not in older
    assert '"none"' in older
    assert f'"{repository.folder}/newcomer.py"' in newer
    assert repository.untouched() == before


def slipway(repository: Repository, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "slipway", "rehearse", "dev", "--project", str(repository.folder), *arguments],
        cwd=ROOT,
        capture_output=True,
        check=False,
        text=True,
    )


def test_a_rename_without_an_alias_is_stopped_and_the_command_tells_both_names(repository: Repository) -> None:
    repository.commit(OLD)
    repository.write({"__main__.py": (repository.folder / "__main__.py").read_text().replace(OLD, RENAMED)})
    ran = slipway(repository, "--from", "HEAD", "--json", "--no-policy-pack")  # as for any other rehearsal
    document = json.loads(ran.stdout)
    (renamed,) = document["danger"]["renamed"]

    assert ran.returncode == 5, ran.stderr
    assert [step["outcome"] for step in document["steps"]] == ["passed", "failed", "not run", "not run"]
    assert document["ok"] is False
    assert [found["urn"] for found in document["danger"]["endangered"]] == [FILES]
    assert (renamed["old"], renamed["new"]) == (f"{URN}shop:index:Shop::shop", f"{URN}shop:index:Shop::store")
    assert FILES in renamed["below"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--approve", FILES], "only with --from REF"),
        (["--from", "HEAD", "--crash-at", "3"], "--crash-at: not with --from"),
        (["--from", "HEAD", "--approve", "*"], "an approval is the whole URN of one resource"),
        (["--from", "nowhere"], "it names no commit here"),
    ],
)
def test_arguments_that_do_not_go_together_are_refused(repository: Repository, arguments: list[str], said: str) -> None:
    repository.commit(OLD)
    ran = slipway(repository, *arguments)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert said in ran.stderr
    assert "Traceback" not in ran.stderr


@pytest.mark.slow
def test_data_that_would_be_replaced_is_stopped_and_goes_on_with_an_approval_of_its_urn(
    repository: Repository, tmp_path: Path
) -> None:
    repository.commit(BOUGHT)
    repository.commit(SOLD)
    urn = f"{URN}aws:s3/bucket:Bucket::files"
    stopped = rehearsed(repository, tmp_path / "logs", "HEAD~1", FILES)
    approved = rehearsed(repository, tmp_path / "logs", "HEAD~1", urn)

    assert stopped.rehearsal.exit_code == 5
    assert [found.because for found in danger(stopped).unapproved] == [("bucket",)]
    assert danger(stopped).unneeded == (FILES,)
    assert outcomes(approved) == ["passed"] * 4
    assert [found.approved for found in danger(approved).endangered] == [True]


@pytest.mark.slow
def test_a_disk_that_moves_is_replaced_and_what_no_fact_tells_of_is_unproven(
    repository: Repository, tmp_path: Path
) -> None:
    repository.commit(HERE + KEPT)
    repository.commit(HERE.replace("1a", "1b") + KEPT.replace("TEN_YEARS", "ONE_YEAR"))
    upgrade = rehearsed(repository, tmp_path / "logs", "HEAD~1")

    assert upgrade.rehearsal.exit_code == 5
    assert [(found.happens, found.because) for found in danger(upgrade).unapproved] == [
        ("replaced", ("availabilityZone",)),
        ("unproven", ("retention",)),
    ]


@pytest.mark.slow
def test_an_approval_does_not_overrule_the_protection_of_the_state(repository: Repository, tmp_path: Path) -> None:
    kept = ", opts=pulumi.ResourceOptions(protect=True))"
    repository.commit(BOUGHT.replace(")\n", kept))
    repository.commit(SOLD.replace(")\n", kept))
    urn = f"{URN}aws:s3/bucket:Bucket::files"
    upgrade = rehearsed(repository, tmp_path / "logs", "HEAD~1", urn)

    assert upgrade.rehearsal.exit_code == 1
    assert "marked for protection" in upgrade.rehearsal.failed[0].detail


def test_an_older_revision_that_does_not_deploy_fails_and_nothing_is_said_of_the_upgrade(
    repository: Repository, tmp_path: Path
) -> None:
    repository.commit('raise ValueError("out of stock")\n')
    upgrade = rehearsed(repository, tmp_path / "logs")

    assert upgrade.rehearsal.exit_code == 1
    assert upgrade.rehearsal.results[0].outcome is Outcome.FAILED
    assert "out of stock" in upgrade.rehearsal.results[0].detail
    assert outcomes(upgrade) == ["failed", "not run", "not run", "not run"]
    assert upgrade.danger is None
