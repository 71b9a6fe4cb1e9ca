"""What browsers are told: headers, files, compression, redirects, pages for what went wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.nginx.cases import Case, holds, is_noticed, once
from tests.nginx.sites import PAGES, SHOP

if TYPE_CHECKING:
    from tests.nginx.cases import Running
    from tests.nginx.proxy import Answer

YEAR = "public, max-age=31536000, immutable"
# OWASP's list of headers (2026), as far as it is about browsers and one site: the value that must be in it.
CHECKLIST = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Content-Security-Policy": "frame-ancestors 'self'",
    "X-Frame-Options": "SAMEORIGIN",
    "Permissions-Policy": "microphone=(self)",
    "Cross-Origin-Opener-Policy": "same-origin-allow-popups",
}
TOLD_NOBODY = ("X-XSS-Protection", "X-Powered-By", "Expect-CT", "Public-Key-Pins", "Feature-Policy")


def is_safe(answer: Answer, **others: str) -> None:
    """Each header of the checklist once, none that is out of date, and no version."""
    for name, wanted in {**CHECKLIST, **{key.replace("_", "-"): value for key, value in others.items()}}.items():
        values = answer.all(name)
        assert len(values) == 1, f"{name}: {values}"
        assert wanted in values[0]
    assert not [name for name in TOLD_NOBODY if answer.all(name)]
    assert answer.all("Server") == ["nginx"]


def every_answer_is_safe(made: Running) -> None:
    nginx = made.nginx
    nginx.release({"dist/public/assets/app.js": "1"})
    is_safe(nginx.ask("/?header=X-Powered-By:Express"))
    is_safe(nginx.ask("/?status=500"))
    is_safe(nginx.ask("/assets/app.js"))
    is_safe(nginx.ask("/assets/none.js"))
    is_safe(nginx.ask(host="www.shop.example.com"))
    nginx.lead("web", (1,))
    is_safe(nginx.ask())


def an_error_of_nginx_is_safe(made: Running) -> None:
    made.nginx.lead("web", (1,))
    answer = made.nginx.ask()
    assert answer.status == 502
    is_safe(answer)


def what_the_application_says_stands_alone(made: Running) -> None:
    own = {
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Content-Security-Policy": "default-src 'self'; frame-ancestors 'none'",
        "Permissions-Policy": "camera=()",
        "Cross-Origin-Opener-Policy": "same-origin",
    }
    query = "&".join(f"header={name}:{value}".replace(" ", "%20").replace(";", "%3B") for name, value in own.items())
    answer = made.nginx.ask(f"/?{query}")
    assert {name: answer.all(name) for name in own} == {name: [value] for name, value in own.items()}
    assert answer.all("X-Frame-Options") == [], "its policy says more"


def its_policy_without_frames_is_completed(made: Running) -> None:
    answer = made.nginx.ask("/?header=Content-Security-Policy:default-src%20'self'")
    assert answer.all("Content-Security-Policy") == ["default-src 'self'"]
    assert answer.all("X-Frame-Options") == ["SAMEORIGIN"]
    answer = made.nginx.ask("/?header=X-Frame-Options:DENY")
    assert answer.all("Content-Security-Policy") == []
    assert answer.all("X-Frame-Options") == ["DENY"]


def browsers_keep_to_https_only_once_they_believe_the_certificate(made: Running) -> None:
    name, own = "Strict-Transport-Security", "/?header=Strict-Transport-Security:max-age=63072000"
    assert made.nginx.ask().all(name) == made.nginx.ask(own).all(name) == []
    made.nginx.certify()
    assert made.nginx.ask().all(name) == ["max-age=31536000"]
    assert made.nginx.ask(own).all(name) == ["max-age=63072000"]
    assert made.nginx.ask(host="www.shop.example.com").all(name) == ["max-age=31536000"]
    assert made.nginx.ask(plain=True).all(name) == []


def files_that_never_change_are_kept_for_a_year(made: Running) -> None:
    nginx = made.nginx
    nginx.release({"dist/public/assets/app-1.js": "old"}, name="1", link="previous")
    nginx.release({"dist/public/assets/app-2.js": "new", "dist/public/assets/.env": "secret"}, name="2")
    for path, text in (("app-2.js", "new"), ("app-1.js", "old")):
        answer = nginx.ask(f"/assets/{path}")
        assert (answer.status, answer.text, answer.all("Cache-Control")) == (200, text, [YEAR])
        assert answer.headers["Content-Type"] == "application/javascript; charset=utf-8"
    for path in ("app-3.js", ".env", "../.env", "..%2f..%2f..%2fsecret", ""):
        answer = nginx.ask(f"/assets/{path}")
        if answer.status == 200:
            assert answer.said["service"] == "web", path
        else:
            assert answer.status in {400, 404}
            assert YEAR not in answer.all("Cache-Control"), "nobody keeps for a year that a file is not there"
    assert nginx.ask("/assets/app-2.js", method="POST").status == 405
    etag = nginx.ask("/assets/app-2.js").headers["ETag"]
    assert nginx.ask("/assets/app-2.js", If_None_Match=etag).status == 304


def a_frontend_reads_addresses_in_the_browser(made: Running) -> None:
    nginx = made.nginx
    files = {"index.html": "page", "assets/app.js": "script", "icon.svg": "<svg/>", ".env": "secret", "m.mjs": "1"}
    nginx.release({f"frontend/dist/{name}": text for name, text in files.items()})
    for path in ("/", "/index.html", "/orders/17", "/assets-of-mine"):
        answer = nginx.ask(path)
        assert (answer.status, answer.text, answer.all("Cache-Control")) == (200, "page", ["no-cache"]), path
        assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
        others = {"Content_Security_Policy": "connect-src 'self' https://api.example.com", "X_Frame_Options": "DENY"}
        is_safe(answer, **others)
    assert nginx.ask("/assets/app.js").all("Cache-Control") == [YEAR]
    assert nginx.ask("/m.mjs").headers["Content-Type"] == "text/javascript; charset=utf-8"
    for path in ("/assets/none.js", "/none.png", "/.env", "/.git/config", "/.well-known/none"):
        assert nginx.ask(path).status == 404, path
    assert nginx.ask("/socket.io/?x=1").said["service"] == "live"
    assert nginx.ask("/orders/17", host="api.example.com").said["service"] == "web"


def text_is_compressed_as_the_browser_can(made: Running) -> None:
    nginx = made.nginx
    for accepted in ("gzip", "br"):
        answer = nginx.ask("/?bytes=20000", Accept_Encoding=accepted)
        assert answer.headers["Content-Encoding"] == accepted
        assert "Accept-Encoding" in answer.all("Vary")
        assert len(answer.body) < 2000
    assert nginx.ask("/?bytes=20000", Accept_Encoding="br, gzip").headers["Content-Encoding"] == "br"
    assert nginx.ask("/?bytes=20000").headers["Content-Encoding"] is None
    assert nginx.ask("/?bytes=500", Accept_Encoding="gzip").headers["Content-Encoding"] is None, "too small"
    nginx.release({"dist/public/assets/a.js": "let a;" * 1000, "dist/public/assets/a.woff2": "x" * 5000})
    assert nginx.ask("/assets/a.js", Accept_Encoding="gzip").text == "let a;" * 1000
    assert nginx.ask("/assets/a.woff2", Accept_Encoding="gzip").headers["Content-Encoding"] is None, "is so already"


def an_application_that_is_down_is_a_page(made: Running) -> None:
    nginx = made.nginx
    nginx.lead("web", (1, 2))
    for method in ("GET", "POST"):
        answer = nginx.ask(method=method)
        assert (answer.status, answer.all("Retry-After"), answer.all("Cache-Control")) == (502, ["5"], ["no-store"])
        assert "<h1>Not available at the moment</h1>" in answer.text
        assert "nginx" not in answer.text


def its_own_errors_stay_its_own(made: Running) -> None:
    for status in (404, 413, 429, 500, 502, 503):
        answer = made.nginx.ask(f"/?status={status}")
        assert (answer.status, answer.said["service"]) == (status, "web")
    answer = made.nginx.ask("/?header=X-Accel-Redirect:/.slipway/404.html")
    assert (answer.status, answer.said["service"]) == (200, "web"), "no answer leads to files of nginx"
    assert made.nginx.ask("/.slipway/502.html").status == 404, "the pages have no address"


def what_is_not_deployed_yet_is_a_page(made: Running) -> None:
    made.nginx.lead("web", (made.nginx.empty,))
    answer = made.nginx.ask("/any", method="POST", body=b"x")
    assert (answer.status, answer.all("Retry-After"), answer.all("Cache-Control")) == (503, ["30"], ["no-store"])
    assert "Nothing is deployed yet" in answer.text
    is_safe(answer)


CASES = {
    "every answer is safe": Case(
        SHOP,
        every_answer_is_safe,
        "add_header X-Content-Type-Options",
        "add_header X-XSS-Protection 1; add_header X-No",
    ),
    "no version is told": Case(SHOP, every_answer_is_safe, "server_tokens off;", ""),
    "what runs behind is not told": Case(SHOP, every_answer_is_safe, "proxy_hide_header X-Powered-By;", ""),
    "headers reach errors too": Case(SHOP, an_error_of_nginx_is_safe, "$referrer always", "$referrer"),
    "what the application says stands alone": Case(
        SHOP,
        what_the_application_says_stands_alone,
        'map $upstream_http_permissions_policy $permissions { default "";',
        "map $upstream_http_permissions_policy $permissions { default twice;",
    ),
    "its policy is completed": Case(
        SHOP, its_policy_without_frames_is_completed, '"~*^\\|(?!.*frame-ancestors)" SAMEORIGIN;', ""
    ),
    "https is kept to once it is believed": Case(
        SHOP,
        browsers_keep_to_https_only_once_they_believe_the_certificate,
        'map $certified $hsts { default "";',
        "map $certified $hsts { default $own_hsts;",
    ),
    "its own promise of https waits too": Case(
        SHOP,
        browsers_keep_to_https_only_once_they_believe_the_certificate,
        "proxy_hide_header Strict-Transport-Security;",
        "",
    ),
    "files are kept for a year": Case(
        SHOP, files_that_never_change_are_kept_for_a_year, 'immutable";', 'immutable" always; expires 1y;'
    ),
    "files of the former release are there": Case(
        SHOP, files_that_never_change_are_kept_for_a_year, "/previous/dist", "/none/dist"
    ),
    "hidden files are not shown": Case(
        SHOP,
        files_that_never_change_are_kept_for_a_year,
        '(?:.*/)?[.]" { return 404; }',
        '(?:.*/)?[.]none" { return 404; }',
    ),
    "a frontend reads addresses": Case(
        PAGES, a_frontend_reads_addresses_in_the_browser, "^/[.]well-known/|[.][^/]*$", "^/[.]well-known/"
    ),
    "a frontend hides what begins with a dot": Case(
        PAGES, a_frontend_reads_addresses_in_the_browser, "/[.](?!well-known/)", "/[.]none"
    ),
    "a module is a script": Case(PAGES, a_frontend_reads_addresses_in_the_browser, "text/javascript mjs;", ""),
    "text is compressed with gzip": Case(SHOP, text_is_compressed_as_the_browser_can, "gzip on;", "gzip off;"),
    "text is compressed with brotli": Case(SHOP, text_is_compressed_as_the_browser_can, "brotli on;", "brotli off;"),
    "caches keep both": Case(SHOP, text_is_compressed_as_the_browser_can, "gzip_vary on;", ""),
    "down is a page": Case(SHOP, an_application_that_is_down_is_a_page, "error_page 502", "error_page 509"),
    "its own errors are its own": Case(
        SHOP, its_own_errors_stay_its_own, "proxy_redirect off;", "proxy_redirect off; proxy_intercept_errors on;"
    ),
    "it cannot lead to files": Case(SHOP, its_own_errors_stay_its_own, "proxy_ignore_headers X-Accel-Redirect;", ""),
    "not deployed is a page": Case(
        SHOP,
        what_is_not_deployed_yet_is_a_page,
        "add_header Retry-After $retry_after always;\n      add_header C",
        "add_header C",
    ),
}


@pytest.mark.parametrize("case", once(CASES))
def test_it_holds(case: Case) -> None:
    holds(case)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_it_is_noticed_when_it_is_broken(case: Case) -> None:
    is_noticed(case)
