"""Exceptions from rules: what a stack may break, why, who answers for it, and until when.

Which rules there are, and what day it is, only those who judge know: a rule that does not exist and a date that has
passed are findings.
"""

import datetime as dt
from typing import Annotated

from pydantic import AfterValidator

from config.settings import Settings, refusal
from config.values import Matches, UrnTail, looks_secret

_SHORTEST_REASON = 10  # characters: less explains nothing


def _day(given: str) -> str:
    try:
        dt.date.fromisoformat(given)
    except ValueError:
        raise refusal("a day of the calendar is wanted", "write it as in 2027-03-31, in quotes") from None
    return given


def _tells(given: str) -> str:
    if len(given.strip()) < _SHORTEST_REASON:
        raise refusal(f"at least {_SHORTEST_REASON} characters are wanted", "say what makes it acceptable")
    if looks_secret("", given):
        raise refusal("reports print it, and this looks secret", "take the secret out", hide=True)
    return given


class RuleException(Settings):
    """One rule that one resource may break for a while."""

    rule: Annotated[
        str,
        Matches(r"[a-z][a-z0-9-]{1,79}", "the id of a rule is wanted", "copy it from the finding"),
    ]
    """The rule's id, as the finding prints it."""
    resource: UrnTail
    """The one resource: the end of its URN, type and name."""
    reason: Annotated[
        str,
        Matches(r"[^\x00-\x1f\x7f]{1,500}", "one line of at most 500 characters is wanted", "shorten it"),
        AfterValidator(_tells),
    ]
    """Why it is acceptable. Every report prints it."""
    owner: Annotated[
        str,
        Matches(r"[A-Za-z0-9][A-Za-z0-9 ._@+-]{1,99}", "a name or an address is wanted", "write who answers for it"),
    ]
    """Who answers for it: a person or a team."""
    expires: Annotated[
        str,
        Matches(r"\d{4}-\d{2}-\d{2}", "a day is wanted", "write it as in 2027-03-31, in quotes"),
        AfterValidator(_day),
    ]
    """The last day on which it holds. On the next day the finding fails again."""
