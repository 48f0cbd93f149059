"""What a refresh works with: the network, the children that read, the store, and what feeds.toml wants."""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol

from sqlalchemy import Engine

from aggregator.model import Correction, Extensions, Limits, Outcome, Source, Validators
from aggregator.refresh.backlog import Backlog
from aggregator.refresh.store_thread import StoreThread

READER_MODULE = (
    "aggregator.refresh.reading"  # by name: it brings the parsers' libraries along, which a run of 304s needs not
)
READ_AHEAD = 16  # documents that are being read, tagged or stored


class Fetch(Protocol):
    async def __call__(
        self, url: str, validators: Validators = ..., *, robots: bool = ..., turn: Callable[[], Awaitable[None]] = ...,
        headers: Mapping[str, str] = ...,
    ) -> Outcome: ...  # fmt: skip


class Call(Protocol):
    """Calls a function of `refresh.reading`, in a child process or here; raises ParseError."""

    async def __call__(self, name: str, *values: Any) -> Any: ...


async def call_here(name: str, *values: Any) -> Any:
    """In this process: for documents of our own."""
    return getattr(importlib.import_module(READER_MODULE), name)(*values)


@dataclass(frozen=True)
class Context:
    """What a refresh works with."""

    store: StoreThread
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    call: Call = call_here
    limits: Limits = Limits()
    extensions: Extensions = Extensions()
    corrections: Mapping[str, Correction] = field(default_factory=dict)  #: by the items' keys
    headers: Callable[[Source, str], Mapping[str, str]] = lambda _source, _url: {}  #: that an address is asked with
    backlog: Backlog = field(default_factory=Backlog)
    # Documents wait for their turn as bytes: read ahead, they would take several times the memory.
    turns: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(READ_AHEAD))

    @property
    def db(self) -> Engine:
        return self.store.db
