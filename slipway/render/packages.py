"""How packages get into a release and those for development out of it, on a machine that builds and in an image."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from config.application import Application

COREPACK = "0.36.0"  # Node.js 25 and later bring none
_WITH_NPM = frozenset({"npm", "npx"})
_WITHOUT = frozenset({"pnpm", "pnpx", "yarn", "corepack"})
_YARN = 'case "$(yarn --version)" in 1.*) {} ;; *) {} ;; esac'  # Yarn 2 and later share no option with the first


@dataclass(frozen=True, slots=True)
class PackageManager:
    """A package manager, as commands of a shell that run where its lock file is."""

    name: str
    """The program."""
    lock: str
    """The lock file."""
    install: tuple[str, ...]
    """Install what the lock file says, and fail where package.json says otherwise."""
    prune: tuple[str, ...]
    """Take out what only development needs, in all workspaces, without running the packages' scripts again."""


_MANAGERS = (
    PackageManager(
        "npm",
        "package-lock.json",
        ("npm ci --no-audit --no-fund",),
        ("npm prune --omit=dev --no-audit --no-fund",),
    ),
    PackageManager(
        "pnpm",
        "pnpm-lock.yaml",
        ("pnpm install --frozen-lockfile",),
        (
            # `pnpm prune` knows no workspaces. What nothing links to any more would stay for a week.
            "pnpm install --prod --frozen-lockfile --prefer-offline --ignore-scripts --config.modules-cache-max-age=0",
            # When and where it was installed: another text each time.
            "rm -f node_modules/.modules.yaml node_modules/.pnpm-workspace-state*.json",
        ),
    ),
    PackageManager(
        "yarn",
        "yarn.lock",
        (_YARN.format("yarn install --frozen-lockfile", "yarn install --immutable"),),
        (
            _YARN.format(
                "yarn install --frozen-lockfile --production --ignore-scripts --prefer-offline",
                "yarn workspaces focus --all --production",
            ),
            "rm -rf .yarn/cache .yarn/unplugged .yarn/install-state.gz",
        ),
    ),
)
_BY_NAME = {manager.name: manager for manager in _MANAGERS}


def package_values(application: Application) -> dict[str, object]:
    """What templates know of an application's packages and of its build."""
    services, build = application.services.values(), application.runtime.build
    return {
        "manager": _BY_NAME[application.runtime.packages],
        "corepack": COREPACK,
        # What a machine that builds by itself runs: a project without this script has nothing to build.
        "build": shlex.split("npm run build --if-present" if build == "npm run build" else build),
        "folders": list(dict.fromkeys(service.directory for service in services)),
        "entries": list(dict.fromkeys(f"{each.directory}/{each.entry}" for each in services)),
    }


def migrates_with_npm(application: Application) -> bool:
    """Whether the migration needs a package manager: npm can stand in for the others."""
    return _first_word(application) in _WITH_NPM | _WITHOUT


def migration_note(application: Application, where: str) -> list[str]:
    """What to do about a migration that begins with a program that is not where it runs; `where` says where that is."""
    word = _first_word(application)
    if word not in _WITHOUT:
        return []
    why = f"migrations.command of {application.name} begins with {word}, which {where}"
    return [f"{why} and runs the same scripts: write npm run …"]


def _first_word(application: Application) -> str:
    return shlex.split(application.migrations.command)[0] if application.migrations else ""
