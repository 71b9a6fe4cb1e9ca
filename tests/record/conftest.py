"""Records a program that a test writes down."""

from __future__ import annotations

import json
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from slipway.project import Project
from slipway.recording import Child, job_of, record

Recorder = Callable[..., dict[str, Any]]


@pytest.fixture
def recorded(tmp_path: Path) -> Recorder:
    """Write a program (and other files) into a project of its own and give its record as JSON would carry it."""

    def run(source: str, *, files: dict[str, str] | None = None, answers: dict[str, Any] | None = None,
            stack: str | None = None, seconds: float = 30.0) -> dict[str, Any]:  # fmt: skip
        (tmp_path / "Pulumi.yaml").write_text("name: shop\nruntime: python\n")
        (tmp_path / "__main__.py").write_text("import pulumi, pulumi_aws as aws\n" + textwrap.dedent(source))
        for name, text in (files or {}).items():
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / name).write_text(text)
        if stack is not None:
            (tmp_path / "Pulumi.dev.yaml").write_text(textwrap.dedent(stack))
        project = Project.find(tmp_path)
        assert project.python == Path(sys.executable)
        with Child(project.python) as child:
            found = record(child, job_of(project, "dev", project.config("dev"), answers or {}), seconds)
        body: dict[str, Any] = json.loads(json.dumps(found.body))
        body["printed"] = found.output
        body["by_name"] = {resource["name"]: resource for resource in body["resources"]}
        return body

    return run
