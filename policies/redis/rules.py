"""The rules about Redis wherever it runs."""

from __future__ import annotations

from policies.redis.shared import RULE as SHARED
from policies.redis.tls import RULE as OVER_TLS

RULES = (OVER_TLS, SHARED)
