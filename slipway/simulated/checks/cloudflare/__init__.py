"""What Cloudflare and its provider refuse, subject by subject; `checks` says how a module here is found."""

from __future__ import annotations

from slipway.simulated.checks.cloudflare.api import check_account

check_any = check_account
