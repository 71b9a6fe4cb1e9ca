"""Places of a frontend's files, as stack files may say them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import strategies as st

from tests.config.drawn import maybe

if TYPE_CHECKING:
    from hypothesis.strategies import DrawFn

    from tests.config.drawn import Data


@st.composite
def pages(draw: DrawFn) -> Data:
    """A project of Cloudflare Pages, built by whom it may be, with previews that may call the services or not."""
    git = st.fixed_dictionaries(
        {
            "kind": st.sampled_from(["github", "gitlab"]),
            "owner": st.sampled_from(["acme", "acme/web", "a.b_c-d"]),
            "repository": st.sampled_from(["orders", "orders.web", "o"]),
        },
        optional={"command": st.just("npm run build")},
    )
    build = draw(st.one_of(st.none(), st.just({"kind": "upload"}), git))
    kinds = ["none", "all", *(["branches"] if build and "owner" in build else [])]
    previews: Data = {"kind": draw(st.sampled_from(kinds))}
    if previews["kind"] == "branches":
        previews["include"] = draw(st.lists(st.sampled_from(["next", "feature/*", "*"]), min_size=1, unique=True))
    if previews["kind"] != "none":
        previews |= draw(maybe("admitted", st.booleans()))
    functions = draw(maybe("functions", st.just({"compatibility_date": "2026-11-01"})))
    told = ["production", *(["preview"] if previews["kind"] != "none" else [])]
    return {
        "kind": "pages",
        **functions,
        **{part: draw(_environment(functions=bool(functions))) for part in told},
        "account_id": draw(st.text("0123456789abcdef", min_size=32, max_size=32)),
        **({"build": build} if build else {}),
        **({"previews": previews} if "preview" in told else draw(maybe("previews", st.just(previews)))),
        **draw(maybe("project", st.sampled_from(["orders", "o", "orders-web-2"]))),
        **draw(maybe("branch", st.sampled_from(["main", "release/1.2", "v1.0_x"]))),
        **draw(maybe("sources", st.just({"script-src": ["https://js.stripe.com"], "style-src": ["'unsafe-inline'"]}))),
        **draw(maybe("deletion", st.sampled_from(["protect", "retain"]))),
    }


@st.composite
def _environment(draw: DrawFn, *, functions: bool) -> Data:
    """What builds and functions find; bindings only where there are functions."""
    made: Data = draw(maybe("variables", st.just({"VITE_BANNER": "on", "LIMIT": "50"})))
    if functions:
        number = st.text("0123456789abcdef", min_size=32, max_size=32)
        made |= draw(maybe("namespaces", st.fixed_dictionaries({"SEEN": number})))
        made |= draw(maybe("queues", st.just({"MAILS": "orders-mails"})))
        made |= draw(maybe("services", st.just({"PRICES": "acme_prices"})))
    return made
