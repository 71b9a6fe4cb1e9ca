"""The file `.env.example`: every variable, where it is from, and nothing that dotenv reads otherwise."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from config.effective import effective
from slipway.render.env_example import dev_vars, env_example
from tests.config.conftest import copied
from tests.slipway.written import development

if TYPE_CHECKING:
    from collections.abc import Callable

    from config.stack import StackSettings

ROOT = Path(__file__).resolve().parents[2]
STACKS = sorted(file.name.split(".")[1] for file in (ROOT / "config").glob("Pulumi.*.yaml"))
AWKWARD = {
    "GREETING": "hello # world",
    "QUOTED": "it's $HOME \\n",
    "BOTH": """a "b" 'c' $d""",
    "BLANK": "  two  ",
    "EMPTY": "",
    "EQUALS": "a=b=c",
}


def settings(folder: Path, **application: Any) -> StackSettings:
    """A stack of an application with two services, with parts of it given otherwise."""
    topology = {
        "kind": "aws-ec2",
        "region": "us-east-1",
        "zones": ["us-east-1a", "us-east-1b"],
        "image": {"kind": "ubuntu", "release": "24.04", "serial": "20260923"},
        "release": {"kind": "archive", "bucket": "acme-releases", "key": "shop/1.tar.gz", "sha256": "5a" * 32},
        "load_balancer": {"listener": {"kind": "http"}},
    }
    written = {
        "name": "shop",
        "runtime": {"kind": "node", "version": "26.10.0"},
        "services": {
            "web": {
                "port": 80, "public": True, "health_path": "/health",
                "env": AWKWARD,
                "derived": {"DATABASE_URL": "postgres.url", "DATABASE_HOST": "postgres.host", "NODE_ENV": "mode"},
                "secrets": ["STRIPE_KEY", "SESSION_SECRET", "SENTRY"],
            },
            "jobs": {"port": 3002, "env": {"EMPTY": "full", "QUEUE": "fast"}, "secrets": ["STRIPE_KEY"]},
        },
        "data": {"redis": {"kind": "none"}, "postgres": {"kind": "managed"}},
        "secrets": {
            "STRIPE_KEY": {"min_length": 20}, "SESSION_SECRET": {"generate": True}, "SENTRY": {"optional": True},
        },
        "frontend": {"kind": "vite", "api": "web"},
        **application,
    }  # fmt: skip
    return development(folder, written, topology)


def comment_of(text: str, name: str) -> str:
    """What stands above the variable."""
    found = re.search(rf"^# (.*)\n(?:# )?{name}=", text, re.MULTILINE)
    assert found, f"{name} is missing"
    return found[1]


def read(text: str, folder: Path, node: Path) -> dict[str, str]:
    """What Node.js itself reads in it."""
    (folder / ".env").write_text(text)
    program = "console.log(JSON.stringify(process.env))"
    ran = subprocess.run(
        [node, "--env-file=.env", "-e", program], cwd=folder, capture_output=True, check=True, text=True, env={}
    )
    found: dict[str, str] = json.loads(ran.stdout)
    return found


def test_node_reads_every_value_as_it_stands_in_the_settings(
    tmp_path: Path, require_program: Callable[[str], Path]
) -> None:
    found = read(env_example(settings(tmp_path)), tmp_path, require_program("node"))
    for name, value in AWKWARD.items():
        assert found[name] == value, name
    assert found["PORT"] == "8080"
    assert found["NODE_ENV"] == "development"
    assert found["QUEUE"] == "fast"


def test_a_value_that_no_quotes_can_hold_is_left_empty_with_the_reason(
    tmp_path: Path, require_program: Callable[[str], Path]
) -> None:
    services = {"web": {"port": 80, "public": True, "health_path": "/h", "env": {"ALL": "a'b\"c`d"}}}
    text = env_example(settings(tmp_path, services=services, secrets={}))
    assert read(text, tmp_path, require_program("node"))["ALL"] == ""
    assert "every kind of quotes" in text


def test_each_variable_says_where_it_is_from(tmp_path: Path) -> None:
    text = env_example(settings(tmp_path))
    assert comment_of(text, "GREETING") == "plain"
    assert comment_of(text, "PORT") == "derived from port"
    assert comment_of(text, "DATABASE_URL") == "derived from postgres.url, holds a secret; known after deployment"
    assert comment_of(text, "DATABASE_HOST") == "derived from postgres.host; known after deployment"
    assert comment_of(text, "SESSION_SECRET") == "secret, generated at the first deployment"
    command = "pulumi config set --secret secrets:"
    assert comment_of(text, "STRIPE_KEY") == f"secret, at least 20 characters: {command}STRIPE_KEY"
    assert comment_of(text, "SENTRY") == f"secret, optional, at least 16 characters: {command}SENTRY"
    assert "# DATABASE_PASSWORD: secret, generated at the first deployment" in text


def test_a_name_of_two_services_has_one_value_and_the_other_as_a_comment(tmp_path: Path) -> None:
    lines = env_example(settings(tmp_path)).splitlines()
    assert "PORT=8080" in lines
    assert "# PORT=3002" in lines
    assert "# EMPTY=full" in lines
    names = [line.partition("=")[0] for line in lines if line and not line.startswith("#")]
    assert len(set(names)) == len(names)


def test_the_frontend_is_built_with_the_address_of_its_service(tmp_path: Path) -> None:
    assert "\nVITE_API_BASE_URL=\n" in env_example(settings(tmp_path))
    text = env_example(effective(ROOT, "orders-production").stack)
    assert "\nVITE_API_BASE_URL=https://api.orders.example.com\n" in text


EDGE = "helpdesk-edge"


def test_a_worker_is_told_nothing_of_ports_and_files_and_each_name_once(tmp_path: Path) -> None:
    text = env_example(edge(tmp_path))
    names = re.findall(r"^(?:# )?([A-Z_]+)=", text, re.MULTILINE)
    assert sorted(names) == ["JWT_SECRET", "NODE_ENV", "TURNSTILE_SECRET_KEY", "TURNSTILE_SITE_KEY"]
    assert "-- the Worker" in text


def test_wrangler_s_own_file_has_what_its_other_file_does_not_tell(tmp_path: Path) -> None:
    text = dev_vars(edge(tmp_path)) or ""
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    assert lines == [
        "JWT_SECRET=",
        "TURNSTILE_SITE_KEY=1x00000000000000000000AA",
        "TURNSTILE_SECRET_KEY=1x0000000000000000000000000000000AA",
    ]
    assert comment_of(text, "TURNSTILE_SECRET_KEY").endswith("this one is Cloudflare's for tests")


def test_services_in_aws_have_no_file_of_wrangler_s(tmp_path: Path) -> None:
    assert dev_vars(settings(tmp_path)) is None


def edge(root: Path) -> StackSettings:
    """The help desk at the edge with a widget, and a service that asks for the mode."""
    files = copied(root, EDGE)
    files.replace(files.stack, "    worker:\n", "    turnstile: {}\n    worker:\n")
    files.replace(files.stack, "{web: {hosts:", "{web: {derived: {ADDRESS: port}, hosts:")
    return files.read().stack


PAID = """\
    frontend:
      kind: pages
      account_id: fedcba9876543210fedcba9876543210
      functions: {compatibility_date: "2026-11-01"}
      production: {variables: {VITE_BANNER: "on"}, secrets: {PAY: PAYMENT_KEY}}
"""


def test_what_pages_find_stands_with_the_frontend_and_is_no_part_of_an_address(tmp_path: Path) -> None:
    files = copied(tmp_path, "orders-staging")
    said = "    frontend: {kind: pages, account_id: fedcba9876543210fedcba9876543210}\n"
    files.replace(files.stack, said, PAID)
    files.replace(files.application, "secrets:\n", "secrets:\n  PAYMENT_KEY: {}\n")
    text = env_example(files.read().stack)
    assert comment_of(text, "VITE_BANNER") == "plain, of production's pages"
    of_pages, parts = text.partition("-- secrets that builds and functions of the pages find\n")[2].split("# --")
    assert of_pages.startswith("# PAYMENT_KEY: secret, at least 16 characters")
    assert "PAYMENT_KEY" not in parts


@pytest.mark.parametrize("stack", [stack for stack in STACKS if stack != EDGE])
def test_a_shipped_stack_has_every_variable_of_every_service_and_no_value_of_a_secret(stack: str) -> None:
    found = effective(ROOT, stack).stack
    text = env_example(found)
    for service in found.application.services.values():
        for name in (*service.env, *service.derived, *service.secrets, "PORT"):
            comment_of(text, name)
        for name in service.secrets:
            assert f"\n{name}=\n" in text
