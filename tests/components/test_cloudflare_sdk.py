"""What of Cloudflare's SDK is loaded, and that nothing of it is missing."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LAZY = "from components.cloudflare.sdk import cloudflare\n"
LOADED = "print(json.dumps(sorted(name for name in sys.modules if name.startswith('pulumi_cloudflare.'))))\n"


def said(program: str) -> list[object]:
    """What a program of its own prints, a list in JSON."""
    code = f"import json, sys, warnings; warnings.simplefilter('ignore')\n{program}"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True, text=True)
    words: list[object] = json.loads(done.stdout)
    return words


def modules(*names: str) -> list[str]:
    return [f"pulumi_cloudflare.{name}" for name in sorted(names)]


def test_nothing_of_the_sdk_is_loaded_before_it_is_asked_for() -> None:
    assert said(LAZY + LOADED) == []


def test_what_is_asked_for_is_loaded_and_the_other_resources_are_not() -> None:
    asked = "cloudflare.DnsRecord, cloudflare.DnsRecordArgs, cloudflare.DnsRecordDataArgs\n"
    assert said(LAZY + asked + LOADED) == modules("_inputs", "_utilities", "dns_record", "outputs")


def test_the_components_and_the_provider_load_their_own_resources_alone() -> None:
    uses = "import components.cloudflare.zone, stacks.cloudflare_provider\n"
    uses += "import pulumi\n"
    assert set(said(uses + LOADED)) <= set(modules("_inputs", "_utilities", "dns_record", "outputs", "provider"))


def test_a_program_that_imports_the_sdk_gets_the_same_classes() -> None:
    both = "import pulumi_cloudflare as own\nfrom pulumi_cloudflare import Ruleset\n"
    same = "print(json.dumps([own.DnsRecord is cloudflare.DnsRecord, Ruleset is cloudflare.Ruleset]))"
    assert said(LAZY + both + same) == [True, True]


def test_an_sdk_that_is_loaded_already_is_taken_as_it_is() -> None:
    own = "import pulumi_cloudflare as own\n"
    assert said(own + LAZY + "print(json.dumps([own is cloudflare, '__getattr__' in vars(own)]))") == [True, False]


def test_what_only_the_whole_package_can_tell_loads_it() -> None:
    asked = "whole = cloudflare._utilities, hasattr(cloudflare, 'NoSuchResource')\n"
    told = "print(json.dumps([whole[1], '__getattr__' in vars(cloudflare), len(sys.modules) > 700]))"
    assert said(LAZY + asked + told) == [False, False, True]


def test_every_resource_and_function_is_found_by_its_name() -> None:
    # By the names in the modules themselves: a release of the SDK that names its modules otherwise fails here. What
    # results of look-ups and of deprecated names is left out: nobody asks for it by name.
    program = """
import ast, pathlib
folder = pathlib.Path(cloudflare.__path__[0])
def names(file):
    for node in ast.parse(file.read_text()).body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "__all__":
            yield from (name.value for name in node.value.elts)
inner = ("Result", "_output", "InitArgs")
asked = [
    name
    for file in sorted(folder.glob("[a-z]*.py")) if file.name != "outputs.py"
    for name in names(file) if not name.endswith(inner) and not name.startswith("Awaitable")
]
assert len(asked) > 500
missing = [name for name in asked if not hasattr(cloudflare, name)]
print(json.dumps([*missing, *([] if "__getattr__" in vars(cloudflare) else ["the whole package was loaded"])]))
"""
    assert said(LAZY + program) == []
