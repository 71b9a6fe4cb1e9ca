"""The base of every settings model, and the way a model refuses a value.

A refusal says what is allowed and what to do; file, line, key path and the given value are added where it is shown
(`config.errors`), because a model does not know which file its values come from.
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Self, get_args

from pydantic import BaseModel, ConfigDict, ModelWrapValidatorHandler, ValidationError, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

if TYPE_CHECKING:
    from collections.abc import Iterable

REFUSED = "refused"
UNKNOWN_KEY = "unknown_key"
MISSING = "missing_key"


def refusal(rule: str, remedy: str, *, hide: bool = False) -> PydanticCustomError:
    """An error to raise in a validator: the rule that is broken and what to do.

    `hide` keeps the given value out of the message, for values that may be secret.
    """
    # The text goes in as context: pydantic would take braces in the template for placeholders.
    return PydanticCustomError(REFUSED, "{rule}; {remedy}", {"rule": rule, "remedy": remedy, "hide": hide})


def refused_at(path: tuple[str | int, ...], given: object, rule: str, remedy: str) -> InitErrorDetails:
    """One refusal of a value below the model that raises it; hand a list of these to `refuse`."""
    return InitErrorDetails(type=refusal(rule, remedy), loc=path, input=given)


def below(path: tuple[str | int, ...], problem: InitErrorDetails) -> InitErrorDetails:
    """The same problem, seen from a model that has its model at this path."""
    return {**problem, "loc": (*path, *problem.get("loc", ()))}


def refuse(title: str, problems: Iterable[InitErrorDetails]) -> None:
    """Raise a `ValidationError` when there is a problem."""
    found = list(problems)
    if found:
        raise ValidationError.from_exception_data(title, found)


def nearest(given: str, allowed: Iterable[str]) -> str:
    """`did you mean 'x'? ` when one of the allowed words is close to the given one, else nothing."""
    close = get_close_matches(given, list(allowed), n=1)
    return f"did you mean {close[0]!r}? " if close else ""


class Settings(BaseModel):
    """Settings that a user writes: immutable, every key known, every refusal with a remedy."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    @model_validator(mode="wrap")
    @classmethod
    def _explain(cls, given: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:  # Any: not yet validated
        """Say for an unknown key which are known, and for a missing one what it is."""
        try:
            return handler(given)
        except ValidationError as error:
            details = [cls._explained(_detail(line)) for line in error.errors(include_url=False)]
            raise ValidationError.from_exception_data(cls.__name__, details) from None

    @classmethod
    def _explained(cls, detail: InitErrorDetails) -> InitErrorDetails:
        location = detail.get("loc", ())
        own = len(location) == 1
        if own and detail["type"] == "extra_forbidden":
            return {**detail, "type": _unknown_key(str(location[0]), cls.model_fields)}
        if own and detail["type"] == "missing":
            about = cls.model_fields[str(location[0])].description or ""
            return {**detail, "type": PydanticCustomError(MISSING, "{about}", {"about": about})}
        error = detail["type"]
        if isinstance(error, PydanticCustomError) and error.type == UNKNOWN_KEY:
            return {**detail, "type": cls._key_of_another_form(error, location)}
        return detail

    @classmethod
    def _key_of_another_form(cls, error: PydanticCustomError, location: tuple[str | int, ...]) -> PydanticCustomError:
        """The same error, which says where a field here has forms by `kind` which of them know the key."""
        if len(location) != 3:  # noqa: PLR2004  # field, kind and key; below that it is a key of what lies in the form
            return error
        field, kind, key = location
        forms = _forms(cls.model_fields[str(field)].annotation) if field in cls.model_fields else {}
        others = [other for other, form in forms.items() if key in form.model_fields]
        if kind not in forms or not others:
            return error
        context = error.context or {}
        return _unknown(
            context["allowed"], f"it is a key of kind: {', '.join(others)}; write that, or take the key out"
        )


def _unknown_key(given: str, allowed: Iterable[str]) -> PydanticCustomError:
    known = list(allowed)
    return _unknown(", ".join(known), f"{nearest(given, known)}take it out or correct it")


def _unknown(allowed: str, remedy: str) -> PydanticCustomError:
    return PydanticCustomError(UNKNOWN_KEY, "{allowed}; {remedy}", {"allowed": allowed, "remedy": remedy})


def _forms(annotation: Any) -> dict[str, type[Settings]]:  # Any: a type as annotations write it
    """The models inside an annotation that a `kind` tells apart, by that kind."""
    if isinstance(annotation, type) and issubclass(annotation, Settings):
        kinds = get_args(annotation.model_fields["kind"].annotation) if "kind" in annotation.model_fields else ()
        return dict.fromkeys(kinds, annotation)
    return {kind: form for part in get_args(annotation) for kind, form in _forms(part).items()}


def _detail(line: Any) -> InitErrorDetails:  # Any: pydantic's own record of an error
    """A line of a `ValidationError` in the form that makes one again."""
    context = line.get("ctx", {})
    known = {REFUSED: "{rule}; {remedy}", UNKNOWN_KEY: "{allowed}; {remedy}", MISSING: "{about}"}
    kind = PydanticCustomError(line["type"], known[line["type"]], context) if line["type"] in known else line["type"]
    detail = InitErrorDetails(type=kind, loc=line["loc"], input=line["input"])
    return {**detail, "ctx": context} if isinstance(kind, str) and context else detail
