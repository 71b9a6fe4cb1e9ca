"""`slipway uploads` as a user meets it: which bucket it takes, how it ends, and what a killed one leaves."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from slipway.errors import UsageError
from slipway.project import Project
from slipway.uploads.place import Given, Place, key_prefix, place

if TYPE_CHECKING:
    from tests.uploads.conftest import Bucket, Gate

ROOT = Path(__file__).resolve().parents[2]
CLEAN, FAILED, USAGE, INTERRUPTED = 0, 1, 2, 130
SECONDS = 120  # for one run of the command, on a slow machine
FILES = 12


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "uploads").mkdir()
    for number in range(FILES):
        (tmp_path / "uploads" / f"{number:02}.png").write_bytes(b"picture %d" % number)
    return tmp_path / "uploads"


def started(*arguments: str | Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "slipway", "uploads", "mentors-vps", *map(str, arguments)],
        cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8",
    )  # fmt: skip


def run(*arguments: str | Path) -> tuple[int, str, str]:
    with started(*arguments) as process:
        out, err = process.communicate(timeout=SECONDS)
    return process.returncode, out, err


@pytest.mark.parametrize(("signal_", "code"), [(signal.SIGKILL, -9), (signal.SIGINT, INTERRUPTED)])
def test_a_copy_that_was_ended_goes_on_with_the_rest(
    bucket: Bucket, gate: Gate, folder: Path, signal_: int, code: int
) -> None:
    (folder / "film.mp4").write_bytes(b"x" * (9 << 20))  # in two parts
    reached, go_on = threading.Event(), threading.Event()

    def stop(method: str, path: str) -> None:
        if "partNumber=2" in path or (method == "PUT" and gate.count("PUT") > FILES // 2):
            reached.set()
            go_on.wait(SECONDS)

    gate.before = stop
    with started(folder, "--bucket", bucket.name, "--parallel", "2") as process:
        assert reached.wait(SECONDS)
        process.send_signal(signal_)
        if signal_ == signal.SIGINT:
            go_on.set()
        process.communicate(timeout=SECONDS)
    go_on.set()
    assert process.returncode == code
    gate.before = lambda _method, _path: None
    there = bucket.objects()
    assert 0 < len(there) < FILES + 1
    assert all((folder / key).read_bytes() == content for key, content in there.items())
    asked = len(gate.asked)
    code, out, err = run(folder, "--bucket", bucket.name, "--json")
    assert code == CLEAN, err
    sent = {path.partition("?")[0] for method, path in gate.asked[asked:] if method == "PUT"}
    assert sent
    assert not sent & {f"/{bucket.name}/{key}" for key in there}
    told = json.loads(out)
    assert (told["complete"], told["files"]) == (True, FILES + 1)
    assert len(there) <= told["same"] < FILES + 1, "what the gate held may come in after the process is gone"
    assert len(bucket.objects()) == FILES + 1
    assert bucket.begun() == []


def test_the_deployed_stack_is_asked_for_its_bucket(
    bucket: Bucket, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pulumi = tmp_path / "pulumi"
    pulumi.write_text(f"""#!/bin/sh
[ "$1 $2 $4 $5" = "stack output --stack mentors-vps" ] && echo '{{"uploads": "{bucket.name}"}}'
""")
    pulumi.chmod(0o755)
    monkeypatch.setenv("PULUMI", str(pulumi))
    monkeypatch.delenv("SLIPWAY_PULUMI", raising=False)
    code, out, err = run(folder)
    assert (code, err) == (CLEAN, "")  # and no progress, which is for a terminal
    assert out.splitlines()[-1] == "the bucket has all of it"
    assert f"bucket            {bucket.name}/" in out
    assert len(bucket.objects()) == FILES


def test_who_cannot_ask_the_deployed_stack_hears_of_the_other_way(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pulumi = tmp_path / "pulumi"
    pulumi.write_text('#!/bin/sh\necho "error: not logged in" >&2\nexit 255\n')
    pulumi.chmod(0o755)
    monkeypatch.setenv("PULUMI", str(pulumi))

    code, _, said = run(folder)

    assert code == FAILED
    assert "not logged in" in said
    assert "--bucket NAME" in said


def test_what_is_not_in_the_bucket_fails_the_command_and_no_secret_is_told(bucket: Bucket, folder: Path) -> None:
    (folder / os.fsdecode(b"\xff[red]")).touch()
    (folder / ".hidden").touch()
    bucket.put("00.png", b"another")
    code, out, err = run(folder, "--bucket", bucket.name)
    assert code == FAILED
    assert "not copied  00.png: the bucket has something else" in out
    assert "\\xff[red]: its name is not UTF-8" in out
    assert "left out          1 dot files" in out
    assert "2 files of 13 not in the bucket as in the folder" in out
    assert "hush-hush-key" not in out + err
    code, out, _ = run(folder, "--bucket", bucket.name, "--dry-run", "--json")
    assert code == FAILED
    assert len(json.loads(out)["faults"]) == 2


@pytest.mark.parametrize("place", [("--bucket", "any"), ()], ids=["a bucket", "the stack's bucket"])
def test_a_folder_that_is_not_there_is_wrong_usage(folder: Path, place: tuple[str, ...]) -> None:
    code, out, err = run(folder / "nothing", *place)
    assert (code, out) == (USAGE, "")
    assert "is not there. Give the folder" in err
    assert "Traceback" not in err


# -- which bucket


@pytest.mark.parametrize(
    ("stack", "given", "wanted"),
    [
        ("mentors-vps", Given(), Place("theirs", "us-east-1")),
        ("helpdesk-vps", Given("mine"), Place("mine", "eu-central-1")),
        ("helpdesk-vps", Given("mine", region="eu-west-1"), Place("mine", "eu-west-1")),
        ("helpdesk-edge", Given(), Place("theirs", "auto", "https://0123456789abcdef0123456789abcdef.r2.cloudflarestorage.com")),
        ("mentors-vps", Given("mine", "https://fra1.digitaloceanspaces.com"),
         Place("mine", "us-east-1", "https://fra1.digitaloceanspaces.com", conditional=False)),
    ],
)  # fmt: skip
def test_the_bucket_is_the_stack_s_unless_another_is_given(stack: str, given: Given, wanted: Place) -> None:
    assert place(Project.find(ROOT), stack, given, lambda: "theirs") == wanted


@pytest.mark.parametrize(
    ("stack", "given", "said"),
    [
        ("orders-dev", Given("mine"), "has no uploads"),
        ("mentors-vps", Given(), "Deploy it first"),
        ("mentors-vps", Given(endpoint="https://fra1.digitaloceanspaces.com"), "name the bucket there too"),
        ("mentors-vps", Given("mine", "http://storage.example.com"), "https://"),
        ("mentors-vps", Given("mine", "http://127.0.0.1.example.com"), "https://"),
        ("mentors-vps", Given("mine", "http://localhost@storage.example.com"), "https://"),
        ("mentors-vps", Given("mine", "https://storage.example.com:99999"), "https://"),
        ("mentors-vps", Given("mine", "https://storage.example.com/?a=b"), "https://"),
        ("mentors-vps", Given("mine", "https://[::1"), "https://"),
        ("mentors-vps", Given("mine/users"), "the name of a bucket is wanted"),
        ("mentors-vps", Given(""), "the name of a bucket is wanted"),
    ],
)
def test_what_names_no_bucket_is_refused(stack: str, given: Given, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        place(Project.find(ROOT), stack, given, lambda: None)


@pytest.mark.parametrize(("given", "wanted"), [("", ""), ("pictures", "pictures/"), ("a/b/", "a/b/")])
def test_a_prefix_ends_like_a_folder(given: str, wanted: str) -> None:
    assert key_prefix(given) == wanted


@pytest.mark.parametrize("given", ["/", "/a", "a//b", "../a", "a/./b"])
def test_a_prefix_that_is_no_folder_is_refused(given: str) -> None:
    with pytest.raises(UsageError, match="folders of the bucket are wanted"):
        key_prefix(given)
