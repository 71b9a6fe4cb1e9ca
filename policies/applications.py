"""Whether what a machine runs when it starts is, or serves, an application."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from policies.redis.commands import effective
from policies.redis.containers import container_flags
from policies.redis.trees import yaml_trees
from policies.shell import commands
from policies.sighting import word_set

if TYPE_CHECKING:
    from collections.abc import Iterator

_RUNNERS = word_set(
    "pm2 pm2-runtime forever gunicorn uvicorn hypercorn daphne waitress-serve celery sidekiq puma unicorn thin rackup"
    " php-fpm caddy traefik k3s nomad consul httpd apache2 nginx haproxy catalina.sh mongod mysqld postgres"
)
# A program with a file, or what starts the application of a folder.
_INTERPRETERS = word_set("node nodejs bun deno tsx ts-node dotnet php ruby java")
_PYTHON = re.compile(r"python[\d.]*")
_SERVES = re.compile(
    r"(?:http\.server|gunicorn|uvicorn|flask|runserver|celery|streamlit)$|(?:^|/)(?:\w*app|server|main|wsgi|asgi|manage|worker)\.py$"
)
_STARTING = word_set("start run serve dev preview prod production server")
_PACKAGERS = word_set("npm yarn pnpm bun bundle rails flask django-admin poetry uv composer")
_INSTALLERS = word_set("apt apt-get aptitude yum dnf microdnf tdnf amazon-linux-extras zypper apk snap pacman")
_INSTALL = word_set("install reinstall add -S enable")
_SERVICES = word_set("systemctl service rc-service")
_ON = word_set("start restart enable reenable add")
# What serves as soon as it is installed or started.
_SERVERS = re.compile(
    r"(?:nginx|apache2?|httpd|caddy|haproxy|traefik|tomcat\d*|php\S*-fpm|jetty\d*|gitlab-\S+|jenkins|grafana(?:-server)?"
    r"|(?:mysql|mariadb|postgresql|mongodb|mongod|redis|valkey|memcached|rabbitmq|elasticsearch|opensearch)[\w.-]*)(?:\.service)?"
)
_NO_SERVERS = re.compile(r".*-(?:client|clients|tools|common|cli|utils|devel|dev|libs)\d*$")
_UNIT = re.compile(r"^\s*Exec(?:Start|StartPre|Reload)\s*=\s*[-@:+!]*(.+)$", re.MULTILINE)
_ASKS = word_set("--version -v -V --help -h version")
_MOST = 5_000  # parts of one document


def application_in(text: str) -> str:
    """What of an application a script or a cloud-config runs, as it goes on from "its user data"; empty for none."""
    for piece in (*_pieces(text), *(match[1] for match in _UNIT.finditer(text))):
        for command in commands(piece):
            for words in (command.words, *_inner(command.words)):
                if found := _runs(effective(words)):
                    return found
            for document in command.documents:
                if command.words and (found := application_in(document)):
                    return found
    return ""


def _inner(words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """The commands inside a word: what `sh -c`, `su -c` and their like are given."""
    for before, word in pairwise(words):
        if before == "-c":
            yield from (each.words for each in commands(word))


def _runs(words: tuple[str, ...]) -> str:
    if not words or _ASKS & set(words[1:2]):
        return ""
    tool, rest = words[0].rpartition("/")[2], words[1:]
    if tool in _RUNNERS:
        return f"runs {tool}"
    if tool in _INTERPRETERS and any(not word.startswith("-") for word in rest):
        return "" if tool in _PACKAGERS and "install" in rest else f"runs a program with {tool}"
    if _PYTHON.fullmatch(tool):
        return f"runs a program with {tool}" if any(_SERVES.search(word) for word in rest) else ""
    if tool in _PACKAGERS:
        inside = rest[rest.index("exec") + 1 :] if "exec" in rest else ()
        return f"starts a program with {tool}" if _STARTING & set(rest) else _runs(effective(inside))
    return _contains(words) or _installs(tool, rest)


def _contains(words: tuple[str, ...]) -> str:
    """Whether it runs containers that others reach."""
    if "up" in words and ("compose" in words or words[0].endswith("-compose")):
        return "runs containers"
    flags = dict(container_flags(words))
    published = {"-p", "-P", "--publish", "--publish-all"} & flags.keys()
    host = "host" in (flags.get("--network"), flags.get("--net"))
    return "runs a container that others reach" if published or host else ""


def _installs(tool: str, rest: tuple[str, ...]) -> str:
    known = tool in _INSTALLERS and _INSTALL & set(rest)
    started = tool in _SERVICES and _ON & set(rest)
    for word in rest if known or started else ():
        name = word.lower().partition("=")[0].rpartition("/")[2]
        if _SERVERS.fullmatch(name) and not _NO_SERVERS.fullmatch(name):
            return f"{'installs' if known else 'starts'} {name}"
    return ""


def _pieces(text: str) -> Iterator[str]:
    """The scripts of a text: the text itself, or those of a cloud-config."""
    if not re.match(r"\A(?:##[^\n]*\n)?\s*#cloud-config", text):
        yield text
        return
    waiting: list[tuple[str, Any]] = [("", tree) for tree in yaml_trees(text) or [text]]
    for _ in range(_MOST):
        if not waiting:
            return
        key, node = waiting.pop()
        if isinstance(node, dict):
            waiting += [(str(name), value) for name, value in node.items()]
        elif isinstance(node, list) and key == "packages":
            yield f"apt-get install {' '.join(str(each) for each in node if isinstance(each, str))}"
        elif isinstance(node, list):
            if key == "" and not any(isinstance(each, dict | list) for each in node):
                yield " ".join(str(each) for each in node)  # one command as a list of words and numbers
            waiting += [("" if isinstance(each, list) else key, each) for each in node]
        elif isinstance(node, str) and (key in ("runcmd", "bootcmd", "content", "") or "\n" in node):
            yield node
