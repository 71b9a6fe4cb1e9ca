"""What one command of a script does about Redis: installs it, runs its image, starts its service, fetches it."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from policies.redis.containers import container_sightings, image_sightings, program_sightings
from policies.redis.names import (
    PORT,
    TELLING,
    bundled_in,
    package_in,
    program_in,
    server_flag_in,
    source_folder_in,
    source_in,
    unit_in,
)
from policies.shell import PRINTERS
from policies.shell_text import ARGUMENTS
from policies.sighting import MARK, Sighting, word_set

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from policies.shell import Command, Words

_INSTALL = re.compile("install|reinstall|localinstall|groupinstall|satisfy|enable")
_INSTALLERS_BY_VERB = word_set(
    "apt apt-get aptitude apt-fast nala yum dnf dnf5 microdnf tdnf rpm-ostree amazon-linux-extras pkcon"
    " snap brew port pkg choco winget scoop conda mamba micromamba flatpak"
)
# What an installer's packages come after; None where they come at once.
_INSTALLERS: dict[str, re.Pattern[str] | None] = {
    **dict.fromkeys(_INSTALLERS_BY_VERB, _INSTALL),
    "zypper": re.compile("install|in"),
    "apk": re.compile("add"),
    "helm": re.compile("install|upgrade"),
    "mise": re.compile("use|install|i"),
    "asdf": re.compile("install"),
    "devbox": re.compile("add"),
    "pkgx": None,
    "pacman": re.compile("-S[a-z]*|-U|--sync|--upgrade"),
    "yay": re.compile("-S[a-z]*|-U|--sync|--upgrade"),
    "rpm": re.compile("-[a-z]*[iUF][a-z]*|--install|--upgrade"),
    "dpkg": re.compile("-i|--install"),
    "nix-env": re.compile("-i[A-Za-z]*|--install"),
    "xbps-install": None,
    "pkg_add": None,
    "emerge": None,
    "gdebi": None,
}
_REMOVING = re.compile("-[a-zA-Z]*[Cc]|--unmerge|--depclean|--prune")  # flags of `emerge`
_ABSENT = re.compile(r"\bstate=(?:absent|stopped|removed)\b")
# Of programming languages: their packages named `redis` are clients, a few others bring a server.
_LANGUAGE = word_set("npm pnpm yarn bun npx bunx pip pip3 pipx uv poetry gem cargo dotnet python python3")
_SERVICE_TOOLS = word_set(
    "systemctl service rc-service rc-update chkconfig update-rc.d invoke-rc.d initctl supervisorctl brew snap sv"
    " rcctl s6-rc dinitctl"
)
_STARTING = word_set("start restart enable reenable unmask reload-or-restart add on defaults up run --add")
_STOPPING = word_set("stop disable mask kill down off remove del delete --del --remove reset try-restart")
_WORDS_BEFORE = word_set(
    "sudo doas env nohup exec command builtin time nice ionice timeout stdbuf setsid chroot gosu su-exec runuser chpst"
    " setpriv taskset numactl flock xargs retry eval tini dumb-init daemonize unshare npx bunx"
    " if then elif else do while until ! {"
)
_OPERAND_FIRST = word_set("gosu su-exec chroot chpst flock")  # a user, folder or file, then the command
_FLAG_WITH_VALUE = re.compile("-[ugUCa]|--(?:user|group|chdir|reuid|regid|groups)")
_COMMAND_ANYWHERE = word_set("start-stop-daemon pm2 pm2-runtime forever supervise screen tmux systemd-run daemon")
READERS = word_set("grep egrep fgrep pgrep pkill logger wall test [ [[ :")  # what they are given is no script
_COPIERS = word_set("skopeo crane")  # from a registry, whatever the image is called then
_FETCHERS = word_set(
    "curl wget aria2c fetch http aws gsutil gcloud az s3cmd rclone scp rsync cp mv install ln chmod setcap"
)
_INTO_FILE = re.compile(r"-[a-zA-Z]*[oO]|--output|--remote-name")
_PACKED = (".rpm", ".deb", ".apk", ".snap")
_FOLDER_FLAGS = frozenset({"-C", "--directory", "--build", "-S"})
_NO_INSTALL = word_set("run run-script test start rm uninstall remove outdated view info ls list show freeze check")
_ANSIBLE = re.compile(r"\bname=([\w.@+,-]+)")
_CLIENT = re.compile(r"(?:redis|valkey|keydb)-(?:cli|benchmark)")
_BUILDERS = word_set("make gmake cmake ninja")
_INIT_SCRIPT = re.compile(r"(?:^|/)(?:rc|init)\.d/[^/]+$")


def effective(words: Words) -> Words:
    """The command behind `sudo`, `env`, `nohup`, `if` and their like; nothing where it only asks (`command -v`)."""
    rest = list(words)
    while rest and (before := _base(rest[0])) in _WORDS_BEFORE:
        rest.pop(0)
        if before == "command" and rest[:1] in (["-v"], ["-V"]):
            return ()
        valued = False
        while rest and (rest[0].startswith("-") or re.fullmatch(r"\d+[smhd]?|\w+=.*", rest[0], re.DOTALL)):
            flag = rest.pop(0)
            if _FLAG_WITH_VALUE.fullmatch(flag) and rest:
                rest.pop(0)
                valued = True
        if before in _OPERAND_FIRST and rest and not valued:
            rest.pop(0)
    return tuple(rest)


def sightings(words: Words) -> Iterator[Sighting]:
    """What one command shows by itself. Words that are scripts of their own are the caller's to read."""
    if not TELLING.search("\n".join(words)):
        return
    command = effective(words)
    if not command or (tool := _base(command[0])) in PRINTERS | READERS:
        return
    if MARK in command[0]:
        yield Sighting("hidden", "runs a command that only deployment tells")
    yield from _disguised(tool, command)
    yield from program_sightings(command)
    yield from _installed(words)
    yield from container_sightings(words)
    yield from _services(words)
    for word in command[1:]:
        if found := source_in(word) or (_file_in(word) if _fetches(tool, command) else ""):
            yield Sighting("starts", f"fetches {found}")
        elif (found := server_flag_in(word)) and not _CLIENT.fullmatch(tool):
            yield Sighting("starts", f"starts a server with {found}")


def _disguised(tool: str, command: Words) -> Iterator[Sighting]:
    """What a manager of processes starts, a port that a program listens on, an image that is copied."""
    if tool in _COMMAND_ANYWHERE:
        for word in command:
            yield from program_sightings(word.split())
        named = {value for flag, value in pairwise(command) if flag in ("--name", "-n")}
        yield from (Sighting("starts", f"starts a program named {name}") for name in sorted(named) if unit_in(name))
    flags = dict(pairwise(command))
    if flags.get("--port") == str(PORT) and not {"--host", "-h"} & flags.keys():
        yield Sighting("starts", f"starts a program that listens on port {PORT}")
    for word in command if tool in _COPIERS else ():
        yield from image_sightings(word.partition("docker://")[2] if tool == "skopeo" else word)


def _fetches(tool: str, command: Words) -> bool:
    """Whether a command puts a file onto the machine; `curl` does where it is told into which."""
    return tool in _FETCHERS and (tool != "curl" or any(_INTO_FILE.match(word) for word in command))


def _file_in(word: str) -> str:
    """The program or package that a path or an address names, if it is a server's."""
    named = "/" in word or word.endswith(_PACKED)
    return (program_in(word) or (package_in(word) if word.endswith(_PACKED) else "")) if named else ""


def compiled(script: Sequence[Command]) -> Iterator[Sighting]:
    """What a script compiles: `make` in, or of, the folder of a server's source."""
    folder = ""
    for command in script:
        words = effective(command.words)
        tool = _base(words[0]) if words else ""
        if tool in ("cd", "pushd") and len(words) > 1:
            folder = source_folder_in(words[1]) or (folder if words[1] in ("src", "build") else "")
        elif tool in _BUILDERS:
            named = (after for before, after in pairwise(words) if before in _FOLDER_FLAGS)
            there = next((found for word in named if (found := source_folder_in(word))), folder)
            if there:
                yield Sighting("starts", f"compiles {there}")


def installs_its_arguments(words: Words) -> bool:
    """Whether a command installs what the function around it is called with."""
    return any(ARGUMENTS in package for _, package in _packages(words))


def named_packages(words: Words) -> Iterator[Sighting]:
    """The servers among words that are all packages to install."""
    for word in words:
        for piece in word.split():
            if found := package_in(piece):
                yield Sighting("starts", f"installs {found}")
            elif MARK in piece:
                yield Sighting("hidden", "installs what only deployment tells")


def _packages(words: Words) -> Iterator[tuple[str, str]]:
    """Each installer in a command with each word that it is to install."""
    for index, word in enumerate(words):
        tool = _base(word)
        verb, rest = _INSTALLERS.get(tool), words[index + 1 :]
        if tool not in _INSTALLERS or (tool == "emerge" and any(map(_REMOVING.fullmatch, rest))):
            continue
        start = 0 if verb is None else next((at + 1 for at, each in enumerate(rest) if verb.fullmatch(each)), len(rest))
        for package in rest[start:]:
            if not package.startswith("-") and (tool != "helm" or "/" in package):
                yield tool, package


def _installed(words: Words) -> Iterator[Sighting]:
    for tool, word in _packages(words):
        for kind, what in named_packages((word,)):
            yield Sighting(kind, f"{what} with {tool}")
    if words and _base(words[0]).startswith("ansible"):
        told = " ".join(words)
        for match in () if _ABSENT.search(told) else _ANSIBLE.finditer(told):
            yield from named_packages(tuple(match[1].split(",")))
    language = next((at for at, word in enumerate(words) if _base(word) in _LANGUAGE), len(words))
    for word in () if _NO_INSTALL & set(words[language + 1 : language + 2]) else words[language + 1 :]:
        if found := bundled_in(word):
            yield Sighting("starts", f"installs {found} with {_base(words[language])}")


def _services(words: Words) -> Iterator[Sighting]:
    tools = (at for at, word in enumerate(words) if _base(word) in _SERVICE_TOOLS or _INIT_SCRIPT.search(word))
    tool = next(tools, None)
    # The first of these words is what is done: `--now` and others only say how.
    verb = next((word for word in words[tool or 0 :] if word in _STARTING | _STOPPING), "")
    if tool is None or verb not in _STARTING:
        return
    for word in words[tool:]:
        if found := unit_in(word):
            yield Sighting("starts", f"starts the service {found}")


def _base(word: str) -> str:
    return word.rpartition("/")[2]
