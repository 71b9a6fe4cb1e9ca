"""How much an application is used and what it may cost: what estimates and limits start from."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from config.settings import Settings, refuse, refused_at
from config.values import Matches, Number, Whole

Count = Annotated[Whole, Field(ge=0)]
ThingName = Annotated[str, Matches(r"[a-z][a-z0-9_]{0,39}", "small letters, digits and _ are allowed", "respell it")]


class Range(Settings):
    """From a quiet month to a busy one."""

    low: Count
    """In a quiet month."""
    high: Count
    """In a busy month."""

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.low > self.high:
            rule = f"low may not be above high, which is {self.high}"
            refuse("Range", [refused_at(("low",), self.low, rule, "lower low or raise high")])
        return self


class Usage(Settings):
    """How much the application is used. What is not known is left out and counts as unknown, never as zero."""

    users: Range | None = None
    """Registered users."""
    concurrent_users: Range | None = None
    """Users at one time."""
    monthly: dict[ThingName, Count] = Field(default={})
    """Things a month by name, as in {tickets: 1000, emails: 3000}."""


class Budget(Settings):
    """What the application may cost."""

    monthly: Annotated[Number, Field(gt=0)]
    """The most that a month may cost, in US dollars."""
