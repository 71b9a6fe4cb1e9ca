"""The script that releases a frontend to Cloudflare Pages: run for real on a build, with stand-ins for two commands.

The stand-in for `wrangler` notes what it is told, and what lies in the folder that it is to upload.
"""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from config.pages import NO_SUCH_FILE
from plan.model import Plan
from slipway.render.frontend import frontend_env, frontend_headers, frontend_notes, frontend_script, preview_env
from tests.edge_chat.conftest import Tools, edge_tools
from tests.slipway.frontend_bench import BACKEND, BUILD, SECONDS, STACK, Bench, bench_of, settings

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

__all__ = ["edge_tools"]  # the fixture: wrangler and a Node.js for it

ACCOUNT = "0123456789abcdef" * 2
PAGES = f"{{kind: pages, account_id: {ACCOUNT}}}"
WITH_PREVIEWS = f"{{kind: pages, account_id: {ACCOUNT}, previews: {{kind: all}}}}"
WITH_FUNCTIONS = f'{{kind: pages, account_id: {ACCOUNT}, functions: {{compatibility_date: "2026-11-01"}}}}'
GIT = f"{{kind: pages, account_id: {ACCOUNT}, build: {{kind: github, owner: acme, repository: orders}}}}"
HEADERS = "/*\n  X-Frame-Options: DENY\n\n/assets/*\n  Cache-Control: public, max-age=31536000, immutable\n"
OUTPUTS = {
    "frontendProject": "orders-production",
    "frontendUrl": "https://www.orders.example.com",
    "frontendHeaders": HEADERS,
}
WRANGLER = """\
import json, os, pathlib, sys
if os.environ.get("REFUSE"):
    sys.exit("A request to the Cloudflare API failed.")
site = pathlib.Path(sys.argv[3])
files = {file.relative_to(site).as_posix(): file.read_text() for file in site.rglob("*") if file.is_file()}
said = {"arguments": sys.argv[1:], "files": files, "account": os.environ["CLOUDFLARE_ACCOUNT_ID"]}
said["beside"] = sorted(each.name for each in pathlib.Path.cwd().iterdir())
said["input"] = sys.stdin.read()
pathlib.Path(os.environ["TOLD"]).open("a").write(json.dumps(said) + "\\n")
print("Deployment complete!")
"""


def pages_bench(root: Path, bash: Path, site: str = PAGES) -> Bench:
    made = bench_of(root, bash, site, OUTPUTS, ("wrangler", WRANGLER))
    (root / "_headers").write_text(HEADERS)
    return made


@pytest.fixture
def bench(tmp_path: Path, require_program: Callable[[str], Path]) -> Bench:
    return pages_bench(tmp_path, require_program("bash"))


@pytest.fixture
def previewing(tmp_path: Path, require_program: Callable[[str], Path]) -> Bench:
    return pages_bench(tmp_path, require_program("bash"), WITH_PREVIEWS)


def uploaded(bench: Bench, *arguments: str) -> dict[str, Any]:  # Any: what the stand-in noted
    done = bench.run(*(arguments or (str(bench.dist),)))
    assert done.returncode == 0, done.stderr
    (said,) = bench.told()
    return said


def option(said: dict[str, Any], name: str) -> str:  # Any: as above
    arguments: list[str] = said["arguments"]
    return arguments[arguments.index(name) + 1]


# -- what is released


def test_the_whole_build_goes_to_the_stack_s_project_with_its_headers(bench: Bench) -> None:
    said = uploaded(bench)
    assert said["arguments"][:2] == ["pages", "deploy"]
    assert (option(said, "--project-name"), option(said, "--branch")) == ("orders-production", "main")
    assert said["account"] == ACCOUNT
    assert said["files"] == {**BUILD, "_headers": HEADERS, "assets/404.html": f"{NO_SUCH_FILE}\n"}


def test_the_build_itself_stays_as_it_is(bench: Bench) -> None:
    uploaded(bench)
    assert {file.relative_to(bench.dist).as_posix() for file in bench.dist.rglob("*") if file.is_file()} == set(BUILD)


def test_wrangler_finds_nothing_beside_the_build_and_nobody_to_ask(bench: Bench) -> None:
    said = uploaded(bench)
    assert said["beside"] == ["site"]
    assert said["input"] == ""


def test_functions_are_released_with_the_build_where_the_stack_says_that_there_are_some(bench: Bench) -> None:
    functions = bench.root / "functions"
    functions.mkdir()
    assert uploaded(bench)["beside"] == ["site"]
    (bench.root / "told").unlink()
    bench.says(WITH_FUNCTIONS)
    assert uploaded(bench)["beside"] == ["functions", "site"]
    (bench.root / "told").unlink()
    functions.rmdir()
    stopped(bench, "functions: no folder: the stack says that the frontend has functions")


def test_an_answer_to_lost_files_that_the_build_has_stays(bench: Bench) -> None:
    bench.add({"assets/404.html": "gone"})
    assert uploaded(bench)["files"]["assets/404.html"] == "gone"


def test_the_address_is_said_when_it_is_there(bench: Bench) -> None:
    assert bench.run().stderr.splitlines()[-1] == "release-frontend: https://www.orders.example.com has it"


def test_another_branch_gets_a_preview_and_production_stays(previewing: Bench) -> None:
    said = uploaded(previewing, str(previewing.dist), "feature/new-cart")
    assert option(said, "--branch") == "feature/new-cart"
    told = previewing.run(str(previewing.dist), "feature/new-cart").stderr.splitlines()[-1]
    assert told.endswith("the preview of feature/new-cart has it; https://www.orders.example.com stays as it is")


def test_a_copy_is_not_left_behind(bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "temporary").mkdir()
    bench.run(TMPDIR=str(tmp_path / "temporary"))
    bench.run(TMPDIR=str(tmp_path / "temporary"), REFUSE="yes")
    assert list((tmp_path / "temporary").iterdir()) == []


# -- what stops it


def stopped(bench: Bench, says: str, *arguments: str, **environment: str) -> None:
    done = bench.run(*(arguments or (str(bench.dist),)), **environment)
    assert done.returncode != 0
    assert bench.told() == []
    assert says in done.stderr


def test_a_preview_of_a_stack_that_has_none_is_refused(bench: Bench) -> None:
    stopped(bench, "try: the stack has no previews: write previews: {kind: all}", str(bench.dist), "try")


@pytest.mark.parametrize("branch", ["", "--help", "a b", "a;b", "größe"])
def test_what_is_no_name_of_a_branch_is_refused(previewing: Bench, branch: str) -> None:
    # An empty one is none at all, and so production's would be meant: whoever says it has lost a variable.
    stopped(previewing, "no name of a branch", str(previewing.dist), branch)


def test_headers_that_are_not_those_that_are_deployed_are_refused(bench: Bench) -> None:
    (bench.root / "_headers").write_text("/*\n  X-Frame-Options: SAMEORIGIN\n")
    stopped(bench, "not what is deployed: deploy the stack, and render this folder again")


def test_a_script_without_its_headers_stops(bench: Bench) -> None:
    (bench.root / "_headers").unlink()
    stopped(bench, "_headers: not there: render this folder again")


def test_a_stack_that_tells_no_project_stops_it(bench: Bench) -> None:
    stopped(bench, "frontendProject", OUTPUTS="{}")


@pytest.mark.parametrize("name", ["_headers", "_redirects", "_routes.json", "_worker.js", "_worker.js/index.js"])
def test_what_pages_would_obey_has_no_place_in_a_build(bench: Bench, name: str) -> None:
    bench.add({name: "x"})
    stopped(bench, "Pages would obey it, and the stack says what holds")


def test_a_page_that_would_stand_for_every_address_is_refused(bench: Bench) -> None:
    bench.add({"404.html": "x"})
    stopped(bench, "Pages would answer each address of the application with it")


def test_what_pages_does_not_take_is_refused_before_anything_is_uploaded(bench: Bench) -> None:
    with (bench.dist / "film.mp4").open("wb") as film:
        film.truncate(25 * 1024 * 1024 + 1)
    stopped(bench, "larger than 25 MiB")


def test_a_folder_that_is_no_build_is_refused_as_for_cloudfront(bench: Bench) -> None:
    bench.add({".env": "x"})
    stopped(bench, "begins with a dot, and everybody could read it")
    (bench.dist / ".env").unlink()
    (bench.dist / "index.html").unlink()
    stopped(bench, "no index.html in it: name the folder that the build fills")
    stopped(bench, "no folder: build the frontend first", str(bench.root / "nowhere"))


def test_an_upload_that_fails_is_a_failure(bench: Bench) -> None:
    stopped(bench, "A request to the Cloudflare API failed.", REFUSE="yes")


def test_a_program_that_is_missing_is_named(bench: Bench) -> None:
    (bench.root / "bin" / "wrangler").unlink()
    stopped(bench, "needs the program wrangler", PATH=f"{bench.root / 'bin'}:/usr/bin:/bin")


# -- the files


def test_the_script_has_nothing_that_shellcheck_finds(bench: Bench, require_program: Callable[[str], Path]) -> None:
    command = [require_program("shellcheck"), bench.root / "release-frontend.sh"]
    done = subprocess.run(command, capture_output=True, check=False, text=True, timeout=SECONDS)
    assert (done.returncode, done.stdout) == (0, "")


def test_the_build_is_told_where_the_backend_is(tmp_path: Path) -> None:
    assert frontend_env(settings(tmp_path, PAGES)) == f"VITE_API_BASE_URL={BACKEND}\n"


TOLD = (
    f"{{kind: pages, account_id: {ACCOUNT}, previews: {{kind: all}},"
    """ production: {variables: {VITE_BANNER: it's "$new"}}, preview: {variables: {VITE_BANNER: trial}}}"""
)


def test_production_and_previews_are_built_with_the_variables_of_each(
    tmp_path: Path, require_program: Callable[[str], Path]
) -> None:
    told = settings(tmp_path, TOLD)
    assert preview_env(told) == f"VITE_API_BASE_URL={BACKEND}\nVITE_BANNER=trial\n"
    (tmp_path / "frontend.env").write_text(frontend_env(told) or "")
    read: list[str | Path] = [
        require_program("sh"),
        "-c",
        '. ./frontend.env && printf "%s|%s" "$VITE_API_BASE_URL" "$VITE_BANNER"',
    ]
    done = subprocess.run(read, cwd=tmp_path, capture_output=True, check=True, text=True, timeout=SECONDS)
    assert done.stdout == f"""{BACKEND}|it's "$new\""""


def test_previews_with_the_same_variables_need_no_file_of_their_own(tmp_path: Path) -> None:
    assert preview_env(settings(tmp_path / "alike", WITH_PREVIEWS)) is None
    assert preview_env(settings(tmp_path / "none", PAGES)) is None
    assert preview_env(settings(tmp_path / "built", GIT)) is None


def test_where_cloudflare_builds_there_is_no_script_and_a_note_says_why(tmp_path: Path) -> None:
    built = settings(tmp_path, GIT)
    assert frontend_script(built, STACK) is None
    (note,) = frontend_notes(built)
    assert "Cloudflare builds what is pushed to main" in note


def test_headers_are_those_of_the_plan() -> None:
    assert frontend_headers(Plan(project="p", stack="s", resources=(), outputs={"frontendHeaders": "x"})) == "x"
    assert frontend_headers(Plan(project="p", stack="s", resources=(), outputs={})) is None


# -- with the real wrangler


def test_wrangler_knows_each_option_that_the_script_gives_it(bench: Bench, edge_tools: Tools) -> None:
    said = uploaded(bench)
    told = edge_tools.run("wrangler", "pages", "deploy", "--help", cwd=bench.root)
    assert told.returncode == 0, told.stderr
    options = {word.partition("=")[0] for word in said["arguments"] if word.startswith("--")}
    assert options >= {"--project-name", "--branch", "--commit-dirty"}
    assert [each for each in options if each not in told.stdout] == []


def test_wrangler_builds_functions_that_it_is_led_to_with_the_packages_beside_them(
    tmp_path: Path, edge_tools: Tools
) -> None:
    there, copy = tmp_path / "frontend", tmp_path / "copy"
    package = there / "node_modules" / "greeting"
    for folder in (there / "functions" / "api", package, copy):
        folder.mkdir(parents=True)
    (package / "package.json").write_text('{"name": "greeting", "version": "1.0.0", "main": "index.js"}')
    (package / "index.js").write_text('export const greeting = "greetings from a package";')
    source = 'import { greeting } from "greeting";\nexport const onRequest = () => new Response(greeting);\n'
    (there / "functions" / "api" / "hello.js").write_text(source)
    (copy / "functions").symlink_to(there / "functions")
    done = edge_tools.run("wrangler", "pages", "functions", "build", "functions", "--outdir", "out", cwd=copy)
    assert done.returncode == 0, done.stderr
    built = "".join(file.read_text() for file in (copy / "out").rglob("*.js"))
    assert "greetings from a package" in built
    assert "/api/hello" in built


def test_wrangler_takes_the_command_as_far_as_it_goes_without_an_account(bench: Bench, edge_tools: Tools) -> None:
    (bench.root / "bin" / "wrangler").unlink()
    environment = {**edge_tools.environment, "PATH": f"{bench.root / 'bin'}:{edge_tools.environment['PATH']}"}
    environment |= {"CLOUDFLARE_API_TOKEN": "", "HOME": str(bench.root)}
    done = bench.run(str(bench.dist), **environment)
    assert done.returncode != 0
    assert "CLOUDFLARE_API_TOKEN" in done.stderr
