"""`python -m benchmarks` measures planning."""

from benchmarks.planning import main

main()
