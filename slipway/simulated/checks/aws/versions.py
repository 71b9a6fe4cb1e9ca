"""Engines of databases and caches, and the versions of them that AWS runs (as its documents listed them in 2026)."""

from __future__ import annotations

import re

from slipway.simulated.checks.asked import ApiError

# Major versions; those that are past their end cannot be made any more.
DATABASES: dict[str, tuple[str, ...]] = {
    "aurora-mysql": ("5.7", "8.0"),
    "aurora-postgresql": ("11", "12", "13", "14", "15", "16", "17", "18"),
    "db2-ae": ("11.5", "12.1"),
    "db2-se": ("11.5", "12.1"),
    "mariadb": ("10.4", "10.5", "10.6", "10.11", "11.4", "11.8"),
    "mysql": ("5.7", "8.0", "8.4"),
    "oracle-ee": ("19", "21"),
    "oracle-ee-cdb": ("19", "21"),
    "oracle-se2": ("19", "21"),
    "oracle-se2-cdb": ("19", "21"),
    "postgres": ("11", "12", "13", "14", "15", "16", "17", "18"),
    "sqlserver-ee": ("13", "14", "15", "16"),
    "sqlserver-ex": ("13", "14", "15", "16"),
    "sqlserver-se": ("13", "14", "15", "16"),
    "sqlserver-web": ("13", "14", "15", "16"),
}
CACHES: dict[str, tuple[str, ...]] = {
    "memcached": ("1.4", "1.5", "1.6"),
    "redis": ("4.0", "5.0", "6.0", "6.2", "7.0", "7.1", "6.x"),
    "valkey": ("7.2", "8.0", "8.1", "8.2", "9.0"),
}


def major(version: str, known: tuple[str, ...]) -> str:
    """The major version that a version belongs to, among those that are known; empty for one that belongs to none."""
    return next((each for each in known if version == each or version.startswith(f"{each}.")), "")


def check_version(engine: str, version: str, known: tuple[str, ...]) -> None:
    """Raise `ApiError` for a version that AWS does not run. A major version alone means its newest."""
    if version and not major(version, known) and not any(each.startswith(f"{version}.") for each in known):
        raise ApiError(f"InvalidParameterValue: Cannot find version {version} for {engine}")


def check_upgrade(engine: str, old: str, new: str) -> None:
    """Raise `ApiError` for a version before the one that runs."""
    before, after = _numbers(old), _numbers(new)
    length = min(len(before), len(after))  # `17` names any `17.x`
    if after[:length] < before[:length]:
        raise ApiError(
            f"InvalidParameterCombination: Cannot upgrade {engine} from {old} to {new}: the version is older than the "
            "one that runs"
        )


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version))
