"""Which provider serves a registration, chosen as the engine's resource monitor chooses it.

Read in the engine's source (3.258, `pkg/resource/deploy/source_eval.go`, `default_providers.go`).
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .urns import package_of, qualified_type
from .wire import UNKNOWN, Json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .urns import UrnMaker

PROVIDER_PREFIX = "pulumi:providers:"
_SEMVER = re.compile(r"(\d+)\.(\d+)\.(\d+)(?:-([0-9A-Za-z.-]+))?(?:\+([0-9A-Za-z.-]+))?\Z")


class DefaultProviderError(Exception):
    """The stack forbids the default provider of the package that the error names."""


def is_provider(token: str) -> bool:
    """Whether a type is a provider itself."""
    return token.startswith(PROVIDER_PREFIX)


def default_name(version: str, url: str) -> str:
    """The logical name of a default provider, e.g. `default_7_51_1`."""
    name = "default"
    if match := _SEMVER.match(version):
        major, minor, patch, pre, build = match.groups()
        parts = [major, minor, patch, *(pre.split(".") if pre else []), *(build.split(".") if build else [])]
        name += "_" + "_".join(parts)
    if url:
        segments = [re.sub(r"(?!^)[^A-Za-z0-9_.-]|^[^A-Za-z0-9_.]", "_", part) for part in url.split("/") if part]
        name += "_" + ("/".join(segments) or "_")
    return name


@dataclass(slots=True)
class Providers:
    """The providers of one stack: explicit ones, those that components hand down, and default ones.

    `disabled` are the packages of `pulumi:disable-default-providers`; `*` means all.
    """

    urns: UrnMaker
    disabled: frozenset[str] = frozenset()
    packages: dict[str, tuple[str, str]] = field(default_factory=dict)
    handed_down: dict[str, dict[str, str]] = field(default_factory=dict)

    def register_package(self, name: str, version: str, url: str) -> str:
        """Remember a parameterised package; the reference that its resources will bear."""
        reference = f"{name}@{version}"
        self.packages[reference] = (version, url)
        return reference

    def chosen(self, given: str, by_package: Mapping[str, str], parent: str, token: str) -> str:
        """The explicit provider: the one given, the resource's own map's, or its parent component's; else empty."""
        package = package_of(token)
        return given or by_package.get(package, "") or self.handed_down.get(parent, {}).get(package, "")

    @staticmethod
    def inheritable(provider: str, token: str) -> bool:
        """Whether a custom resource takes its parent's provider: only one of its own package."""
        return bool(provider) and package_of(qualified_type(provider)) == package_of(token)

    def default(self, token: str, version: str, url: str, package_ref: str) -> str:
        """The reference of a default provider. Raises `DefaultProviderError` where the stack forbids it."""
        package = package_of(token)
        if package_ref:
            version, url = self.packages.get(package_ref, (version, url))
        if package != "pulumi" and self.disabled & {"*", package}:
            raise DefaultProviderError(package)
        name = default_name(version, url.removesuffix("/"))
        return f"{self.urns.make('', PROVIDER_PREFIX + package, name)}::{UNKNOWN}"

    def hand_down(self, urn: str, parent: str, providers: dict[str, str]) -> None:
        """Keep a component's provider map, completed by that of its parent, for its children."""
        self.handed_down[urn] = {**self.handed_down.get(parent, {}), **providers}

    @staticmethod
    def own_inputs(version: str, url: str) -> dict[str, Json]:
        """What the engine adds to the inputs of an explicit provider."""
        internal: dict[str, Json] = {"pluginDownloadURL": url} if url else {}
        added: dict[str, Json] = {"version": version} if version else {}
        return {**added, "__internal": internal} if version or url else {}


def disabled_packages(config: Mapping[str, str]) -> frozenset[str]:
    """The packages whose default provider the stack forbids (`pulumi:disable-default-providers`)."""
    text = config.get("pulumi:disable-default-providers", "")
    return frozenset(str(name).strip() for name in json.loads(text)) if text else frozenset()
