"""Where what came of a row is not what must come of it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import datetime

from tests.faults.rows import EITHER, Row
from tests.faults.running import Run


def complaints(row: Row, run: Run) -> Iterator[str]:
    yield from _state(row, run)
    items = run.items.get(row.id, [])
    if items or row.status != EITHER:
        yield from _listed("titles", row.titles, [str(item["title"]) for item in items])
        yield from _listed("dates", row.dates, [str(item["published"]) for item in items])
        yield from _listed("links", row.links, [str(item["link"])[::-1] for item in items], backwards=True)
        words = json.dumps([(item["title"], item["summary"]) for item in items], ensure_ascii=False)
        yield from (f"{held!r} is not stored: {words[:300]}" for held in row.holds if held not in words)
    stored = json.dumps([*items, run.sources[row.id]["error"]], ensure_ascii=False)
    yield from (f"{lacked!r} is stored: {stored[:300]}" for lacked in row.lacks if lacked in stored)


def _state(row: Row, run: Run) -> Iterator[str]:
    source = run.sources[row.id]
    status, number, error = source["status"], source["items"], source["error"] or ""
    wanted = [(row.status, row.items)] if row.status != EITHER else [("ok", row.items), ("error", 0)]
    words = (row.words,) if isinstance(row.words, str) else row.words
    told = not error if status == "ok" else any(said and said in error for said in words)
    if (status, number) not in wanted or not told:
        yield f"{status}, {number} items, {error!r}"
    if row.wait:
        wait = datetime.fromisoformat(source["next_look"]).timestamp() - run.ended
        if not row.wait[0] - run.seconds <= wait <= row.wait[1]:
            yield f"the next look is in {wait:.0f} seconds"


def _listed(what: str, wanted: Sequence[str], found: Sequence[str], *, backwards: bool = False) -> Iterator[str]:
    """Each must begin with what is wanted, or end with it where it stands backwards; "" wants nothing at all."""
    starts = [text[::-1] if backwards else text for text in wanted]
    fits = len(found) == len(starts) and all(
        text.startswith(start) and bool(text) == bool(start) for text, start in zip(found, starts, strict=True)
    )
    if wanted and not fits:
        yield f"the {what} are {[text[::-1] if backwards else text for text in found]}"
