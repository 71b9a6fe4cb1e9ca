"""What a command of Docker or another container tool does about Redis."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from policies.redis.clients import asks_itself, only_asks
from policies.redis.loopback import passes_on
from policies.redis.names import PORT, holds_port, image_in, program_in, server_file_in, server_flag_in, unit_in
from policies.sighting import MARK, Sighting, word_set

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_TOOLS = word_set("docker podman nerdctl finch ctr crictl docker-compose podman-compose apptainer singularity")
_KUBERNETES = word_set("kubectl k3s microk8s oc")
_VERBS = word_set("run pull create up start restart")
_NOT_CONTAINERS = word_set("network volume secret config context buildx manifest")
_LONG_FLAGS_ALONE = word_set(
    "--detach --init --interactive --tty --rm --privileged --read-only --quiet --publish-all --replace --no-healthcheck"
    " --oom-kill-disable --sig-proxy --disable-content-trust --tls-verify --all-tags --use-api-socket"
)
_SHORT_FLAGS_ALONE = "ditqP"
_VALUE_AT_ONCE = re.compile(f"-[{_SHORT_FLAGS_ALONE}]*([a-zA-Z])([^-].*)")  # -p6379:6379
_PUBLISHING = frozenset({"-p", "--publish", "--expose"})
_NAMING = frozenset({"--name", "--network-alias", "--net-alias", "--hostname", "-h"})
_ASKS = word_set("--version -v --help -h")


def image_sightings(image: str) -> Iterator[Sighting]:
    """What the image of a container shows by its name."""
    if found := image_in(image):
        yield Sighting("starts", f"runs the image {found}")
    elif MARK in image.partition("@")[0].rpartition("/")[2].partition(":")[0]:
        yield Sighting("hidden", "runs an image that only deployment tells")


def program_sightings(command: Sequence[str]) -> Iterator[Sighting]:
    """What a command's program shows by its name; asking a server for its version starts none."""
    for word in command[:1]:
        if (found := program_in(word)) and not _ASKS.issuperset(command[1:2] or ["start"]):
            yield Sighting("starts", f"starts {found}")


def container_sightings(words: Sequence[str]) -> Iterator[Sighting]:
    """What `docker run`, `podman pull`, `docker compose up` or `--image=` in a command shows."""
    inside = words[words.index("--") + 1 :] if "--" in words else ()
    for at, word in enumerate(() if only_asks(inside) else words):
        if word.startswith("--image="):
            yield from image_sightings(word.removeprefix("--image="))
        elif word == "--image" and _KUBERNETES & {each.rpartition("/")[2] for each in words[:at]}:
            yield from image_sightings("".join(words[at + 1 : at + 2]))
    tool = next((at for at, word in enumerate(words) if word.rpartition("/")[2] in _TOOLS), None)
    if tool is None:
        return
    rest = words[tool + 1 :]
    composed = "compose" in rest or words[tool].endswith("-compose")
    verb = next((at for at, word in enumerate(rest) if word in _VERBS), len(rest))
    if composed:
        services = [word for word in rest[verb + 1 :] if image_in(word)]
        yield from (Sighting("starts", f"runs the service {service}") for service in services)
    elif not _NOT_CONTAINERS & set(rest[:verb]):
        yield from _run(rest[verb + 1 :])


def _run(words: Sequence[str]) -> Iterator[Sighting]:
    """What `docker run` and its like are given: flags, the image, the command inside it."""
    flags, inside = _flags(words)
    image = "".join(inside[:1])
    for flag, value in flags:
        if flag == "--entrypoint":
            yield from program_sightings((value,))
        elif flag in _PUBLISHING and holds_port(value) and not passes_on(image):
            yield Sighting("starts", f"runs a container that listens on port {PORT}")
        elif flag == "--health-cmd" and asks_itself(value):
            yield Sighting("starts", "asks a Redis in the container itself whether it is well")
        elif flag in _NAMING and unit_in(value) and not passes_on(image):
            yield Sighting("starts", f"runs a container named {value}")
    entry = [value for flag, value in flags if flag == "--entrypoint"][-1:]
    if image and not only_asks([*entry, *inside[1:]]):
        yield from image_sightings(image)
    yield from program_sightings(inside[1:])
    yield from argument_sightings(inside[1:])


def container_flags(words: Sequence[str]) -> list[tuple[str, str]]:
    """The flags that `docker run` and its like are given, with their values."""
    return _started(words)[0]


def _started(words: Sequence[str]) -> tuple[list[tuple[str, str]], Sequence[str]]:
    tool = next((at for at, word in enumerate(words) if word.rpartition("/")[2] in _TOOLS), len(words))
    verb = next((at for at, word in enumerate(words) if at > tool and word in ("run", "create")), len(words))
    return _flags(words[verb + 1 :])


def named_containers(words: Sequence[str]) -> Iterator[str]:
    """The names by which others reach what `docker run` and its like start; none of what passes connections on."""
    flags, inside = _started(words)
    if inside and not passes_on(inside[0]):
        yield from (value for flag, value in flags if flag in _NAMING)


def _flags(words: Sequence[str]) -> tuple[list[tuple[str, str]], Sequence[str]]:
    """The flags before an image with their values, short ones by their last letter; and the image with what follows."""
    found, at = [], 0
    while at < len(words) and words[at].startswith("-"):
        flag, sign, value = words[at].partition("=")
        if _stands_alone(words[at]):
            short = None if sign else _VALUE_AT_ONCE.fullmatch(flag)
            found.append((f"-{short[1]}", short[2]) if short else (flag, value))
            at += 1
        else:
            last = flag if flag.startswith("--") else f"-{flag[-1]}"
            found.append((last, "".join(words[at + 1 : at + 2])))
            at += 2
    return found, words[at:]


def argument_sightings(words: Sequence[str]) -> Iterator[Sighting]:
    """What the arguments of a container's program show, where its image runs the server by itself."""
    for word in words:
        if found := server_flag_in(word) or (server_file_in(word) if word is words[0] else ""):
            yield Sighting("starts", f"starts a server with {found}")


def _stands_alone(flag: str) -> bool:
    """Whether the next word is not the flag's value: so with `--rm`, `-it`, `-p80:80`; not with `-p` and `-dp`."""
    if flag.startswith("--"):
        return "=" in flag or flag in _LONG_FLAGS_ALONE
    letters = re.fullmatch(f"-[{_SHORT_FLAGS_ALONE}]*[a-zA-Z]", flag)
    return letters is None or flag[-1] in _SHORT_FLAGS_ALONE
