"""Tables of words are written as one text."""

from __future__ import annotations

from policies.sighting import word_set


def test_the_words_of_a_text_are_a_set() -> None:
    assert word_set("redis valkey\n  redis") == {"redis", "valkey"}
    assert word_set("") == frozenset()
