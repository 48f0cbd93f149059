"""The taxonomy, read once a session: it stays the same, and to read it takes longer than most tests do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from aggregator.tagging import Taxonomy, load_taxonomy

_PLACES = ("aggregator.tagging.load_taxonomy", "aggregator.cli.tagging.load_taxonomy")


@contextmanager
def read_once() -> Iterator[None]:
    """Services and commands inside the block share the taxonomies that they would each have read."""
    read: dict[str, Taxonomy] = {}

    def load(*extensions: object) -> Taxonomy:
        words = repr(extensions)
        if words not in read:
            read[words] = load_taxonomy(*extensions)  # type: ignore[arg-type]
        return read[words]

    with pytest.MonkeyPatch.context() as monkeypatch:
        for place in _PLACES:
            monkeypatch.setattr(place, load)
        yield
