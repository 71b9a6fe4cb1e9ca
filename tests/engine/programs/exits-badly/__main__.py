"""Ends itself with a code."""

import sys

sys.exit(3)
