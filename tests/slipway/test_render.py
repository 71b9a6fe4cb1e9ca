"""The files that `slipway render` writes: whole or not at all, and nobody else's."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from slipway.errors import UsageError
from slipway.render.files import Rendered, left_over, write_files

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 60
CLEAN, FAILED, USAGE = 0, 1, 2
SCRIPT = "#!/bin/bash\necho hello\n"


def slipway(*arguments: str | Path, folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "slipway", *map(str, arguments)],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        encoding="utf-8",
        timeout=SECONDS,
    )


def project(folder: Path, program: str) -> Path:
    """Another people's project, which has no settings of ours."""
    (folder / "Pulumi.yaml").write_text("name: shop\nruntime: python\n")
    (folder / "__main__.py").write_text(f"import base64, gzip, pulumi, pulumi_aws as aws\n{program}")
    return folder


def written(folder: Path) -> dict[str, str]:
    files = [file for file in sorted(folder.rglob("*")) if file.is_file()]
    return {file.relative_to(folder).as_posix(): file.read_text() for file in files}


@pytest.fixture(scope="session")
def dev(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """What a shipped stack renders."""
    out = tmp_path_factory.mktemp("rendered") / "deep" / "out"
    return out, slipway("render", "orders-dev", "--out", out, "--answers", "examples/answers.yaml", "--json")


# -- a shipped stack


def test_a_shipped_stack_renders_what_its_machines_and_its_deployment_need(
    dev: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    out, done = dev
    assert done.returncode == CLEAN, done.stderr
    names = set(written(out))
    assert {".env.example", "build-release.sh", "user-data/api.sh"} <= names
    assert any(name.startswith("deploy-policy") for name in names)


def test_json_tells_of_each_file_what_stands_on_the_disk(dev: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    out, done = dev
    told = json.loads(done.stdout)["files"]
    assert {file["path"] for file in told} == set(written(out))
    for file in told:
        data = (out / file["path"]).read_bytes()
        assert (file["bytes"], file["sha256"]) == (len(data), hashlib.sha256(data).hexdigest())
    origins = {file["path"]: file["from"] for file in told}
    assert origins["user-data/api.sh"].endswith("LaunchTemplate::orders-api-machines")
    assert origins[".env.example"] == "config/apps/orders.yaml"


def test_only_scripts_may_be_run(dev: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    out, _ = dev
    runnable = {name for name in written(out) if os.access(out / name, os.X_OK)}
    assert runnable == {name for name in written(out) if name.endswith(".sh")}


def test_user_data_is_the_very_text_of_the_plan(dev: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    out, _ = dev
    plan = json.loads(slipway("plan", "orders-dev", "--json", "--answers", "examples/answers.yaml").stdout)
    (given,) = (each["inputs"]["userData"] for each in plan["resources"] if "userData" in each["inputs"])
    assert (out / "user-data" / "api.sh").read_bytes() == base64.b64decode(given)
    programs = (out / "user-data" / "api.programs.txt").read_text()
    assert {"/usr/local/lib/slipway/aws.py", "/usr/local/lib/slipway/migrate.mjs"} <= {
        line.removeprefix("==> ") for line in programs.splitlines() if line.startswith("==> ")
    }


# -- any Pulumi program

USER_DATA = f"""
TEXT = {SCRIPT!r}
coded = base64.b64encode(TEXT.encode()).decode()
packed = base64.b64encode(gzip.compress(TEXT.encode(), mtime=0)).decode()
aws.ec2.LaunchTemplate("template", user_data=coded)
aws.ec2.LaunchTemplate("packed", user_data=packed)
aws.ec2.LaunchTemplate("configured", user_data=base64.b64encode(b"#cloud-config").decode())
aws.ec2.LaunchTemplate("../etc/odd name", user_data=coded)
aws.ec2.Instance("plain", user_data=TEXT, ami="ami-1", instance_type="t3.micro")
aws.ec2.Instance("template", user_data_base64=coded, ami="ami-1", instance_type="t3.micro")
aws.ec2.Instance("silent", ami="ami-1", instance_type="t3.micro")
"""
LEFT_OUT = """
vpc = aws.ec2.Vpc("vpc")
aws.ec2.LaunchTemplate("unknown", user_data=vpc.id.apply(lambda id: base64.b64encode(id.encode()).decode()))
aws.ec2.LaunchTemplate("hidden", user_data=pulumi.Output.secret("aGVsbG8="))
aws.ec2.LaunchTemplate("damaged", user_data="not base64!")
aws.ec2.LaunchTemplate("binary", user_data=base64.b64encode(b"\\xff\\xfe").decode())
"""


def test_user_data_of_any_program_is_decoded_and_named_by_its_resource(tmp_path: Path) -> None:
    project(tmp_path, USER_DATA)
    done = slipway("render", "dev", "--out", "out", folder=tmp_path)
    assert done.returncode == CLEAN, done.stderr
    found = {name: text for name, text in written(tmp_path / "out").items() if name.startswith("user-data/")}
    assert found == {
        "user-data/configured.yaml": "#cloud-config",
        "user-data/etc-odd-name.sh": SCRIPT,
        "user-data/packed.sh": SCRIPT,
        "user-data/plain.sh": SCRIPT,
        "user-data/template.sh": SCRIPT,
        "user-data/template-2.sh": SCRIPT,
    }
    assert done.stdout.split() == [f"out/{name}" for name in sorted(written(tmp_path / "out"))]


def test_user_data_that_is_not_known_is_left_out_and_named(tmp_path: Path) -> None:
    done = slipway("render", "dev", "--out", "out", folder=project(tmp_path, LEFT_OUT))
    assert done.returncode == CLEAN, done.stderr
    assert not (tmp_path / "out" / "user-data").exists()
    for name, why in (
        ("unknown", "only deployment tells it"),
        ("hidden", "it is secret"),
        ("damaged", "it is not base64"),
        ("binary", "it is no text"),
    ):
        assert f"user data of {name} is left out: {why}" in done.stderr
    assert "hello" not in done.stderr + done.stdout


def test_a_type_that_nobody_knows_the_rights_of_is_an_error_and_writes_nothing(tmp_path: Path) -> None:
    program = 'aws.ec2.LaunchTemplate("t", user_data="aGVsbG8=")\naws.kinesis.Stream("stream", shard_count=1)\n'
    done = slipway("render", "dev", "--out", "out", folder=project(tmp_path, program))
    assert (done.returncode, done.stdout) == (FAILED, "")
    assert "aws:kinesis/stream:Stream" in done.stderr
    assert "slipway/render/data/aws-actions.json" in done.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("render", "dev"), "--out"),
        (("render", "--out", "out"), "STACK"),
        (("render", "dev", "--out", "Pulumi.yaml"), "Pulumi.yaml: a file stands here, and a folder is wanted"),
        (("render", "dev", "--out", "Pulumi.yaml/out"), "Pulumi.yaml: a file stands here, and a folder is wanted"),
        (
            ("render", "dev", "--out", "/proc/x"),
            "/proc/x: no file can be written here: No such file or directory. Give a",
        ),
        (("render", "a/b", "--out", "out"), "a name has letters"),
    ],
)
def test_wrong_usage_is_refused(tmp_path: Path, arguments: tuple[str, ...], message: str) -> None:
    done = slipway(*arguments, folder=project(tmp_path, USER_DATA))
    assert (done.returncode, done.stdout) == (USAGE, "")
    assert message in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr


def test_a_folder_that_takes_no_files_is_refused_with_the_option_that_names_another() -> None:
    said = r"^/proc/x: no file can be written here: .*\. Give a folder that takes files: --out DIR\.$"
    with pytest.raises(UsageError, match=said):
        write_files(Path("/proc/x"), [Rendered("a/b.txt", "new", "plan")])


# -- writing


def test_files_of_others_are_left_alone_and_ours_are_replaced(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    (tmp_path / "a.sh").write_text("old")
    write_files(tmp_path, [Rendered("a.sh", "new\n", "plan", executable=True), Rendered("b/c.json", "{}", "plan")])
    assert written(tmp_path) == {"a.sh": "new\n", "b/c.json": "{}", "mine.txt": "mine"}


def test_a_failure_half_way_changes_nothing_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.txt").write_text("old")
    write = Path.write_text

    def full(self: Path, data: str, encoding: str | None = None, newline: str | None = None) -> int:
        if self.name.startswith(".b.txt"):
            write(self, data[:1], encoding=encoding, newline=newline)
            raise OSError(28, "No space left on device", str(self))
        return write(self, data, encoding=encoding, newline=newline)

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(OSError, match="No space left"):
        write_files(tmp_path, [Rendered("a.txt", "new", "plan"), Rendered("b.txt", "new", "plan")])
    assert written(tmp_path) == {"a.txt": "old"}


def test_a_folder_in_the_place_of_a_file_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    (tmp_path / "b.txt").mkdir()
    with pytest.raises(UsageError, match="a folder stands here"):
        write_files(tmp_path, [Rendered("a.txt", "new", "plan"), Rendered("b.txt", "new", "plan")])
    assert written(tmp_path) == {}


def test_a_file_in_the_place_of_a_folder_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    (tmp_path / "user-data").write_text("mine")
    with pytest.raises(UsageError, match="a folder is wanted"):
        write_files(tmp_path, [Rendered("a.txt", "new", "plan"), Rendered("user-data/a.sh", "new", "plan")])
    assert written(tmp_path) == {"user-data": "mine"}


def test_what_an_earlier_rendering_may_have_left_is_named_and_not_removed(tmp_path: Path) -> None:
    for name in ("user-data/gone.sh", "deploy-policy.json", "notes.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    found = list(left_over(tmp_path, [Rendered("deploy-policy.json", "{}", "plan")]))
    assert found == [str(tmp_path / "user-data" / "gone.sh")]
