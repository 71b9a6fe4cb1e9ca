from __future__ import annotations

import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import policies
from policies.catalogue import RULES

PACK = Path(policies.__file__ or "").parent


def test_the_packs_modules_shadow_nothing_that_the_host_imports() -> None:
    own = {path.stem for path in PACK.glob("*.py")} - {"__init__", "__main__"}
    assert own & (set(sys.stdlib_module_names) | set(packages_distributions())) == set()


def test_the_pack_is_quiet_and_needs_no_cloud_sdk() -> None:
    program = (
        "import sys, pulumi_policy\n"
        "def pack(name, policies, **_): print(name, len(policies))\n"
        "pulumi_policy.PolicyPack = pack\n"
        f"sys.path.insert(0, {str(PACK)!r})\n"
        f"sys.path.append({str(PACK.parent)!r})\n"
        "import runpy; runpy.run_path(sys.path[0], run_name='__main__')\n"
        "print({name.split('.')[0] for name in sys.modules if name.startswith('pulumi_')})\n"
    )
    doubtful = [rule for rule in RULES if rule.hidden_in_preview and rule.level == "mandatory"]
    said = subprocess.run([sys.executable, "-P", "-c", program], capture_output=True, check=True, text=True, cwd=PACK)
    assert said.stdout.splitlines() == [f"slipway {2 + len(RULES) + len(doubtful)}", "{'pulumi_policy'}"]
    assert said.stderr == ""
