"""Cloudflare's API, asked for what it has. Nothing is changed, and the token goes nowhere else."""

from __future__ import annotations

import json
import os
import time
from dataclasses import dataclass
from http.client import HTTPException
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from slipway.errors import ProgramError

if TYPE_CHECKING:
    from collections.abc import Mapping

TOKEN, BASE = "CLOUDFLARE_API_TOKEN", "CLOUDFLARE_BASE_URL"
_API = "https://api.cloudflare.com/client/v4"
_LOOPBACK = ("127.0.0.1", "::1", "localhost")
_SECONDS = 30.0  # for one answer
_TRIES = 3
_PAUSE_SECONDS = 2.0  # before another try; twice as long each time
_MOST_BYTES = 10_000_000
_DENIED, _MISSING, _LIMITED, _BROKEN = (401, 403), 404, 429, 500


class ReadBackError(ProgramError):
    """What Cloudflare has could not be read; the message says why and what to do."""


class _NoRedirect(HTTPRedirectHandler):
    """A redirect would take the token along."""

    def redirect_request(self, *_: Any) -> None:  # Any: whatever it is asked with
        """None: it is an error like others."""


@dataclass(frozen=True, slots=True)
class Api:
    """Cloudflare's API at an address, with a token that is never shown."""

    base: str
    token: str

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> Api:
        """As the provider finds it. Raises `ReadBackError` where there is no token, or no address to give it to."""
        token = environment.get(TOKEN, "").strip()
        if not token:
            raise ReadBackError(
                f"{TOKEN} is not set, so that Cloudflare cannot be asked. Set it: one that may read Workers is enough."
            )
        if not token.isascii() or not token.isprintable():
            raise ReadBackError(f"{TOKEN} is no token: it has characters that none has. Copy it anew.")
        base = (environment.get(BASE) or _API).rstrip("/")
        where = urlsplit(base)
        if not where.hostname or (where.scheme != "https" and where.hostname not in _LOOPBACK):
            raise ReadBackError(f"{BASE}: given {base!r}; an address with https:// is wanted. Correct it, or unset it.")
        return cls(base, token)

    def get(self, path: str) -> Any:
        """The result of a question, any JSON, hence `Any`; None where nothing is there. Raises `ReadBackError`."""
        pause = _PAUSE_SECONDS
        for left in reversed(range(_TRIES)):
            status, body = self._answer(path, last=not left)
            if left and (status == _LIMITED or status >= _BROKEN):
                time.sleep(pause)
                pause *= 2
                continue
            return self._result(path, status, body)
        raise AssertionError  # the last try has returned or raised

    def _answer(self, path: str, *, last: bool) -> tuple[int, bytes]:
        """Status and body. What cannot be reached counts as broken until the last try, which raises."""
        headers = {"Authorization": f"Bearer {self.token}", "Accept": "application/json"}
        request = Request(f"{self.base}{path}", headers=headers)  # noqa: S310 - https, or the loopback
        try:
            with build_opener(_NoRedirect).open(request, timeout=_SECONDS) as answer:
                return answer.status, answer.read(_MOST_BYTES)
        except HTTPError as error:
            with error:
                return error.code, error.read(_MOST_BYTES)
        except (URLError, HTTPException, OSError) as error:
            if not last:
                return _BROKEN, b""
            why = str(getattr(error, "reason", error)) or type(error).__name__
            raise ReadBackError(f"{self.base}: cannot be reached ({why}). Try again.") from None

    def _result(self, path: str, status: int, body: bytes) -> Any:
        if status == _MISSING:
            return None
        said = self._said(body)
        if status in _DENIED:
            raise ReadBackError(
                f"Cloudflare does not let this token read {path} ({status}{said}). Give {TOKEN} the right to read "
                f"{_right(path)}."
            )
        if status == _LIMITED:
            raise ReadBackError(
                f"Cloudflare answers that it is asked too often ({status}{said}). Try again in minutes."
            )
        if status != 200:  # noqa: PLR2004 - as HTTP has it
            raise ReadBackError(
                f"Cloudflare answers {status} to {path}{said}. Try again; www.cloudflarestatus.com tells."
            )
        try:
            found = json.loads(body)
            if found["success"] is not True:
                raise ReadBackError(f"Cloudflare has no answer to {path}{said}.")
            return found["result"]
        except (ValueError, KeyError, TypeError, RecursionError):
            raise ReadBackError(f"{self.base}{path}: the answer is not one of Cloudflare's API.") from None

    def _said(self, body: bytes) -> str:
        """The first error's code and message, without the token should it say it."""
        try:
            first = json.loads(body)["errors"][0]
            text = f"{int(first['code'])} {str(first['message'])[:200]!r}"
        except (ValueError, KeyError, TypeError, IndexError, RecursionError):
            return ""
        return f": {text}".replace(self.token, "[secret]")


def _right(path: str) -> str:
    """What Cloudflare calls the right to ask that."""
    if path.startswith("/zones/"):
        return "Workers Routes in this zone"
    return "Queues in this account" if "/queues/" in path else "Workers Scripts in this account"


def api() -> Api:
    """The API as this process's environment names it. Raises `ReadBackError`."""
    return Api.of(os.environ)
