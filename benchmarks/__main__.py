"""`python -m benchmarks [planning] [judging] [sdk]` measures and prints the table; without a name, everything."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from benchmarks import judging, planning, sdk

MEASURED = {"planning": planning.rows, "judging": judging.rows, "sdk": sdk.rows}


def main() -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(description="Measure. Only ratios within one run mean anything.")
    parser.add_argument("what", nargs="*", choices=MEASURED, help="planning, judging, sdk; by default all")
    parser.add_argument("--quick", action="store_true", help="fewer runs and smaller programs, in about a minute")
    asked = parser.parse_args()
    rows = [("machine", planning.machine())]
    with tempfile.TemporaryDirectory(prefix="slipway-bench-") as folder:
        for name in asked.what or MEASURED:
            rows += MEASURED[name](Path(folder), quick=asked.quick)
    width = max(len(name) for name, _ in rows)
    sys.stdout.writelines(f"{name:{width}}  {figure}\n" for name, figure in rows)


if __name__ == "__main__":
    main()
