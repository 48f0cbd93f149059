"""Who an entry is: within its source, and across all sources. Pure.

Within a source, in order:
1. the entry's own id
2. its link, where it has no id; with its title, where the document uses one link for several entries, unless it was
   called by the one or the other before
3. its title and date, where it has neither; with all that it says, where several are alike, and with a number, where
   they say the same

Ids and keys are made fit to be stored: without characters that a database refuses, and short enough for its indexes.

An id that a document uses for different links, or did before, is no id: the link is added to it. Entries that agree in
id and link are one entry that the document holds twice; the first is kept and the others are named as merged.

Across sources, in order:
1. the canonical link, if one entry of the document has it alone
2. the link with its fragment, if that is its alone (a changelog: one page, one anchor a release)
3. source and all that the entry says, for some sources make up a new id every time; source and entry id, where two
   entries of the document say the same
A site's front page identifies nothing.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from aggregator.model import Entry, Identity, Merged
from aggregator.text.html import storable
from aggregator.text.redirectors import page_link
from aggregator.text.urls import is_home_page, page_and_anchor, short

_ROOM = 21  # characters: a blank and a hash


def identify(
    source_id: str, entries: Sequence[Entry], base: str = "", familiar: Mapping[str, str] | None = None
) -> tuple[list[tuple[Identity, Entry]], list[Merged]]:
    """Every distinct entry with its identity, in the document's order, and the entries merged into them.

    `familiar` are the ids, with the fingerprints, of what the source showed when it was last read.
    """
    links = [page_link(entry.link, base) for entry in entries]
    ids = _entry_ids(entries, links, familiar or {})
    first: dict[str, int] = {}
    merged: list[Merged] = []
    for index, entry_id in enumerate(ids):
        if entry_id in first:
            merged.append(
                Merged(entries[index].title, entry_id, "same id and same link as an earlier entry of the document")
            )
        else:
            first[entry_id] = index
    kept = list(first.values())
    places = {index: page_and_anchor(links[index]) for index in kept if links[index]}
    uses = Counter(page for page, _ in places.values()), Counter(anchor for _, anchor in places.values())
    keys = {index: key for index, place in places.items() if (key := _shared_key(place, uses))}
    said = {index: fingerprint(entry) for index, entry in enumerate(entries) if index not in keys}
    alike, shown = Counter(said.values()), Counter(ids)
    for index in set(kept) & said.keys():
        alone = alike[said[index]] == shown[ids[index]] == 1  # else which one is meant would depend on their order
        keys[index] = own_key(source_id, said[index] if alone else ids[index])
    return [(Identity(ids[index], keys[index]), entries[index]) for index in kept], merged


def with_link(entry_id: str, link: str) -> str:
    """The id of an entry whose own id is not unique."""
    return short(f"{entry_id} {link}".strip())


def own_key(source_id: str, entry_id: str) -> str:
    """The key of an entry that no link identifies."""
    return f"{source_id}:{entry_id}"


def fingerprint(entry: Entry) -> str:
    """A hash of the raw entry: while it stays the same, nothing has to be done for the entry."""
    days = [str(day) for day in entry.key_dates if day]
    parts = (entry.title, entry.summary, entry.link, _lasting_date(entry), str(entry.updated), *days)
    return _hash("\x00".join(parts))


def _entry_ids(entries: Sequence[Entry], links: Sequence[str], familiar: Mapping[str, str]) -> list[str]:
    link_uses = Counter(links)
    titled = {entry_id.rpartition(" ")[0] for entry_id in familiar if " " in entry_id}
    alike = Counter(_text_id(entry) for entry, link in zip(entries, links, strict=True) if not (link or entry.id))
    same: Counter[str] = Counter()

    def without_id(entry: Entry, link: str) -> str:
        if link:
            alone = link_uses[link] == 1 and short(link, _ROOM) not in titled
            return _by_link(entry, link, familiar, alone=alone)
        text = _text_id(entry)
        text = text if alike[text] == 1 else f"{text} {fingerprint(entry)}"
        same[text] += 1
        return text if same[text] == 1 else f"{text} {same[text]}"

    said = [storable(entry.id).strip() or without_id(entry, link) for entry, link in zip(entries, links, strict=True)]
    pages: defaultdict[str, set[str]] = defaultdict(set)
    for entry_id, link in zip(said, links, strict=True):
        pages[entry_id].add(link)
    together = list(map(with_link, said, links))
    return [
        short(entry_id) if len(pages[entry_id]) == 1 and both not in familiar else both
        for entry_id, both in zip(said, together, strict=True)
    ]


def _shared_key(place: tuple[str, str], uses: tuple[Counter[str], Counter[str]]) -> str:
    """The page, or the anchor, if no other entry of the document has it."""
    for address, counted in zip(place, uses, strict=True):
        if counted[address] == 1 and not is_home_page(address):
            return short(address)
    return ""


def _by_link(entry: Entry, link: str, familiar: Mapping[str, str], *, alone: bool) -> str:
    as_before = familiar.get(short(link)) == fingerprint(entry)
    return link if alone or as_before else f"{short(link, _ROOM)} {_hash(entry.title)}"


def _text_id(entry: Entry) -> str:
    return _hash(f"{entry.title or entry.summary[:200]}\x00{_lasting_date(entry)}")


def _lasting_date(entry: Entry) -> str:
    return "" if entry.counted_back else str(entry.published)


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:20]
