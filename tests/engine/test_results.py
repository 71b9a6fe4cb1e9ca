"""What the engine writes is read line by line, whatever stands in a line."""

from __future__ import annotations

import json

from slipway.engine.results import read_events, whole_lines


def test_a_message_may_hold_whatever_else_ends_a_line() -> None:
    message = "one\u0085two\u2028three\x0bfour"
    event = json.dumps({"diagnosticEvent": {"severity": "error", "message": message}}, ensure_ascii=False)

    (told,) = read_events(whole_lines(f"{event}\n"))["diagnostics"]

    assert told.message == message


def test_a_line_that_was_cut_off_is_left_out() -> None:
    assert whole_lines('{"a": 1}\n{"b":') == ['{"a": 1}']
    assert whole_lines("") == []
