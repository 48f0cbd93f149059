"""A story posted to a webhook, signed. The answer is always a value."""

from __future__ import annotations

import hmac
from dataclasses import replace
from datetime import datetime, timedelta
from http import HTTPStatus

from aggregator.fetch.policy import FetchPolicy
from aggregator.fetch.post import Receipt, post
from aggregator.model.delivery import Attempt

_LONGEST = timedelta(minutes=1)  # whatever sources may take: less than a claim lasts
_LATER = (
    HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.GATEWAY_TIMEOUT,
)  # fmt: skip


def send(url: str, event: str, body: bytes, secret: str, policy: FetchPolicy, now: datetime) -> Attempt:
    """Posts the body; `event` is its id, the same however often it is sent."""
    at = str(int(now.timestamp()))
    headers = {
        "Content-Type": "application/json",
        "X-Wire-Event": event,
        "X-Wire-Timestamp": at,
        "X-Wire-Signature": f"sha256={signature(secret, at, body)}",
    }
    return outcome(post(url, body, headers, quick(policy), now))


def quick(policy: FetchPolicy) -> FetchPolicy:
    return replace(policy, timeout=min(policy.timeout, _LONGEST))


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """HMAC-SHA256 (RFC 2104) over the time and the body, in hex: nobody can put an old body under a new time."""
    return hmac.digest(secret.encode(), timestamp.encode() + b"." + body, "sha256").hex()


def outcome(receipt: Receipt) -> Attempt:
    """What an answer means: only 410 says that nothing is wanted here any more. Anything else may be mended."""
    if receipt.accepted:
        return Attempt(delivered=True)
    reason = receipt.reason
    if HTTPStatus.MULTIPLE_CHOICES <= receipt.status < HTTPStatus.BAD_REQUEST:
        reason += "; redirects are not followed, write the new address into feeds.toml"
    gone = receipt.status == HTTPStatus.GONE
    busy = not receipt.status or receipt.status in _LATER
    return Attempt(reason=reason, final=gone, affects_all=gone or busy, wait=receipt.wait)
