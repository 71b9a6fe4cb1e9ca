"""Zones, their settings and what hangs on their plan."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from slipway.simulated.checks.cloudflare.api import FREE, ZONE, is_outside, others, plan_of, refused, zone_name
from slipway.simulated.checks.cloudflare.zone_settings import NOT_FREE, OF_FORM, VALUES

if TYPE_CHECKING:
    from slipway.simulated.checks.asked import Asked
    from slipway.simulated.cloud import Cloud

_DOMAIN = re.compile(r"(?=.{1,253}$)(?:(?!-)[a-z0-9-]{1,63}(?<!-)\.)+(?!\d+$)(?!-)[a-z0-9-]{2,63}(?<!-)")
_FREE_PAGE_RULES = 3
_ALONE = ("forwardingUrl", "alwaysUseHttps")


def _zone(asked: Asked, cloud: Cloud) -> None:
    name = asked.text("name")
    if not _DOMAIN.fullmatch(name.lower()):
        raise refused(f"{name} is not a registered domain", 1049)
    if name.lower().startswith("www."):
        raise refused(
            "Please ensure you are providing the root domain and not any subdomains (e.g., example.com, "
            "not subdomain.example.com)",
            1116,
        )
    if others(asked, "name", cloud):
        raise refused(f"{name} already exists", 1061)


def _setting(asked: Asked, cloud: Cloud) -> None:
    setting, value = asked.text("settingId"), asked.inputs.get("value")
    if setting not in VALUES:
        raise refused(f"Unrecognized zone setting name: {setting}", 1006)
    if plan_of(asked.text("zoneId"), cloud) == FREE and setting in NOT_FREE and value != "off":
        raise refused(f"Not allowed to edit setting for {setting}")
    if setting in OF_FORM and not isinstance(value, OF_FORM[setting]):
        raise refused(f"Invalid value for zone setting {setting}: {value}.", 1007)
    allowed = VALUES[setting]
    if allowed and (isinstance(value, bool) or value not in allowed):
        words = ", ".join(map(str, allowed))
        raise refused(f"Invalid value for zone setting {setting}: {value}. Allowed: {words}.", 1007)


def _page_rule(asked: Asked, cloud: Cloud) -> None:
    zone_id, actions = asked.text("zoneId"), asked.inputs.get("actions") or {}
    host = re.sub(r"^\w+://", "", asked.text("target")).partition("/")[0].partition(":")[0].lstrip("*").lstrip(".")
    if is_outside(host, zone_name(zone_id, cloud)):
        raise refused("Page Rule validation failed: Your target URL must include a domain on your zone.", 1004)
    given = [name for name, value in actions.items() if value is not None and not name.startswith("__")]
    if not given:
        raise refused("Page Rule validation failed: at least one action is required.", 1004)
    if len(given) > 1 and set(given) & set(_ALONE):
        alone = next(name for name in _ALONE if name in given)
        raise refused(f"Page Rule validation failed: {alone} may not be set with other settings.", 1004)
    there = [held for held in cloud.naming(asked.token, "zoneId", zone_id) if held.id != asked.id]
    if plan_of(zone_id, cloud) == FREE and len(there) >= _FREE_PAGE_RULES:
        raise refused("Page Rule limit has been met. Maximum number of Page Rules reached.", 1004)


def _health_check(asked: Asked, cloud: Cloud) -> None:
    if plan_of(asked.text("zoneId"), cloud) == FREE:
        raise refused("health checks disabled for zone")
    interval, timeout = asked.inputs.get("interval"), asked.inputs.get("timeout")
    if interval is not None and timeout is not None and float(timeout) >= float(interval):
        raise refused("timeout: must be less than the interval")


def _certificate_pack(asked: Asked, cloud: Cloud) -> None:
    zone = zone_name(asked.text("zoneId"), cloud)
    hosts = asked.texts("hosts")
    if plan_of(asked.text("zoneId"), cloud) == FREE:
        raise refused("You have reached your quota for advanced certificates: Advanced Certificate Manager is off.")
    for host in hosts:
        if is_outside(host, zone):
            raise refused(f"Hostname {host} is not in the zone {zone}.")
    if zone and hosts and zone not in hosts:
        raise refused(f"The zone's own name, {zone}, must be one of the hosts.")


def _zone_gives(_asked: Asked, _cloud: Cloud) -> dict[str, Any]:
    return {
        "nameServers": ["ada.ns.invalid", "bob.ns.invalid"],
        "originalNameServers": [],
        "status": "pending",
        "developmentMode": 0,
    }


CREATING = {
    "CertificatePack": _certificate_pack,
    "Healthcheck": _health_check,
    "PageRule": _page_rule,
    "Zone": _zone,
    "ZoneSetting": _setting,
}
UPDATING = {kind: check for kind, check in CREATING.items() if kind != "Zone"}
GIVES = {ZONE.rpartition(":")[2]: _zone_gives}
