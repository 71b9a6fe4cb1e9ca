"""Names of topics and queues that keep an order, and whom topics tell."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from slipway.simulated.checks.asked import ApiError, Refusal
from slipway.simulated.structs import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slipway.simulated.checks.asked import Asked
    from slipway.simulated.cloud import Cloud

_ORDERED = ".fifo"
_LONGEST_QUEUE, _LONGEST_TOPIC = 80, 256
_ENDPOINTS = {
    "email": (r"[^@\s]+@[^@\s]+", "Email address"),
    "email-json": (r"[^@\s]+@[^@\s]+", "Email address"),
    "firehose": (r"arn:aws[^:]*:firehose:.*", "Firehose endpoint ARN"),
    "http": (r"http://.*", "Endpoint must match the specified protocol"),
    "https": (r"https://.*", "Endpoint must match the specified protocol"),
    "lambda": (r"arn:aws[^:]*:lambda:.*", "Lambda endpoint ARN"),
    "sms": (r"\+?[0-9 ()\-]{5,}", "SMS endpoint"),
    "sqs": (r"arn:aws[^:]*:sqs:.*", "SQS endpoint ARN"),
}


def judge_topic(asked: Asked) -> Iterator[Refusal]:
    """A topic that keeps an order says so in its name, and no other."""
    yield from _judge(asked, "fifoTopic", "topic", _LONGEST_TOPIC)
    if asked.sure("contentBasedDeduplication") and not asked.inputs.get("fifoTopic"):
        yield Refusal("content-based deduplication can only be set for FIFO topics")


def judge_queue(asked: Asked) -> Iterator[Refusal]:
    """A queue that keeps an order says so in its name, and no other."""
    yield from _judge(asked, "fifoQueue", "queue", _LONGEST_QUEUE)
    if asked.sure("contentBasedDeduplication") and not asked.inputs.get("fifoQueue"):
        yield Refusal("content-based deduplication can only be set for FIFO queue")


def check_subscription(asked: Asked, _cloud: Cloud) -> None:
    """Whoever is told can be told in that way."""
    pattern, words = _ENDPOINTS.get(asked.text("protocol"), ("", ""))
    endpoint = asked.text("endpoint")
    if pattern and endpoint and not re.fullmatch(pattern, endpoint):
        raise ApiError(f"InvalidParameter: Invalid parameter: {words}")


def _judge(asked: Asked, flag: str, words: str, longest: int) -> Iterator[Refusal]:
    """Only a new name is judged: no other can be changed."""
    name, ordered = asked.text("name"), asked.inputs.get(flag)
    if not name or asked.old or ordered == UNKNOWN:
        return
    ending = _ORDERED if ordered else ""
    if not re.fullmatch(rf"[0-9A-Za-z_\-]{{1,{longest - len(ending)}}}{re.escape(ending)}", name):
        yield Refusal(f"invalid {words} name: {name}")
