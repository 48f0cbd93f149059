"""What an installation adds to the taxonomy, not validated yet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Extensions:
    """Tables that stand in feeds.toml, by axis, and the texts of more taxonomy files, by name.

    Equal ones make the same taxonomy, wherever they stand.
    """

    tables: Mapping[str, Iterable[dict[str, Any]]] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    name: str = field(default="feeds.toml", compare=False)  #: for messages, as are the lines
    lines: Mapping[tuple[str | int, ...], int] = field(default_factory=dict, compare=False)

    def __hash__(self) -> int:
        return hash((repr(self.tables), repr(self.texts)))
