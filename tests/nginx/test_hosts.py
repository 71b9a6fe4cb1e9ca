"""Which hosts are answered, over what, and which service gets a request."""

from __future__ import annotations

import http.client
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.nginx.cases import Case, holds, is_noticed, once
from tests.nginx.sites import HELPDESK, SHOP

if TYPE_CHECKING:
    from tests.nginx.cases import Running


def http_leads_to_https_and_one_host_to_another(made: Running) -> None:
    nginx = made.nginx
    answer = nginx.ask("/a%20b?c=d", plain=True, method="POST", host="api.example.com")
    assert (answer.status, answer.all("Location")) == (308, ["https://api.example.com/a%20b?c=d"])
    answer = nginx.ask("/a?c=d", host="www.shop.example.com")
    assert (answer.status, answer.all("Location")) == (308, ["https://shop.example.com/a?c=d"])
    assert made.services["web"].asked == []


def nobody_else_gets_an_answer(made: Running) -> None:
    for plain, host in ((True, "other.example.com"), (True, "127.0.0.1"), (False, "other.example.com")):
        with pytest.raises((http.client.RemoteDisconnected, OSError)):
            made.nginx.ask(plain=plain, host=host)
    with pytest.raises(http.client.RemoteDisconnected):
        made.nginx.ask(host="shop.example.com", Host="other.example.com")


def each_path_leads_to_its_service(made: Running) -> None:
    wanted = {
        "/": "web",
        "/socket.io/?EIO=4": "chat",
        "/socket.io": "web",
        "/socketXio/": "web",
        "/a/socket.io/": "web",
    }
    assert {path: made.nginx.ask(path).said["service"] for path in wanted} == wanted
    assert made.nginx.ask("/socket.io/%61?b=%2F").said["path"] == "/socket.io/%61?b=%2F", "as it was sent"


def only_current_tls_is_spoken(made: Running) -> None:
    def spoken(*options: str) -> tuple[int, str]:
        asked = [
            "openssl",
            "s_client",
            "-connect",
            f"127.0.0.1:{made.nginx.https_port}",
            "-servername",
            "shop.example.com",
        ]
        done = subprocess.run([*asked, *options], input=b"", capture_output=True, check=False)
        return done.returncode, done.stdout.decode(errors="replace")

    assert spoken("-tls1_3")[0] == spoken("-tls1_2")[0] == 0
    assert spoken("-tls1_1", "-cipher", "ALL@SECLEVEL=0")[0] != 0
    assert spoken("-tls1_2", "-cipher", "AES128-GCM-SHA256")[0] != 0, "no forward secrecy"
    assert spoken("-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-SHA")[0] != 0, "no authenticated encryption"
    assert "ALPN protocol: h2" in spoken("-alpn", "h2,http/1.1")[1]
    assert "session ticket" not in spoken("-tls1_2")[1]


CASES = {
    "http leads to https": Case(
        SHOP, http_leads_to_https_and_one_host_to_another, "https://$host$request_uri", "https://$host$uri"
    ),
    "one host leads to another": Case(
        SHOP,
        http_leads_to_https_and_one_host_to_another,
        "return 308 https://shop.example.com",
        "return 302 https://shop.example.com",
    ),
    "nobody else is answered": Case(SHOP, nobody_else_gets_an_answer, "return 444;", "return 200;"),
    "each path leads to its service": Case(HELPDESK, each_path_leads_to_its_service, "^/socket[.]io/", "^/socket.io"),
    "only current TLS": Case(
        SHOP,
        only_current_tls_is_spoken,
        "ssl_protocols TLSv1.2 TLSv1.3;\n  ssl_ciphers ",
        "ssl_protocols TLSv1.1 TLSv1.2 TLSv1.3;\n  ssl_ciphers @SECLEVEL=0:ECDHE-ECDSA-AES128-SHA:",
    ),
    "only current ciphers": Case(
        SHOP, only_current_tls_is_spoken, "ssl_ciphers ", "ssl_ciphers ECDHE-ECDSA-AES128-SHA:"
    ),
    "no session tickets": Case(SHOP, only_current_tls_is_spoken, "ssl_session_tickets off;", ""),
    "HTTP/2": Case(SHOP, only_current_tls_is_spoken, " http2", ""),
}


@pytest.mark.parametrize("case", once(CASES))
def test_it_holds(case: Case) -> None:
    holds(case)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_it_is_noticed_when_it_is_broken(case: Case) -> None:
    is_noticed(case)
