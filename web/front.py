"""The front page's order: which column and which section an item belongs to. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from aggregator.model import StoredItem, Tier

COLUMNS = {"cn": "China", "us": "United States"}
SECTIONS = {"policy": "Policy", "release": "Releases"}


@dataclass
class Front:
    """A day's items: by column and section, those of both countries or neither, and other AI news."""

    columns: dict[str, dict[str, list[StoredItem]]] = field(
        default_factory=lambda: {column: {section: [] for section in SECTIONS} for column in COLUMNS}
    )
    both: list[StoredItem] = field(default_factory=list)
    more: list[StoredItem] = field(default_factory=list)

    def count(self, column: str) -> int:
        return sum(len(items) for items in self.columns[column].values())


def arrange(items: Iterable[StoredItem]) -> Front:
    """Core items side by side, adjacent ones below; the order inside a section is that of the items."""
    front = Front()
    for item in items:
        column = column_of(item)
        if item.tier is not Tier.CORE:
            front.more.append(item)
        elif column:
            front.columns[column][section_of(item)].append(item)
        else:
            front.both.append(item)
    return front


def column_of(item: StoredItem) -> str:
    """China or the United States; "" for both or neither.

    An item that names both belongs to the one that its title names: a Chinese model measured against an American one
    is Chinese news.
    """
    named = {
        tag.slug: any(words.field == "title" for words in tag.evidence) for tag in item.tags if tag.axis == "region"
    }
    ours = {column: in_title for column, in_title in named.items() if column in COLUMNS}
    in_title = [column for column, said in ours.items() if said]
    if len(ours) == 1:
        return next(iter(ours))
    return in_title[0] if len(in_title) == 1 else ""


def section_of(item: StoredItem) -> str:
    """Policy, unless the item is a release as well and its title names a model."""
    topics = item.slugs("topic")
    if "policy" in topics and "release" in topics:
        models = [tag for tag in item.tags if tag.axis == "model"]
        named = any(words.field == "title" for tag in models for words in tag.evidence)
        return "release" if named else "policy"
    return "release" if "release" in topics else "policy"
