"""Why all instances share one Redis: with it each is as good as the other, with one for each they are strangers.

The same steps are tried on both sites. What holds on the one fails on the other, and that is asserted, as the
demonstration of what not to build.
"""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

import pytest

from tests.chat.site import NAMES, PASSWORD, SESSION_SECRET
from tests.machines.servers import PATIENCE, Redis, wait_for

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.chat.site import Site

SHARED = pytest.mark.parametrize("shared", [True, False], ids=["one Redis for all", "one Redis for each"])


def visitors(site: Site) -> list[int]:
    """How often each instance has been connected to."""
    return [len(site.instances[name].events("connected")) for name in NAMES]


@SHARED
def test_a_message_to_one_instance_reaches_the_other_only_through_a_redis_that_both_share(
    site: Site, *, shared: bool
) -> None:
    before = visitors(site)
    places = [(at, transport) for at in NAMES for transport in ("websocket", "polling")]
    who = [(f"{transport} at {at}", at, "--transport", transport) for at, transport in places]
    people = dict(zip(places, site.people(*who), strict=True))
    assert visitors(site) == [count + 2 for count in before], "they are not at the instances that this is about"

    for (at, transport), person in people.items():
        assert person.say(f"{transport} at {at}")["event"] == "said"

    everything = {f"{transport} at {at}" for at, transport in people}
    for (at, _), person in people.items():
        wanted = {text for text in everything if shared or text.endswith(at)}
        for text in wanted:
            person.hears(text)
        # The last one was said at b: who is there has heard it, and so all that had come before.
        assert set(person.heard()) == wanted
    # Who comes later is told what was said before, by whichever instance.
    late = site.client("dora", "a")
    assert set(late.heard()) == {text for text in everything if shared or text.endswith("a")}


@SHARED
def test_a_session_outlives_its_instance_only_in_a_redis_that_both_share(site: Site, *, shared: bool) -> None:
    signed_in = site.ask("/session", cookies="instance=a", method="POST", body={"name": "ann"})
    assert signed_in.status == 200
    assert site.ask("/session", cookies=signed_in.cookies).body == {"name": "ann"}
    ann, bob = site.people(("ann", "a"), ("bob", "b"))

    site.a.process.kill()
    assert ann.sees("disconnected")["reason"] == "transport close"

    there = site.ask("/session", cookies=signed_in.cookies)
    assert there.cookies == "instance=b"
    assert bob.say("while ann is away")["event"] == "said"
    if shared:
        assert (there.status, there.body) == (200, {"name": "ann"})
        ann.hears("while ann is away")
        assert ann.say("here again")["event"] == "said"
        bob.hears("here again")
    else:
        assert (there.status, there.body) == (401, {"error": "not signed in"})
        assert ann.sees("not connected", error="sign in first")
        assert ann.heard() == []


@pytest.mark.parametrize("outage", [Redis.stop, Redis.freeze], ids=["gone", "hangs"])
def test_without_redis_instances_are_not_ready_but_healthy_and_mend_themselves_when_it_is_back(
    site: Site, outage: Callable[[Redis], None]
) -> None:
    ann, bob = site.people(("ann", "a"), ("bob", "b", "--transport", "polling"))

    outage(site.redis[0])
    for one in site.instances.values():
        assert one.turns("/ready", 503)
        assert one.status("/health") == 200
    # Nobody is told that he is not signed in, because nobody knows; nothing is lost without a word.
    asked = site.ask("/session", cookies=ann.cookie)
    assert (asked.status, asked.body) == (503, {"error": "not at the moment"})
    assert site.ask("/session", cookies="instance=b", method="POST", body={"name": "eve"}).status == 503
    for person in (ann, bob):
        refused = person.say("lost?")
        assert (refused["event"], refused["error"]) == ("not said", "not at the moment")
    assert [one.status("/health") for one in site.instances.values()] == [200, 200]

    site.redis[0].stop()
    site.redis[0].start()
    for one in site.instances.values():
        assert one.turns("/ready", 200), one.log.read_text()
        assert one.is_the_first()
    assert wait_for(lambda: ann.say("there again")["event"] == "said")
    bob.hears("there again")
    assert [person.count("disconnected") for person in (ann, bob)] == [0, 0]
    # Each asks for what was said at the other instance while his own one heard nothing.
    for person in (ann, bob):
        assert person.joins(2)
        assert "lost?" not in person.heard(), "it was said although they were told that it was not"


def test_sigterm_sends_everybody_to_the_other_instance_in_time(site: Site) -> None:
    polls, stays = ("--transport", "polling"), "--stay"
    who = (("ann", "a"), ("paul", "a", *polls), ("stan", "a", stays), ("bob", "b"))
    ann, polling, stubborn, bob = site.people(*who)

    site.a.process.send_signal(signal.SIGTERM)

    assert wait_for(lambda: site.a.status("/ready") == 503)
    assert site.a.status("/health") == 200, "it is well until it ends"
    for person in (ann, polling, stubborn):
        person.sees("asked to leave")
    assert site.a.process.wait(PATIENCE) == 0, site.a.log.read_text()  # 1 is its own verdict when it takes too long
    assert [event["cutOff"] for event in site.a.events("stopped")] == [1], "only who does not leave is cut off"
    assert stubborn.sees("disconnected")["reason"] == "transport close"
    for person in (ann, polling, stubborn):
        assert person.joins(2), person.events

    assert bob.say("all here?")["event"] == "said"
    for person in (ann, polling, stubborn):
        person.hears("all here?")
    assert site.b.status("/ready") == 200
    assert bob.count("disconnected") == 0


def test_sigterm_ends_it_in_time_when_redis_hangs(site: Site) -> None:
    site.client("stan", "a", "--stay")
    site.redis[0].freeze()

    site.a.process.send_signal(signal.SIGTERM)

    assert site.a.process.wait(PATIENCE) == 0, site.a.log.read_text()
    assert [event["cutOff"] for event in site.a.events("stopped")] == [1]


def test_whoever_signs_out_is_signed_out_everywhere_and_no_log_tells_a_secret(site: Site) -> None:
    ann = site.client("ann", "a")
    elsewhere = ann.cookie.replace("instance=a", "instance=b")
    session = ann.cookie.partition("session=")[2].partition(";")[0]

    assert site.ask("/session", cookies=elsewhere, method="DELETE").status == 204
    assert ann.sees("disconnected")["reason"] == "io server disconnect"
    assert site.ask("/session", cookies=ann.cookie).status == 401

    site.redis[0].stop()
    assert all(one.turns("/ready", 503) for one in site.instances.values())
    said = "".join(log.read_text() for log in site.logs)
    assert '"redis"' in said
    for secret in (SESSION_SECRET, PASSWORD, PASSWORD.replace("%", "%25"), session, "127.0.0.1"):
        assert secret not in said
