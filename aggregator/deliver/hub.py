"""Telling a WebSub hub that feeds have changed. The answer is always a value.

How a publisher does that, WebSub (section 7) leaves to the two; hubs expect what PubSubHubbub 0.3 (section 7.1) says: a
form with hub.mode and, once for each feed, hub.url.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from http import HTTPStatus
from urllib.parse import urlencode

from aggregator.deliver import hook
from aggregator.fetch.policy import FetchPolicy
from aggregator.fetch.post import post
from aggregator.model.delivery import Attempt

_LATER = (0, HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS)  # 0: no answer


def ping(hub: str, feeds: Iterable[str], policy: FetchPolicy, now: datetime) -> Attempt:
    """Tells the hub of feeds, in one post. What it refuses is not sent again: the next news brings another ping."""
    body = urlencode([("hub.mode", "publish"), *(("hub.url", feed) for feed in feeds)]).encode()
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    receipt = post(hub, body, headers, hook.quick(policy), now)
    outcome = hook.outcome(receipt)
    refused = not receipt.accepted and receipt.status < HTTPStatus.INTERNAL_SERVER_ERROR
    return replace(outcome, final=True) if refused and receipt.status not in _LATER else outcome
