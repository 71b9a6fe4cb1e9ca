"""`python -m slipway` is the command `slipway`."""

from slipway.cli import main

main()
