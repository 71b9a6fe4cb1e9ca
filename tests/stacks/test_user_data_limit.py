"""More plain variables than a machine can be told of are a user's mistake, and told as one."""

from __future__ import annotations

import re

import pytest

from slipway.errors import ProgramError
from tests.stacks.forms import form
from tests.stacks.project import answered, write


def test_variables_that_do_not_fit_end_the_program_with_what_to_do() -> None:
    content = form("drops", "production")
    content["slipway:overrides"]["services"]["app"]["env"] = {f"LONG_{n}": f"{n}-" * 300 for n in range(10, 32)}
    with pytest.raises(ProgramError) as failed:
        answered(write("drops-long", content))
    assert failed.value.exit_code == 1
    said = " ".join(str(failed.value).split())
    assert re.search(
        r"services\.app\.env of the application: the user data of drops-long, group app, has \d+ bytes, and EC2 takes"
        r" 16384: give it fewer or shorter plain variables, by \d+ bytes",
        said,
    )
    assert "Traceback" not in said + failed.value.output
