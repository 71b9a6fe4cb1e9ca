"""How steps are gone through, what is told of them, and which logs stay."""

from __future__ import annotations

import io
from concurrent.futures import Future
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest
from rich.console import Console

from slipway.engine.process import Running
from slipway.engine.results import RunResult
from slipway.errors import ProgramError, UsageError
from slipway.project import Project
from slipway.rehearsal import crashes
from slipway.rehearsal.crashes import RECOVERED
from slipway.rehearsal.logs import KEPT, Log, new_folder
from slipway.rehearsal.order import Order
from slipway.rehearsal.report import Lines, print_rehearsal
from slipway.rehearsal.results import Outcome, Rehearsal, Result
from slipway.rehearsal.stage import BrokenError, NotApplicableError, Stage
from slipway.rehearsal.steps import Step, go_through

if TYPE_CHECKING:
    from pathlib import Path


class Quiet:
    """Progress that nobody sees, but for what has ended."""

    def __init__(self) -> None:
        self.told: list[Result] = []

    def began(self, name: str) -> None:
        """Nothing."""

    def ended(self, result: Result) -> None:
        self.told.append(result)


class Hall:
    """A stage without an engine, whose cloud agrees with its state unless told otherwise."""

    def __init__(self, wrong: str = "") -> None:
        self.wrong = wrong
        self.log: Any = None

    def must_agree(self) -> None:
        if self.wrong:
            raise BrokenError(self.wrong)


def fails(error: Exception) -> Any:
    def run(_: Stage) -> str:
        raise error

    return run


def gone_through(tmp_path: Path, *steps: Step, wrong: str = "") -> list[Result]:
    return go_through(steps, cast("Stage", Hall(wrong)), tmp_path, Quiet())


GOOD = Step("good", "all is well", lambda _: "seen")


def test_steps_tell_what_they_saw_and_keep_a_log(tmp_path: Path) -> None:
    (result,) = gone_through(tmp_path, GOOD)

    assert (result.outcome, result.detail) == (Outcome.PASSED, "seen")
    assert result.log == tmp_path / "good.log"
    assert result.log.read_text() == "# passed: seen\n"


def test_what_stands_on_a_failed_step_is_not_run_and_the_rest_is(tmp_path: Path) -> None:
    results = gone_through(
        tmp_path,
        Step("up", "it is there", fails(BrokenError("no"))),
        Step("update", "it changes", lambda _: "never", ("up",)),
        Step("second update", "it changes again", lambda _: "never", ("update",)),
        GOOD,
    )

    assert [result.outcome.value for result in results] == ["failed", "not run", "not run", "passed"]
    assert [result.detail for result in results] == ["no", "needs: up", "needs: update", "seen"]


def test_what_does_not_apply_stops_nothing(tmp_path: Path) -> None:
    nothing = Step("other", "of others", fails(NotApplicableError("nothing to try it on")))
    results = gone_through(tmp_path, nothing, Step("next", "goes on", lambda _: "seen", ("other",)))

    assert [result.outcome.value for result in results] == ["not applicable", "passed"]


def test_a_step_that_leaves_cloud_and_state_different_has_failed(tmp_path: Path) -> None:
    (result,) = gone_through(tmp_path, GOOD, wrong="orphan: vpc-1")

    assert (result.outcome, result.detail) == (Outcome.FAILED, "orphan: vpc-1")


def test_an_engine_that_does_not_answer_fails_its_step_only(tmp_path: Path) -> None:
    results = gone_through(tmp_path, Step("hangs", "ends", fails(ProgramError("took longer than 600 s"))), GOOD)

    assert [result.outcome.value for result in results] == ["failed", "passed"]


def test_what_an_interruption_ends_or_leaves_out_has_not_failed(tmp_path: Path) -> None:
    def interrupted(_: Stage) -> str:
        Running.stop_all()
        raise BrokenError("the deployment failed (exit 1): signal: interrupt")

    progress = Quiet()
    steps = [GOOD, Step("up", "it is there", interrupted), Step("update", "it changes", lambda _: "never"), GOOD]
    try:
        results = go_through(steps, cast("Stage", Hall()), tmp_path, progress)
    finally:
        Running.allow()

    assert [result.outcome.value for result in results] == ["passed", "not run", "not run", "not run"]
    assert [result.detail for result in results] == ["seen", "interrupted", "interrupted", "interrupted"]
    assert [result.name for result in progress.told] == ["good", "up"]
    assert (tmp_path / "up.log").read_text() == "# not run: interrupted\n"


def rehearsal(*outcomes: tuple[str, Outcome, int]) -> Rehearsal:
    results = [Result(name, "proves it", outcome, 1.25, f"{name} seen", None, code) for name, outcome, code in outcomes]
    return Rehearsal("shop", "dev", 12.5, tuple(results))


def test_the_first_failure_gives_the_exit_code() -> None:
    clean = rehearsal(("up", Outcome.PASSED, 1), ("data", Outcome.NOT_APPLICABLE, 1))
    findings = rehearsal(("preview", Outcome.FAILED, 3), ("up", Outcome.NOT_RUN, 1), ("more", Outcome.FAILED, 1))

    assert (clean.exit_code, findings.exit_code) == (0, 3)


def test_the_document_says_that_it_is_simulated_and_how_each_step_ended() -> None:
    document = rehearsal(("up", Outcome.PASSED, 1), ("drift", Outcome.FAILED, 1)).to_json()

    assert (document["simulated"], document["ok"], document["stack"], document["seconds"]) == (True, False, "dev", 12.5)
    assert document["steps"][1] == {
        "name": "drift",
        "proves": "proves it",
        "outcome": "failed",
        "seconds": 1.2,
        "detail": "drift seen",
        "log": None,
    }


def shown(what: Rehearsal, *, terminal: bool = False) -> str:
    out = io.StringIO()
    print_rehearsal(Console(file=out, force_terminal=terminal, width=100, highlight=False), what)
    return out.getvalue()


def test_the_table_has_every_step_and_what_failed_is_told_in_full() -> None:
    text = shown(rehearsal(("up", Outcome.PASSED, 1), ("drift", Outcome.FAILED, 1)))

    assert "up     passed" in text
    assert "failed  drift: proves it\ndrift seen\n" in text
    assert "dev failed its rehearsal (simulated) in 12 s: 1 passed, 1 failed" in text
    assert "\x1b" not in text


def test_progress_says_first_that_it_is_simulated_and_is_plain_lines_where_nobody_watches() -> None:
    out = io.StringIO()
    with Lines(Console(file=out, width=200)) as lines:
        lines.began("up")
        lines.ended(rehearsal(("up", Outcome.PASSED, 1)).results[0])

    assert out.getvalue().startswith("Simulated: ")
    assert out.getvalue().splitlines()[-2:] == ["… up", "passed             1.2 s  up"]
    assert "\x1b" not in out.getvalue()


def test_progress_says_at_once_that_a_step_begins_and_why_one_was_not_run() -> None:
    out = io.StringIO()
    with Lines(Console(file=out, width=200)) as lines:
        lines.began("preview")
        assert out.getvalue().endswith("… preview\n")
        lines.ended(Result("up", "it is there", Outcome.NOT_RUN, 0, "needs: preview"))

    assert out.getvalue().splitlines()[-1] == "not run            0.0 s  up: needs: preview"


def test_a_terminal_shows_what_is_under_way_in_one_line_only() -> None:
    out = io.StringIO()
    with Lines(Console(file=out, width=200, force_terminal=True)) as lines:
        lines.began("preview")

    assert "… preview" not in out.getvalue()


def test_no_color_is_heeded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")

    assert "\x1b[32m" not in shown(rehearsal(("up", Outcome.PASSED, 1)), terminal=True)


def test_only_the_newest_logs_of_a_stack_are_kept_and_git_ignores_them(tmp_path: Path) -> None:
    made = [new_folder(tmp_path, "dev") for _ in range(KEPT + 3)]
    beside = tmp_path / ".cache" / "rehearsals" / "dev" / "mine"
    beside.mkdir()
    made.append(new_folder(tmp_path, "dev"))

    assert [folder.exists() for folder in made] == [False] * 4 + [True] * KEPT
    assert beside.exists()
    assert (tmp_path / ".cache" / "rehearsals" / ".gitignore").read_text() == "*\n"


@pytest.mark.parametrize("place", ["/proc/x", "a-file/logs"])
def test_a_folder_that_takes_no_logs_is_found_before_anything_is_rehearsed(tmp_path: Path, place: str) -> None:
    (tmp_path / "a-file").write_text("")
    (tmp_path / "Pulumi.yaml").write_text("{name: shop, runtime: python}")
    (tmp_path / "Pulumi.dev.yaml").write_text("config: {}")
    (tmp_path / "__main__.py").write_text("")
    order = Order(project=Project.find(tmp_path), stack="dev", logs=tmp_path / place)
    with pytest.raises(UsageError, match=r"no file can be written here: .*--logs DIR\.") as refused:
        order.check()
    assert str(refused.value).startswith(str(tmp_path / place))


def test_a_log_is_whole_although_its_step_does_not_end(tmp_path: Path) -> None:
    log = Log(tmp_path / "up.log")
    log.command(["up", "--message", "two words"])
    log.ended(255, 1.5, "said\n", "complained\n")

    assert log.file.read_text() == "$ pulumi up --message 'two words'\nsaid\ncomplained\n[exit 255 after 1.5 s]\n\n"


def test_an_undisturbed_deployment_that_does_not_come_fails_the_step_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crashes, "_PATIENCE_SECONDS", 0)
    stage: Any = Hall()
    stage.up = lambda: RunResult(0, "", "")
    stage.subject = SimpleNamespace(undisturbed=Future())
    (result,) = go_through([RECOVERED], stage, tmp_path, Quiet())
    assert result.outcome is Outcome.FAILED
    assert "the undisturbed deployment was not there within 0 s" in result.detail
