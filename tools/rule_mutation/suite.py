"""The tests of rules in this process: collected once, run one by one in its children."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

import hypothesis
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

# Not these: tests of what other processes do, which see no mutant of this one, and those that need the engine or the
# recorded plan of a whole program. Of the latter a mutant would meet one for minutes.
ELSEWHERE: Final = (
    *("mutants", "scanner", "test_on_the_engine.py", "test_pack.py", "test_plain_program.py", "test_plain_programs.py"),
    *("test_rewriting.py", "test_rule_mutation.py"),
)


class Suite:
    """Pytest's plugin that collects, then hands over instead of running what it has collected."""

    def __init__(self, then: Callable[[list[pytest.Item]], None]) -> None:
        self._then = then
        self.broken: BaseException | None = None

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Hand over."""
        # The same examples for each mutant, and none from an earlier run.
        hypothesis.settings.register_profile("mutants", deadline=None, derandomize=True, database=None)
        hypothesis.settings.load_profile("mutants")
        try:
            self._then(session.items)
        except BaseException as error:  # noqa: BLE001 - pytest would make a story of it
            self.broken = error
        return True


def with_tests(folder: Path, then: Callable[[list[pytest.Item]], None]) -> None:
    """Collect the tests below a folder and hand them to `then`. Ends with a message when they cannot be collected."""
    ignored = [f"--ignore-glob=*/{name}" for name in ELSEWHERE]
    plain = ["-q", "--capture=no", "--assert=plain", "--override-ini=addopts=--import-mode=importlib"]
    chosen = ["-m", "not slow and not engine"]
    suite = Suite(then)
    code = pytest.main([str(folder), *plain, *chosen, *ignored], plugins=[suite])
    if suite.broken is not None:
        raise suite.broken
    if code == pytest.ExitCode.INTERRUPTED:
        raise KeyboardInterrupt
    if code != pytest.ExitCode.OK:
        raise SystemExit(f"error: the tests in {folder} cannot be collected (pytest: {code}); run them by themselves.")


def passes(item: pytest.Item, following: pytest.Item | None) -> bool:
    """Whether a test passes; `following` is the next one, which may share what was set up. A skipped one passes."""
    hooks = item.ihook
    steps = {
        "setup": partial(hooks.pytest_runtest_setup, item=item),
        "call": partial(hooks.pytest_runtest_call, item=item),
        "teardown": partial(hooks.pytest_runtest_teardown, item=item, nextitem=following),
    }
    try:
        for step in steps.values():
            step()
    except pytest.skip.Exception:
        return True
    except BaseException:  # noqa: BLE001 - whatever it is, the test has not passed
        return False
    return True
