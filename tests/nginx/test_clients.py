"""Who asks, how much he may, and what of it is written down."""

from __future__ import annotations

import itertools
import re
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.nginx.backend import Backend
from tests.nginx.cases import Case, holds, is_noticed, once
from tests.nginx.proxy import exchanged
from tests.nginx.sites import CLOSED, CLOUDFLARE, LIMITED, PROXIED, SHOP

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.nginx.cases import Running
    from tests.nginx.proxy import Answer, Headers, Nginx

CLIENT = "203.0.113.9"
BURST = 10  # two a second for five seconds


def told(answer: Answer, name: str) -> list[str]:
    """What a service was told in a header."""
    return [value for header, value in answer.said["headers"] if header == name.lower()]


def is_named(answer: Answer, address: str) -> bool:
    """Whether the service was told this address of the client, by every name and no other."""
    return told(answer, "X-Forwarded-For") == told(answer, "X-Real-IP") == [address]


def cloudflare_says_who_asks(made: Running) -> None:
    lies: Headers = {
        "X_Forwarded_For": "192.0.2.1",
        "X_Real_IP": "192.0.2.2",
        "Forwarded": "for=192.0.2.3",
        "Proxy": "x",
    }
    believed = made.nginx.ask(source=CLOUDFLARE, CF_Connecting_IP=CLIENT, True_Client_IP="192.0.2.4", **lies)
    assert is_named(believed, CLIENT)
    assert told(believed, "CF-Connecting-IP") == [CLIENT]
    for name in ("Forwarded", "Proxy", "True-Client-IP"):
        assert told(believed, name) == []
    assert made.nginx.log()[-1]["client"] == CLIENT
    spoofed = made.nginx.ask(CF_Connecting_IP=CLIENT, **lies)
    assert is_named(spoofed, "127.0.0.1")
    assert told(spoofed, "CF-Connecting-IP") == ["127.0.0.1"]


def without_cloudflare_nobody_says_who_asks(made: Running) -> None:
    answer = made.nginx.ask(CF_Connecting_IP=CLIENT, X_Forwarded_For=CLIENT)
    assert is_named(answer, "127.0.0.1")
    assert told(answer, "CF-Connecting-IP") == []
    assert told(answer, "Host") == told(answer, "X-Forwarded-Host") == ["shop.example.com"]
    assert told(answer, "X-Forwarded-Proto") == ["https"]


def strangers_get_no_answer_past_cloudflare(made: Running) -> None:
    nginx = made.nginx
    nginx.put("/var/lib/slipway/acme/.well-known/acme-challenge/token", "proof")
    assert nginx.ask(source=CLOUDFLARE, CF_Connecting_IP=CLIENT).status == 200
    for host, plain in (("shop.example.com", False), ("www.shop.example.com", False), ("shop.example.com", True)):
        with pytest.raises(ConnectionError):
            nginx.ask(host=host, plain=plain, CF_Connecting_IP=CLIENT)
    assert nginx.ask("/.well-known/acme-challenge/token", plain=True).text == "proof"


def many(
    nginx: Nginx, path: str = "/?token=hidden", *, clients: Sequence[str] = ("",), source: str = "127.0.0.1"
) -> list[Answer]:
    """Answers on one connection, so that it is quick: up to the first that is refused, else far more than a burst."""
    host, method = nginx.site.hosts[0], "GET" if path.startswith("/assets/") else "POST"
    answers: list[Answer] = []
    with closing(nginx.connection(host, source=source)) as connection:
        for _, client in zip(range(4 * BURST), itertools.cycle(clients), strict=False):
            headers: Headers = {"CF_Connecting_IP": client} if client else {}
            answers.append(exchanged(connection, path, method=method, Host=host, **headers))
            if answers[-1].status == 429:
                break
    return answers


def the_limit_counts_each_address(made: Running) -> None:
    nginx = made.nginx
    nginx.release({"dist/public/assets/app.js": "1"})
    answers = many(nginx)
    assert len(answers) > BURST, "a burst is let through"
    assert {answer.status for answer in answers[:-1]} == {200}
    refused = answers[-1]
    assert (refused.status, refused.all("Retry-After")) == (429, ["5"])
    assert "<h1>Too many requests</h1>" in refused.text
    for path in ("/hooks/pay?x=1", "/assets/app.js"):
        assert {answer.status for answer in many(nginx, path)} == {200}, path
    for path in ("/a/../hooks/pay", "/hooks/payment"):
        assert many(nginx, path)[-1].status == 429, "only what was sent so"
    assert nginx.ask(source="127.0.0.3").status == 200, "another address"
    assert "token" not in nginx.said(), "what was refused is in the log of requests, without its query"


def ipv6_clients_are_counted_by_network(made: Running) -> None:
    for network in ("2001:db8:1:2::", "2001:db8::"):  # one of them written without its zeros
        addresses = [f"{network}{each:x}" for each in range(1, 4 * BURST)]
        assert many(made.nginx, clients=addresses, source=CLOUDFLARE)[-1].status == 429
    assert made.nginx.ask(source=CLOUDFLARE, CF_Connecting_IP="2001:db8:1:3::1").status == 200, "another network"


def a_body_that_is_too_large_is_a_page(made: Running) -> None:
    assert made.nginx.ask(method="POST", body=b"x" * (1 << 20)).said["bytes"] == 1 << 20
    answer = made.nginx.ask(method="POST", body=b"x" * ((1 << 20) + 1))
    assert answer.status == 413
    assert "<h1>Too large</h1>" in answer.text
    assert made.services["web"].asked == ["POST /"]


def the_log_has_times_and_no_secrets(made: Running) -> None:
    headers: Headers = {"Referer": "https://shop.example.com/reset?token=hidden", "Cookie": "session=hidden"}
    made.nginx.ask("/reset%20it?token=hidden&seconds=0.2", Authorization="Bearer hidden", **headers)
    line = made.nginx.log()[-1]
    assert "hidden" not in str(line)
    assert (line["path"], line["status"], line["host"]) == ("/reset%20it", 200, "shop.example.com")
    assert 0.2 <= line["seconds"] < 5
    assert line["upstream"] == f"127.0.0.1:{made.services['web'].port}"
    assert re.fullmatch(r"[0-9a-f]{32}", line["request"])


def a_request_is_told_by_its_number(made: Running) -> None:
    answer = made.nginx.ask(X_Request_ID="of somebody else")
    assert told(answer, "X-Request-ID") == [made.nginx.log()[-1]["request"]]


def only_websockets_change_the_protocol(made: Running) -> None:
    h2c: Headers = {"Connection": "Upgrade, HTTP2-Settings", "Upgrade": "h2c", "HTTP2_Settings": "AAMAAABkAAQAAP__"}
    answer = made.nginx.ask(**h2c)
    assert told(answer, "Upgrade") == told(answer, "Connection") == []
    answer = made.nginx.ask(Connection="Upgrade", Upgrade="WebSocket")
    assert (told(answer, "Upgrade"), told(answer, "Connection")) == (["websocket"], ["upgrade"])


def a_process_that_fails_is_left_out_and_nothing_is_done_twice(made: Running) -> None:
    first = made.services["web"]
    with Backend("web") as second:
        made.nginx.lead("web", (first.port, second.port, 1))
        assert {
            made.nginx.ask(f"/{each}", method=method).status for each in range(6) for method in ("GET", "POST")
        } == {200}, "one that takes no connection is passed over, whatever is asked"
        made.nginx.lead("web", (first.port, second.port))
        before = len(first.asked) + len(second.asked)
        assert made.nginx.ask("/?drop=1", method="POST").status == 502
        assert len(first.asked) + len(second.asked) == before + 1
        assert made.nginx.ask("/?drop=1").status == 502
        assert len(first.asked) + len(second.asked) == before + 3, "what may be asked again is"


def the_authority_gets_its_proof_on_either_port(made: Running) -> None:
    nginx = made.nginx
    nginx.put("/var/lib/slipway/acme/.well-known/acme-challenge/token", "proof")
    assert nginx.certificate("shop.example.com") == "subject=CN = placeholder"
    for host in ("shop.example.com", "api.example.com", "www.shop.example.com"):
        for plain in (True, False):
            answer = nginx.ask("/.well-known/acme-challenge/token", host=host, plain=plain)
            assert (answer.status, answer.text) == (200, "proof"), (host, plain)
            assert nginx.ask("/.well-known/acme-challenge/none", host=host, plain=plain).status == 404
    assert made.services["web"].asked == []


def a_certificate_is_shown_as_soon_as_it_is_there(made: Running) -> None:
    nginx = made.nginx
    assert nginx.certificate("api.example.com") == "subject=CN = placeholder"
    assert nginx.place("/etc/slipway/tls/placeholder.key").stat().st_mode & 0o077 == 0
    nginx.certify(key_of_another=True)
    assert nginx.certificate("api.example.com") == "subject=CN = placeholder", "one whose key is not its own is none"
    nginx.certify()
    assert nginx.certificate("api.example.com") == "subject=CN = real"
    nginx.stop()
    nginx.choose_certificate()
    nginx.start()
    assert nginx.certificate("api.example.com") == "subject=CN = real"


SMALL = replace(SHOP, body_mib=1)
SOCKETS = replace(SHOP, services=(replace(SHOP.services[0], websockets=True),))
CASES = {
    "Cloudflare says who asks": Case(PROXIED, cloudflare_says_who_asks, "real_ip_header CF", "real_ip_header X-CF"),
    "a stranger does not": Case(
        PROXIED, cloudflare_says_who_asks, f"set_real_ip_from {CLOUDFLARE}/32", "set_real_ip_from 127.0.0.0/8"
    ),
    "what a client says of itself is dropped": Case(
        PROXIED, cloudflare_says_who_asks, "X-Forwarded-For $remote_addr", "X-Forwarded-For $proxy_add_x_forwarded_for"
    ),
    "nobody says who asks": Case(
        SHOP, without_cloudflare_nobody_says_who_asks, 'proxy_set_header CF-Connecting-IP "";', ""
    ),
    "strangers get no answer": Case(
        CLOSED, strangers_get_no_answer_past_cloudflare, "geo $realip_remote_addr", "geo $remote_addr"
    ),
    "none by http either": Case(
        CLOSED,
        strangers_get_no_answer_past_cloudflare,
        "{ return 444; }\n      return 308 https://$host",
        "{ set $x y; }\n      return 308 https://$host",
    ),
    "the limit counts each address": Case(
        LIMITED, the_limit_counts_each_address, "zone=address burst=10 ", "zone=address "
    ),
    "it says when to come again": Case(LIMITED, the_limit_counts_each_address, "429 5;", ""),
    "it is 429": Case(LIMITED, the_limit_counts_each_address, "limit_req_status 429;", ""),
    "webhooks know no limit": Case(LIMITED, the_limit_counts_each_address, "^/hooks/pay", "^/hooks/none"),
    "only as they were sent": Case(
        LIMITED, the_limit_counts_each_address, "map $request_uri $limited", "map $uri $limited"
    ),
    "what is refused is not told twice": Case(LIMITED, the_limit_counts_each_address, "limit_req_log_level info;", ""),
    "IPv6 is counted by network": Case(
        replace(PROXIED, rate_limit=2, burst_seconds=5), ipv6_clients_are_counted_by_network, "{4})", "{7})"
    ),
    "written without zeros too": Case(
        replace(PROXIED, rate_limit=2, burst_seconds=5), ipv6_clients_are_counted_by_network, "{1,3}):", "{1,1}):"
    ),
    "too large is a page": Case(
        SMALL, a_body_that_is_too_large_is_a_page, "client_max_body_size 1m;", "client_max_body_size 2m;"
    ),
    "its page is ours": Case(SMALL, a_body_that_is_too_large_is_a_page, "error_page 413", "error_page 412"),
    "the log has no secrets": Case(
        SHOP, the_log_has_times_and_no_secrets, '"path":"$path_alone"', '"path":"$request_uri"'
    ),
    "the log has times": Case(SHOP, the_log_has_times_and_no_secrets, '"seconds":$request_time', '"seconds":0'),
    "a request has a number": Case(SHOP, a_request_is_told_by_its_number, "X-Request-ID $request_id", "X-None 1"),
    "only WebSockets": Case(
        SOCKETS,
        only_websockets_change_the_protocol,
        "proxy_set_header Upgrade $upgrade",
        "proxy_set_header Upgrade $http_upgrade",
    ),
    "WebSockets": Case(SOCKETS, only_websockets_change_the_protocol, "default upgrade;", 'default "";'),
    "nothing is done twice": Case(
        SHOP,
        a_process_that_fails_is_left_out_and_nothing_is_done_twice,
        "proxy_next_upstream error;",
        "proxy_next_upstream error non_idempotent;",
    ),
    "one that fails is passed over": Case(
        SHOP,
        a_process_that_fails_is_left_out_and_nothing_is_done_twice,
        "proxy_next_upstream error;",
        "proxy_next_upstream off;",
    ),
    "the authority gets its proof": Case(
        SHOP, the_authority_gets_its_proof_on_either_port, "root /var/lib/slipway/acme;", "root /var/lib/slipway/none;"
    ),
    "before anything else": Case(
        SHOP, the_authority_gets_its_proof_on_either_port, "location ^~ /.well-known/", "location ^~ /well-known/"
    ),
    "a certificate is shown": Case(
        SHOP, a_certificate_is_shown_as_soon_as_it_is_there, "nginx -t -q && systemctl reload nginx", ":"
    ),
    "only with its own key": Case(
        SHOP, a_certificate_is_shown_as_soon_as_it_is_there, '[ "$certificate" = "$key" ]', "true"
    ),
}


@pytest.mark.parametrize("case", once(CASES))
def test_it_holds(case: Case) -> None:
    holds(case)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_it_is_noticed_when_it_is_broken(case: Case) -> None:
    is_noticed(case)
