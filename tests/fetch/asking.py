"""A fetcher that may go to loopback, and one question put to it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from aggregator.fetch import Fetcher, FetchPolicy
from aggregator.model import Outcome, Validators
from tests.fetch.server import Answer, Server

NOW = datetime(2025, 3, 16, 12, 0, tzinfo=UTC)
FEED = b"<rss version='2.0'><channel><title>T</title></channel></rss>"
LIMIT = 10_000


def policy(**values: Any) -> FetchPolicy:
    usual = {
        "timeout": timedelta(seconds=5), "pause": timedelta(0), "max_size": LIMIT, "allow_networks": ("127.0.0.0/8",),
    }  # fmt: skip
    return FetchPolicy(**(usual | values))


def fetcher(**values: Any) -> Fetcher:
    return Fetcher(policy(**values), clock=lambda: NOW)


def ask(answers: Mapping[str, Answer], validators: Validators = Validators(), **values: Any) -> Outcome:
    """What comes of one request for "/"."""

    async def scene() -> Outcome:
        async with Server(answers) as server, fetcher(**values) as asking:
            return await asking.fetch(server.url(), validators)

    return asyncio.run(scene())


def ask_for(url: str, **values: Any) -> Outcome:
    async def scene() -> Outcome:
        async with fetcher(**values) as asking:
            return await asking.fetch(url)

    return asyncio.run(scene())
