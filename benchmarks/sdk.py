"""What a program pays for Cloudflare's SDK before it registers anything: whole, and as our components load it."""

from __future__ import annotations

import statistics
import subprocess
import sys
from functools import partial
from typing import TYPE_CHECKING

from benchmarks.planning import ROOT, SECONDS, alternate, run

if TYPE_CHECKING:
    from pathlib import Path

_FLOOR = "import pulumi"
_USED = (
    "cloudflare.Provider, cloudflare.DnsRecord, cloudflare.Ruleset, cloudflare.ZoneSetting, cloudflare.WorkersScript"
)
_WHOLE = f"import pulumi_cloudflare as cloudflare; {_USED}"
_LAZY = f"from components.cloudflare.sdk import cloudflare; {_USED}"
_PEAK = "; import resource; print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
_MIB = 1024  # Linux tells KiB


def rows(_folder: Path, *, quick: bool) -> list[tuple[str, str]]:
    """The table of one run."""
    programs = {"floor": _FLOOR, "whole": _WHOLE, "lazy": _LAZY}
    runs = {name: partial(run, [sys.executable, "-c", program]) for name, program in programs.items()}
    times = alternate(3 if quick else 9, runs)
    peaks = {name: statistics.median(_peak(program) for _ in range(3)) for name, program in programs.items()}
    floor, whole, lazy = (times[name].median for name in programs)
    time = (lazy - floor) / (whole - floor)
    memory = (peaks["lazy"] - peaks["floor"]) / (peaks["whole"] - peaks["floor"])
    shares = f"beyond the floor {time:.2f} of the whole one's time and {memory:.2f} of its memory"
    return [
        ("importing pulumi", f"{floor:.2f} s, {peaks['floor']:.0f} MiB: the floor"),
        ("Cloudflare's SDK, whole", f"{whole:.2f} s, {peaks['whole']:.0f} MiB: {whole / floor:.1f} times the floor"),
        (
            "Cloudflare's SDK, as components load it",
            f"{lazy:.2f} s, {peaks['lazy']:.0f} MiB: {lazy / floor:.1f} times the floor; {shares}",
        ),
    ]


def _peak(program: str) -> float:
    """The most memory that a program took, in MiB."""
    done = subprocess.run(
        [sys.executable, "-c", program + _PEAK], cwd=ROOT, capture_output=True, check=True, text=True, timeout=SECONDS
    )
    return int(done.stdout) / _MIB
