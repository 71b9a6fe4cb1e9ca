"""The script that releases a frontend: run for real on a build, with stand-ins for the commands of AWS and Pulumi.

The stand-in for `aws` takes files as `aws s3 cp` does, with its filters, and notes what it is told of each.
"""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from slipway.render.files import Rendered, left_over
from slipway.render.frontend import frontend_env, frontend_script
from tests.slipway.frontend_bench import BACKEND, BUILD, SECONDS, STACK, Bench, bench_of, settings

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

CLOUDFRONT = "{kind: cloudfront}"
IMMUTABLE, ASKED = "public, max-age=31536000, immutable", "no-cache"
OUTPUTS = {"frontendBucket": "files-1a", "frontendDistribution": "E1", "frontendUrl": "https://www.orders.example.com"}
AWS = """\
import fnmatch, json, os, pathlib, sys
arguments = sys.argv[1:]
log = pathlib.Path(os.environ["TOLD"])
def note(**said):
    with log.open("a") as file:
        file.write(json.dumps(said) + "\\n")
def option(name):
    return arguments[arguments.index(name) + 1] if name in arguments else None
if arguments[:2] == ["s3", "cp"]:
    source, (scheme, bucket, key) = pathlib.Path(arguments[2]), arguments[3].replace("//", "/").split("/", 2)
    if os.environ.get("REFUSE", "nothing") in arguments[3]:
        sys.exit("upload failed: AccessDenied")
    said = {"bucket": bucket, "cache": option("--cache-control"), "type": option("--content-type")}
    if "--recursive" not in arguments:
        note(key=key, **said)
        sys.exit()
    filters = [(name, arguments[at + 1]) for at, name in enumerate(arguments) if name in ("--include", "--exclude")]
    for file in sorted(each for each in source.rglob("*") if each.is_file()):
        name = file.relative_to(source).as_posix()
        kept = True
        for kind, pattern in filters:
            if fnmatch.fnmatch(name, pattern):
                kept = kind == "--include"
        if kept:
            note(key=key + name, **said)
elif arguments[:2] == ["cloudfront", "create-invalidation"]:
    at = arguments.index("--paths") + 1
    paths = arguments[at:arguments.index("--query")]
    note(invalidates=paths, distribution=option("--distribution-id"))
    print("I1")
elif arguments[:3] == ["cloudfront", "wait", "invalidation-completed"]:
    note(waits=option("--id"))
else:
    sys.exit(f"unexpected: {arguments}")
"""


@pytest.fixture
def bench(tmp_path: Path, require_program: Callable[[str], Path]) -> Bench:
    return bench_of(tmp_path, require_program("bash"), CLOUDFRONT, OUTPUTS, ("aws", AWS))


# -- what is released


def test_every_file_of_the_build_is_uploaded_once_and_into_the_stack_s_bucket(bench: Bench) -> None:
    bench.released()
    keys = [each["key"] for each in bench.told() if "key" in each]
    assert sorted(keys) == sorted(BUILD)
    assert {each["bucket"] for each in bench.told() if "key" in each} == {"files-1a"}


def test_hashed_files_come_first_and_the_page_that_names_them_last(bench: Bench) -> None:
    keys = list(bench.released())
    assets = [place for place, key in enumerate(keys) if key.startswith("assets/")]
    assert assets == list(range(len(assets)))
    assert keys[-1] == "index.html"


def test_only_hashed_files_stay_in_browsers(bench: Bench) -> None:
    for key, file in bench.released().items():
        assert file["cache"] == (IMMUTABLE if key.startswith("assets/") else ASKED), key


def test_browsers_are_told_what_each_file_is_whatever_the_machine_guesses(bench: Bench) -> None:
    types = {key: file["type"] for key, file in bench.released().items()}
    assert types["assets/main-0a1b2c.js"] == "text/javascript; charset=utf-8"
    assert types["assets/main-9f8e7d.css"] == "text/css; charset=utf-8"
    assert types["assets/logo-5d4c3b.svg"] == "image/svg+xml"
    assert types["assets/font-1.woff2"] == "font/woff2"
    assert types["index.html"] == "text/html; charset=utf-8"
    assert types[".well-known/apple-app-site-association"] == "application/json"
    assert types["assets/model-77.glb"] is None  # what no list knows is the CLI's to guess
    assert [key for key, said in types.items() if said is None] == ["assets/model-77.glb"]


def test_what_never_changes_is_not_invalidated_and_everything_else_is(bench: Bench) -> None:
    bench.released()
    (invalidation,) = [each for each in bench.told() if "invalidates" in each]
    assert invalidation["distribution"] == "E1"
    others = {f"/{name}" for name in BUILD if not name.startswith("assets/")}
    spelled = {path.replace("@", "%40").replace(" ", "%20") for path in others}
    assert sorted(invalidation["invalidates"]) == sorted({"/", *spelled})


def test_it_is_done_when_no_edge_has_the_former_page_any_more(bench: Bench) -> None:
    done = bench.run()
    assert bench.told()[-2].keys() == {"invalidates", "distribution"}
    assert bench.told()[-1] == {"waits": "I1"}
    assert done.stderr.splitlines()[-1] == "release-frontend: https://www.orders.example.com has it"


def test_nothing_is_deleted_so_that_open_pages_find_their_files(bench: Bench) -> None:
    script = (bench.root / "release-frontend.sh").read_text()
    assert [word for word in (" rm ", "--delete", " sync ", " mv ") if word in script] == []


def test_names_in_other_alphabets_are_spelled_as_addresses_have_them(bench: Bench) -> None:
    bench.add({"übersicht.txt": "a"})
    bench.released()
    (paths,) = [each["invalidates"] for each in bench.told() if "invalidates" in each]
    assert "/%C3%BCbersicht.txt" in paths


# -- what stops it


def test_an_upload_that_fails_leaves_the_former_page(bench: Bench) -> None:
    done = bench.run(REFUSE="files-1a/assets/")
    assert done.returncode != 0
    assert bench.told() == []


def test_a_stack_that_tells_no_bucket_stops_it_before_anything_is_uploaded(bench: Bench) -> None:
    done = bench.run(OUTPUTS="{}")
    assert done.returncode != 0
    assert bench.told() == []


@pytest.mark.parametrize(
    ("gone", "says"),
    [
        ("index.html", "no index.html in it: name the folder that the build fills"),
        ("assets", "no assets in it: build with Vite's own build.assetsDir"),
    ],
)
def test_a_folder_that_is_no_build_is_refused(bench: Bench, gone: str, says: str) -> None:
    (bench.dist / gone).rename(bench.root / "elsewhere")
    done = bench.run()
    assert (done.returncode, bench.told()) == (1, [])
    assert says in done.stderr


@pytest.mark.parametrize(
    ("name", "says"),
    [
        (".env", "begins with a dot, and everybody could read it"),
        (".vite/manifest.json", "begins with a dot, and everybody could read it"),
        ("two\nlines.txt", "has a control character in its name"),
    ],
)
def test_a_file_that_should_not_be_read_or_cannot_be_named_is_refused(bench: Bench, name: str, says: str) -> None:
    bench.add({name: "x"})
    done = bench.run()
    assert (done.returncode, bench.told()) == (1, [])
    assert says in done.stderr


def test_a_link_is_refused_wherever_it_leads(bench: Bench) -> None:
    (bench.dist / "assets" / "passwd.txt").symlink_to("/etc/passwd")
    done = bench.run()
    assert (done.returncode, bench.told()) == (1, [])
    assert "neither a file nor a folder" in done.stderr


def test_more_files_than_can_be_invalidated_are_refused_before_any_is_uploaded(bench: Bench) -> None:
    bench.add({f"many/{number}.txt": "x" for number in range(1000)})
    done = bench.run()
    assert (done.returncode, bench.told()) == (1, [])
    assert "AWS invalidates 1,000 paths at once" in done.stderr


def test_without_the_folder_it_says_what_it_wants(bench: Bench) -> None:
    assert "no folder: build the frontend first" in bench.run(str(bench.root / "nowhere")).stderr
    assert "wants the folder that Vite has built, as in frontend/dist" in bench.run("a", "b").stderr


def test_a_build_that_knows_nothing_of_its_backend_is_told_of(bench: Bench) -> None:
    assert "was it built" not in bench.run().stderr
    bench.add({"assets/main-0a1b2c.js": "fetch('http://localhost:3001/orders')"})
    done = bench.run()
    assert done.returncode == 0
    assert f"no file speaks of {BACKEND}: was it built with the variables of frontend.env?" in done.stderr


# -- the files


def test_the_script_has_nothing_that_shellcheck_finds(bench: Bench, require_program: Callable[[str], Path]) -> None:
    command = [require_program("shellcheck"), bench.root / "release-frontend.sh"]
    done = subprocess.run(command, capture_output=True, check=False, text=True, timeout=SECONDS)
    assert (done.returncode, done.stdout) == (0, "")


def test_the_build_is_told_where_the_backend_is(tmp_path: Path) -> None:
    assert frontend_env(settings(tmp_path, CLOUDFRONT)) == f"VITE_API_BASE_URL={BACKEND}\n"


def test_without_a_place_for_the_files_there_is_neither(tmp_path: Path) -> None:
    plain = settings(tmp_path, "{kind: none}")
    assert frontend_env(plain) is None
    assert frontend_script(plain, STACK) is None


def test_files_of_an_earlier_rendering_are_named(tmp_path: Path) -> None:
    for name in ("frontend.env", "release-frontend.sh"):
        (tmp_path / name).write_text("old")
    kept = [Rendered("frontend.env", "new", "plan")]
    assert list(left_over(tmp_path, kept)) == [str(tmp_path / "release-frontend.sh")]
