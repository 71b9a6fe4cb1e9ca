"""Every check of Cloudflare: its types all have the service `index`."""

from __future__ import annotations

from slipway.simulated.checks.cloudflare import access, dns, pages, rulesets, storage, versions, workers, zones

_SUBJECTS = (access, dns, pages, rulesets, storage, versions, workers, zones)


def _all(name: str) -> dict[str, object]:
    return {kind: function for subject in _SUBJECTS for kind, function in getattr(subject, name, {}).items()}


INPUTS = _all("INPUTS")
CREATING = _all("CREATING")
UPDATING = _all("UPDATING")
GIVES = _all("GIVES")
