"""Small programs as data, carried out on a simulated provider in the order in which the engine asks it.

A program is a map of resources: `{name: {type, inputs}}`, in which `${other.output.0.part}` refers to an output. A
value `{right: …, wrong: …}` is one or the other, and is left out where it has no such form. Values are any JSON, hence
`Any`.
"""

from __future__ import annotations

import base64
import importlib.util
import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import yaml
from pulumi.runtime.proto import provider_pb2

from slipway.simulated.provider import SimulatedProvider
from slipway.simulated.sdk import Sdk
from slipway.simulated.structs import UNKNOWN, to_python, to_struct

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_REFERENCE = re.compile(r"\$\{(\w+)\.([\w.]+)\}")
_ABSENT = object()
_MADE: dict[str, Callable[[int], Any]] = {
    "many": lambda number: {f"key{each}": "a" for each in range(number)},
    "letters": lambda number: "a" * number,
    "long_key": lambda size: {"a" * size: "a"},
    "policy_of": lambda size: _policy(size, Resource="arn:aws:s3:::acme-files/*", Principal="*", Effect="Deny"),
    "rights_of": lambda size: _policy(size, Resource="*", Effect="Allow"),
    "trust_of": lambda size: _policy(
        size, Principal={"Service": "ec2.amazonaws.com"}, Effect="Allow", Action="sts:AssumeRole"
    ),
    "base64_of": lambda size: base64.b64encode(b"a" * size).decode(),
}


def _policy(size: int, **statement: Any) -> str:
    """A policy of at least so many characters."""
    statement = {"Action": "s3:GetObject", "Sid": "a" * size, **statement}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


@dataclass
class RefusedError(Exception):
    """Where a program was refused: `at` is check, create, update or delete."""

    at: str
    name: str
    says: str


@dataclass
class _Context:
    at: str
    name: str

    def abort(self, _code: object, message: str) -> NoReturn:
        raise RefusedError(self.at, self.name, message)


@dataclass
class _Made:
    type: str
    id: str
    inputs: dict[str, Any]
    outputs: dict[str, Any] = field(default_factory=dict)


class Driven:
    """A provider of one package, and what has been made on it."""

    def __init__(
        self, package: str, cloud: Path, told: list[str] | None = None, *, settings: Path | None = None
    ) -> None:
        """`told` are ids and names that an answers file speaks of; `settings` is a folder with stack files."""
        found = importlib.util.find_spec(f"pulumi_{package.replace('-', '_')}")
        assert found is not None
        assert found.origin is not None
        sdk = Sdk(package, "0", Path(found.origin).parent)
        self.provider = SimulatedProvider(sdk, cloud, {"config": told or []}, autoname=True, settings=settings)
        self.provider.patience = 0.0  # nothing else is going on that could be waited for
        self.made: dict[str, _Made] = {}

    def make(self, name: str, kind: str, inputs: Mapping[str, Any]) -> None:
        """Check it as a preview does, in which other resources' outputs are unknown; then check and create it."""
        self._check(name, kind, _resolved(inputs, None), {})
        given = self._check(name, kind, _resolved(inputs, self.made), {})
        request = provider_pb2.CreateRequest(urn=_urn(kind, name), properties=to_struct(given))
        answer = self.provider.Create(request, _Context("create", name))
        self.made[name] = _Made(kind, answer.id, given, {**to_python(answer.properties), "id": answer.id})

    def change(self, name: str, inputs: Mapping[str, Any]) -> None:
        """Update it in place with these inputs besides those that it has."""
        made = self.made[name]
        given = self._check(name, made.type, made.inputs | _resolved(inputs, self.made), made.inputs)
        request = provider_pb2.UpdateRequest(id=made.id, urn=_urn(made.type, name), news=to_struct(given))
        answer = self.provider.Update(request, _Context("update", name))
        self.made[name] = _Made(made.type, made.id, given, {**to_python(answer.properties), "id": made.id})

    def delete(self, name: str) -> None:
        """Delete it."""
        made = self.made[name]
        request = provider_pb2.DeleteRequest(id=made.id, urn=_urn(made.type, name))
        self.provider.Delete(request, _Context("delete", name))
        del self.made[name]

    def _check(self, name: str, kind: str, news: dict[str, Any], olds: dict[str, Any]) -> dict[str, Any]:
        request = provider_pb2.CheckRequest(urn=_urn(kind, name), news=to_struct(news), olds=to_struct(olds))
        answer = self.provider.Check(request, _Context("check", name))
        if answer.failures:
            raise RefusedError("check", name, "\n".join(failure.reason for failure in answer.failures))
        return to_python(answer.inputs)


def carry_out(case: Mapping[str, Any], form: str, cloud: Path, parts: Mapping[str, Any]) -> Driven:
    """Carry out a case in its `right` or `wrong` form. Raises `RefusedError` where it is refused."""
    driven = Driven(case.get("package", "aws"), cloud, case.get("told"))
    program = {name: each for part in case.get("with", ()) for name, each in parts[part].items()}
    _make(driven, {**program, **case.get("make", {})}, form)
    for step in case.get("then", ()):
        for name, inputs in step.get("change", {}).items():
            driven.change(name, in_form(inputs, form))
        for name in in_form(step.get("delete", []), form):
            driven.delete(name)
        _make(driven, step.get("make", {}), form)
    return driven


def _make(driven: Driven, program: Mapping[str, Any], form: str) -> None:
    for name, each in program.items():
        driven.make(name, each["type"], in_form(each["inputs"], form))


def in_form(value: Any, form: str) -> Any:
    """A value in its right or wrong form; what has no such form is left out of maps and lists."""
    if isinstance(value, dict):
        if value and value.keys() <= {"right", "wrong"}:
            return in_form(value[form], form) if form in value else _ABSENT
        if len(value) == 1 and next(iter(value)) in _MADE:
            name, size = next(iter(value.items()))
            return _MADE[name](size)
        formed = {key: in_form(each, form) for key, each in value.items()}
        return {key: each for key, each in formed.items() if each is not _ABSENT}
    if isinstance(value, list):
        return [each for each in (in_form(item, form) for item in value) if each is not _ABSENT]
    return value


def read_cases(file: Path) -> list[dict[str, Any]]:
    """The cases of a file."""
    cases: list[dict[str, Any]] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return cases


def _resolved(value: Any, made: Mapping[str, _Made] | None) -> Any:
    """A value with its references filled in; without `made`, as in a first preview, they are unknown."""
    if isinstance(value, dict):
        return {key: _resolved(each, made) for key, each in value.items()}
    if isinstance(value, list):
        return [_resolved(each, made) for each in value]
    whole = _REFERENCE.fullmatch(value) if isinstance(value, str) else None
    if whole is None:
        return value
    if made is None:
        return UNKNOWN
    found: Any = made[whole[1]].outputs
    for part in whole[2].split("."):
        found = found[int(part)] if part.isdigit() else found[part]
    return found


def _urn(kind: str, name: str) -> str:
    return f"urn:pulumi:dev::shop::{kind}::{name}"
