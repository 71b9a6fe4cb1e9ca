"""Measurements. Only ratios within one run mean anything: machines differ, and so does what else they do."""
