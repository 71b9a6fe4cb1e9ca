"""Whether an engine failed because the backend has no such stack, and for no other reason."""

from __future__ import annotations

import re

_NO_STACK = 6  # the engine's own exit code


def no_such_stack(exit_code: int, said: str, stack: str) -> bool:
    """Whether this is how the engine ends where the backend does not know `stack`.

    Nothing else counts: a plugin or a bucket is "not found" too, and then a stack may well be there.
    """
    return exit_code == _NO_STACK or bool(re.search(rf"no stack named '(?:[^']*/)?{re.escape(stack)}' found", said))
