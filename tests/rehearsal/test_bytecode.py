"""What Python compiles beside a program while it is rehearsed does not stay."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from slipway.rehearsal.bytecode import without_new_bytecode

if TYPE_CHECKING:
    from pathlib import Path


def compiled(folder: Path, name: str) -> Path:
    file = folder / "__pycache__" / f"{name}.cpython-311.pyc"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(b"")
    return file


def test_new_bytecode_goes_and_what_was_there_before_stays(tmp_path: Path) -> None:
    old = compiled(tmp_path / "parts", "old")
    with without_new_bytecode(tmp_path):
        new = [compiled(tmp_path, "__main__"), compiled(tmp_path / "parts", "new")]

    assert old.exists()
    assert not any(file.exists() for file in new)
    assert not (tmp_path / "__pycache__").exists()


def test_environments_keep_what_was_compiled_in_them(tmp_path: Path) -> None:
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv" / "pyvenv.cfg").touch()
    with without_new_bytecode(tmp_path):
        kept = compiled(tmp_path / ".venv" / "lib" / "pulumi_aws", "vpc")

    assert kept.exists()


def test_it_goes_too_when_the_rehearsal_fails(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), without_new_bytecode(tmp_path):
        assert compiled(tmp_path, "__main__").exists() / 0
    assert list(tmp_path.iterdir()) == []
