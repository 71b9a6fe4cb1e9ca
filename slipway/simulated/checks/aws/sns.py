"""Topics and their subscriptions."""

from __future__ import annotations

from slipway.simulated.checks.aws.messages import check_subscription, judge_topic

INPUTS = {"Topic": judge_topic}
CREATING = {"TopicSubscription": check_subscription}
