"""Which room may import which, and which packages of others: the table of docs/extending.md, as tests."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest
from importlinter import cli

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("config", "stacks", "components", "plan", "policies", "slipway")

# What a file may import besides the standard library and, by the contracts in pyproject.toml, our own rooms.
# The longest path that a file's own begins with decides.
PACKAGES = {
    "config/": {"pydantic", "pydantic_core", "yaml"},
    "config/load.py": {"pydantic", "pydantic_core", "yaml", "pulumi"},
    "stacks/": {"pulumi", "pulumi_aws", "pulumi_cloudflare", "pulumi_random"},
    "stacks/cloudflare_migrations.py": {"pulumi", "pulumi_command"},  # for whoever has migrations of D1
    "stacks/vps_providers.py": {  # of whoever hosts a server
        "pulumi",
        "pulumi_aws",
        "pulumi_command",
        "pulumi_digitalocean",
        "pulumi_hcloud",
        "pulumi_linode",
        "pulumi_random",
    },
    "stacks/docker_provider.py": {"pulumi", "pulumi_docker"},  # for whoever has an engine
    "stacks/image_builder.py": {"pulumi", "pulumi_aws", "pulumi_docker_build"},  # for whoever builds images
    "stacks/registry.py": {"pulumi", "pulumi_docker"},  # for whoever names one by a tag
    "components/": {"pulumi", "pulumi_aws", "pulumi_random", "pydantic", "jinja2"},
    "components/aws/programs/run_task.py": {"botocore"},  # it runs in Lambda, which has it
    "components/cloudflare/": {"pulumi", "pulumi_cloudflare"},
    "components/cloudflare/edge_migrations.py": {"pulumi", "pulumi_command"},
    "components/server/cloud_init.py": {"yaml"},
    "components/server/server_release.py": {"pulumi", "pulumi_command"},
    "components/server/server_ready.py": {"pulumi", "pulumi_command"},
    "components/digitalocean/": {"pulumi", "pulumi_digitalocean"},
    "components/docker/": {"pulumi", "pulumi_docker"},
    "components/docker/built_image.py": {"pulumi", "pulumi_docker_build"},
    "components/hetzner/": {"pulumi", "pulumi_hcloud"},
    "components/linode/": {"pulumi", "pulumi_linode", "pulumi_random"},
    "plan/": set(),
    "policies/": {"yaml"},  # rules read the files that a machine is given
    "policies/__main__.py": {"pulumi_policy"},
    "policies/host.py": {"pulumi_policy", "pulumi", "google"},  # the host hands over protobuf messages
    "slipway/": {"jinja2", "pydantic", "rich", "typer", "yaml"},
    "slipway/engine/": {"pulumi", "grpc", "google", "yaml"},
    "slipway/orphans/": {"botocore"},
    "slipway/uploads/": {"botocore"},
    "slipway/record/": {"pulumi", "grpc", "google"},
    "slipway/simulated/": {"pulumi", "grpc", "google"},
}

# A deployment runs these, or a person on any machine: the standard library alone, and of each other what stands here.
ALONE = {
    "apply-d1-migrations": {"d1_migrations", "wrangler_cli"},
    "d1_migrations": {"wrangler_cli"},
    "sqlite-to-d1": {"sqlite_to_d1", "wrangler_cli"},
    "sqlite_to_d1": {"wrangler_cli"},
    "wrangler_cli": set(),
}


def imported(file: Path) -> set[str]:
    """The full names of the modules of all absolute imports, those inside functions too."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            names.add(node.module)
    return names


def package(module: str) -> str:
    return module.partition(".")[0]


def allowed(path: str) -> set[str]:
    return PACKAGES[max((prefix for prefix in PACKAGES if path.startswith(prefix)), key=len)]


def test_the_arrows_between_the_rooms_hold(capsys: pytest.CaptureFixture[str]) -> None:
    outcome = cli.lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True, no_logo=True)
    assert outcome == cli.EXIT_STATUS_SUCCESS, capsys.readouterr().out


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_only_the_packages_of_others_in_its_row(room: str) -> None:
    wrong = [
        f"{path}: {name}"
        for file in sorted((ROOT / room).rglob("*.py"))
        for path in [file.relative_to(ROOT).as_posix()]
        for name in sorted(set(map(package, imported(file))))
        if name not in sys.stdlib_module_names and name not in ROOMS and name not in allowed(path)
    ]
    assert wrong == []


@pytest.mark.parametrize("name", ALONE)
def test_a_tool_that_stands_alone_uses_of_the_others_only_what_is_made_for_both(name: str) -> None:
    place = ROOT / "tools" / name
    files = sorted(place.rglob("*.py")) if place.is_dir() else [place]
    assert files, "it is not where it was"
    wrong = [
        f"{file.name}: {module}"
        for file in files
        for module in sorted(imported(file))
        if package(module) not in sys.stdlib_module_names
        and not any(f"{module}.".startswith(f"tools.{each}.") for each in {name, *ALONE[name]})
    ]
    assert wrong == []


@pytest.mark.parametrize("part", ["record", "simulated"])
def test_what_runs_inside_other_programs_imports_nothing_else_of_ours(part: str) -> None:
    # It runs under the interpreter of whatever project is planned, where our dependencies may be missing.
    # What both have to say alike stands in a module that needs the standard library alone.
    shared = {"slipway.record.policy_documents"}
    wrong = [
        f"{file.name}: {module}"
        for file in sorted((ROOT / "slipway" / part).rglob("*.py"))
        for module in sorted(imported(file) - shared)
        if package(module) in ROOMS and not f"{module}.".startswith(f"slipway.{part}.")
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("module", "absent"),
    [
        # The SDK of a cloud takes seconds to import: only the chosen topology may do that.
        ("stacks", ("pulumi_aws", "pulumi_cloudflare", "stacks.")),
        # The command records in a child process: its own start must not wait for Pulumi.
        ("slipway.cli", ("pulumi", "stacks", "components")),
    ],
)
def test_importing_does_not_load(module: str, absent: tuple[str, ...]) -> None:
    code = f"import sys, {module}; print(*sys.modules, sep='\\n')"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True, text=True)
    assert [name for name in done.stdout.split() if name.startswith(absent)] == []


def test_the_modules_of_another_project_win_over_our_rooms(tmp_path: Path) -> None:
    # The editable install puts our folder on the path of every program that .venv runs: it has to be the last.
    (tmp_path / "__main__.py").write_text("import config, plan; print(config.__file__, plan.__file__)")
    own = [tmp_path / "config.py", tmp_path / "plan.py"]
    for module in own:
        module.touch()
    done = subprocess.run([sys.executable, tmp_path], capture_output=True, check=True, text=True)
    assert done.stdout.split() == [str(module) for module in own]
