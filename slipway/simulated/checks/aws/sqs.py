"""Queues."""

from __future__ import annotations

from slipway.simulated.checks.aws.messages import judge_queue

INPUTS = {"Queue": judge_queue}
