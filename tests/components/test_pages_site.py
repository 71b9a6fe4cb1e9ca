"""What a frontend at Cloudflare Pages guarantees."""

from __future__ import annotations

import base64
import subprocess
from typing import TYPE_CHECKING

import pytest

from components.cloudflare.pages_headers import headers_file
from components.cloudflare.pages_site import build_command
from config.pages import NO_SUCH_FILE
from plan.model import Secret
from tests.components.planning import inside, part_of, the_part

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from plan.graph import Graph
    from plan.model import Resource, Value

NAME = "pages-site"
every_environment = pytest.mark.parametrize("environment", ["production", "preview"])


def project(parts: Graph, name: str = NAME) -> Resource:
    return the_part(parts, name, "PagesProject")


def environment_of(parts: Graph, name: str, environment: str) -> dict[str, Value]:
    found = inside(project(parts, name).inputs["deploymentConfigs"], environment)
    assert isinstance(found, dict)
    return found


def headers(parts: Graph, name: str = NAME) -> str:
    (site,) = [each for each in parts.of_type("slipway:cloudflare:PagesSite") if each.name == name]
    told = site.outputs["headers"]
    assert isinstance(told, str)
    return told


def rules(text: str) -> dict[str, list[str]]:
    """The lines below each path of a file `_headers`."""
    found: dict[str, list[str]] = {}
    path = ""
    for line in filter(None, text.splitlines()):
        if line.startswith(" "):
            found[path].append(line.strip())
        else:
            path = line
            found[path] = []
    return found


# -- where it answers


def test_its_hosts_are_the_project_s_and_the_first_is_its_address(parts: Graph) -> None:
    (domain,) = part_of(parts, NAME, "PagesDomain")
    assert domain.inputs["name"] == "www.shop.example"
    assert project(parts).urn in domain.dependencies
    (site,) = [each for each in parts.of_type("slipway:cloudflare:PagesSite") if each.name == NAME]
    assert site.outputs["url"] == "https://www.shop.example"


def test_without_a_host_it_has_the_name_that_cloudflare_gives_it(parts: Graph) -> None:
    assert part_of(parts, f"{NAME}-built", "PagesDomain") == []
    (site,) = [each for each in parts.of_type("slipway:cloudflare:PagesSite") if each.name == f"{NAME}-built"]
    assert "pages-site-built-project#subdomain" in str(getattr(site.outputs["url"], "text", ""))


# -- who builds


def test_a_project_without_a_repository_takes_uploads(parts: Graph) -> None:
    made = project(parts).inputs
    assert "source" not in made
    assert inside(made["buildConfig"], "buildCommand") == ""


def test_a_repository_is_built_in_its_folder_from_the_production_branch(parts: Graph) -> None:
    made = project(parts, f"{NAME}-built").inputs
    source = made["source"]
    assert inside(source, "type") == "github"
    assert inside(source, "config", "owner") == "acme"
    assert inside(source, "config", "repoName") == "shop"
    assert inside(source, "config", "productionBranch") == made["productionBranch"] == "main"
    assert inside(made["buildConfig"], "rootDir") == "frontend"
    assert inside(made["buildConfig"], "destinationDir") == "dist"


def test_only_the_branches_that_are_named_have_previews(parts: Graph) -> None:
    config = inside(project(parts, f"{NAME}-built").inputs["source"], "config")
    assert inside(config, "previewDeploymentSetting") == "custom"
    assert inside(config, "previewBranchIncludes") == ["feature/*"]
    assert inside(config, "previewBranchExcludes") == ["feature/old"]


@every_environment
def test_what_cloudflare_would_fill_in_by_itself_is_said(parts: Graph, environment: str) -> None:
    told = environment_of(parts, NAME, environment)
    assert told["compatibilityDate"] == "2026-11-01"
    assert told["buildImageMajorVersion"] == 3
    assert {"compatibilityFlags", "alwaysUseLatestCompatibilityDate", "failOpen"} <= told.keys()


# -- what it finds


@every_environment
def test_builds_find_their_variables_in_production_and_in_previews(parts: Graph, environment: str) -> None:
    told = environment_of(parts, NAME, environment)["envVars"]
    assert told == {"VITE_API": {"type": "plain_text", "value": "https://api.shop.example"}}


def test_a_secret_is_secret_text_and_shown_nowhere_in_the_plan(parts: Graph) -> None:
    told = environment_of(parts, f"{NAME}-bound", "production")["envVars"]
    assert inside(told, "SESSION_SECRET", "type") == "secret_text"
    assert isinstance(inside(told, "SESSION_SECRET", "value"), Secret)
    assert "hunter2" not in repr(parts.plan)


def test_functions_are_bound_by_the_form_of_each_kind(parts: Graph) -> None:
    told = environment_of(parts, f"{NAME}-bound", "production")
    assert told["kvNamespaces"] == {"SEEN": {"namespaceId": "0f2ac74b498b48028cb68387c421e279"}}
    assert told["d1Databases"] == {"DB": {"id": "00000000-0000-4000-8000-000000000000"}}
    assert told["r2Buckets"] == {"UPLOADS": {"name": "shop-uploads"}}
    assert told["durableObjectNamespaces"] == {"ROOMS": {"namespaceId": "5eb63bbbe01eeed093cb22bb8f5acdc3"}}
    assert told["queueProducers"] == {"MAILS": {"name": "shop-mails"}}
    assert told["hyperdriveBindings"] == {"ORDERS": {"id": "0f2ac74b498b48028cb68387c421e279"}}
    assert told["services"] == {"API": {"service": "shop-worker"}}
    assert told["compatibilityFlags"] == ["nodejs_compat"]


def test_previews_have_nothing_of_production_s(parts: Graph) -> None:
    told = environment_of(parts, f"{NAME}-bound", "preview")
    assert told["envVars"] == {"VITE_API": {"type": "plain_text", "value": "https://api.shop.example"}}
    bound = {
        *("kvNamespaces", "d1Databases", "r2Buckets", "durableObjectNamespaces", "services"),
        *("queueProducers", "hyperdriveBindings"),
    }
    assert bound & told.keys() == set()


# -- what is said with its files


def test_pages_have_the_same_security_headers_as_behind_cloudfront(parts: Graph) -> None:
    everywhere = rules(headers(parts))["/*"]
    assert "Strict-Transport-Security: max-age=31536000" in everywhere
    assert "X-Content-Type-Options: nosniff" in everywhere
    assert "X-Frame-Options: DENY" in everywhere
    assert "Referrer-Policy: strict-origin-when-cross-origin" in everywhere
    assert not [line for line in everywhere if "XSS" in line]
    (policy,) = [line for line in everywhere if line.startswith("Content-Security-Policy: ")]
    assert "connect-src 'self' https://api.shop.example;" in policy
    assert "frame-ancestors 'none';" in policy
    assert "script-src 'self' https://js.stripe.com;" in policy
    assert "*" not in policy


def test_scripts_of_other_sites_may_not_read_the_files(parts: Graph) -> None:
    assert "! Access-Control-Allow-Origin" in rules(headers(parts))["/*"]


def test_no_header_is_said_by_two_rules_of_one_path(parts: Graph) -> None:
    found = rules(headers(parts))
    assert found["/assets/*"] == ["Cache-Control: public, max-age=31536000, immutable"]
    said = [line.partition(":")[0].lower() for lines in found.values() for line in lines]
    assert sorted(said) == sorted(set(said))


def test_the_other_address_is_kept_from_search_engines_only_where_there_is_one_of_its_own(parts: Graph) -> None:
    other = "https://:project.pages.dev/*"
    assert rules(headers(parts))[other] == ["X-Robots-Tag: noindex"]
    assert other not in rules(headers(parts, f"{NAME}-built"))


def test_a_policy_that_is_too_long_for_its_line_is_refused() -> None:
    many = [f"https://host-{number}.shop.example" for number in range(80)]
    with pytest.raises(ValueError, match=r"the Content-Security-Policy has [\d,]+ characters, and Pages takes 1,973"):
        headers_file({"connect-src": many}, own_address=False)


@every_environment
def test_a_build_at_cloudflare_finds_the_headers_that_are_deployed(parts: Graph, environment: str) -> None:
    told = environment_of(parts, f"{NAME}-built", environment)["envVars"]
    value = inside(told, "PAGES_HEADERS", "value")
    assert isinstance(value, str)
    assert base64.b64decode(value).decode() == headers(parts, f"{NAME}-built")
    assert len(value) < 5_000  # what Cloudflare takes in one variable


def test_the_command_of_a_build_puts_headers_and_the_answer_to_lost_files_into_it(
    tmp_path: Path, require_program: Callable[[str], Path]
) -> None:
    said = build_command(
        {"kind": "github", "owner": "a", "repository": "b", "command": "true", "directory": "", "output": "dist out"}
    )
    (tmp_path / "dist out").mkdir()
    told = "/*\n  X-Frame-Options: DENY\n"
    environment = {"PATH": "/usr/bin:/bin", "PAGES_HEADERS": base64.b64encode(told.encode()).decode()}
    subprocess.run([require_program("sh"), "-c", said], cwd=tmp_path, env=environment, check=True, timeout=60)
    assert (tmp_path / "dist out" / "_headers").read_text() == told
    assert (tmp_path / "dist out" / "assets" / "404.html").read_text() == f"{NO_SUCH_FILE}\n"


def test_a_build_that_fails_puts_nothing_there(tmp_path: Path, require_program: Callable[[str], Path]) -> None:
    said = build_command(
        {"kind": "github", "owner": "a", "repository": "b", "command": "false", "directory": "", "output": "dist"}
    )
    done = subprocess.run([require_program("sh"), "-c", said], cwd=tmp_path, env={}, check=False, timeout=60)
    assert done.returncode != 0
    assert list(tmp_path.iterdir()) == []


# -- what becomes of it


def test_a_project_is_protected_kept_or_deleted_as_its_setting_says(parts: Graph) -> None:
    assert project(parts).protect
    assert project(parts, f"{NAME}-built").options.retain_on_delete
    gone = project(parts, f"{NAME}-bound")
    assert (gone.protect, gone.options.retain_on_delete) == (False, False)


# -- what its provider says


def test_nothing_that_the_provider_calls_deprecated_is_used(parts: Graph) -> None:
    assert [
        log.message for log in parts.plan.logs if "pages" in log.message.lower() or "deprecated" in log.message
    ] == []
