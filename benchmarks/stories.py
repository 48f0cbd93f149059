"""What grouping costs per item while items stream in for months, and how much memory it takes.

    python benchmarks/stories.py [LABELLED.jsonl] [--items N]

The events of LABELLED.jsonl (objects with title, summary, source, lang), or of the sample feeds, are told again
and again under other dates: each time some of their words are replaced by words from an invented vocabulary in which
few words are common and most are rare, as in a language. Items are tagged beforehand: tagging is not timed. Times are
CPU times of the thread.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from ingest import DEMO
from rich.console import Console
from rich.table import Table
from tag import items_of

from aggregator.model import Dispatch
from aggregator.stories import Grouper, glossary
from aggregator.tagging import Extensions, tagger_for

BAR = 2000  # items a second
SLOWDOWN = 1.5  # time per item at the end, beside that at the 10,000th
BATCH = 100
EARLY, SPAN = 10_000, 5_000  # where the time is taken first, and over how many items
START = datetime(2026, 1, 1, tzinfo=UTC)
EVERY = timedelta(minutes=1.5)
SYLLABLES = ["ba", "de", "fi", "go", "lu", "ka", "me", "ni", "po", "ru", "sa", "te", "vi", "xo", "za"]
CHANGED = 0.4  # of the words


class Done(NamedTuple):
    seconds: list[float]  #: of each batch
    stories: int  #: that were begun
    widest: int  #: stories open at once
    held: list[float]  #: megabytes after each batch


def templates(path: Path | None) -> list[Dispatch]:
    """Tagged texts to make items of."""
    tagger = tagger_for(Extensions())
    records: list[dict[str, Any]]
    if path:
        records = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    else:
        records = [{"title": item.title, "summary": item.text, "lang": item.lang} for item in items_of(DEMO)]
    made = []
    for number, record in enumerate(records):
        tags = tagger.tag(record["title"], record["summary"]).tags
        source = record.get("source", f"source {number % 40}")
        made.append(Dispatch(number, record["title"], record["summary"], source, "", START, record["lang"], "", tags))
    return made


def stream(texts: list[Dispatch], count: int) -> Iterator[list[Dispatch]]:
    """Batches of items: texts with other words, a minute and a half apart."""
    draw = random.Random(1)
    batch: list[Dispatch] = []
    for number in range(count):
        text = draw.choice(texts)
        title, body = (varied(part, text.lang, draw) for part in (text.title, text.text))
        batch.append(text._replace(id=number, title=title, text=body, dated=START + EVERY * number))
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def varied(text: str, lang: str, draw: random.Random) -> str:
    """A text with some of its words, or of its characters, replaced by others."""
    if lang == "zh":
        return "".join(chr(draw.randint(0x4E00, 0x8FFF)) if draw.random() < CHANGED else char for char in text)
    return " ".join(word_of(draw) if draw.random() < CHANGED else word for word in text.split())


def word_of(draw: random.Random) -> str:
    rank = int(draw.paretovariate(0.5)) % 1_000_000
    syllables = []
    while rank or not syllables:
        rank, syllable = divmod(rank, len(SYLLABLES))
        syllables.append(SYLLABLES[syllable])
    return "".join(syllables)


def grouped(texts: list[Dispatch], count: int) -> Done:
    grouper = Grouper(glossary())
    seconds, held, stories, widest = [], [], 0, 0
    for batch in stream(texts, count):
        started = time.thread_time()
        memberships = grouper.add(batch)
        seconds.append(time.thread_time() - started)
        stories += sum(membership.story == membership.item for membership in memberships)
        widest = max(widest, len(grouper))
        held.append(megabytes())
    return Done(seconds, stories, widest, held)


def megabytes() -> float:
    """What this process holds now, the texts to make items of included."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1e6


def micros(seconds: list[float]) -> float:
    return median(seconds) / BATCH * 1e6


def main() -> None:
    arguments = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    arguments.add_argument("labelled", nargs="?", type=Path, help="texts; the sample feeds if left out")
    arguments.add_argument("--items", type=int, default=100_000, help="how many items stream in (100,000)")
    options = arguments.parse_args()
    texts = templates(options.labelled)
    done = grouped(texts, options.items)
    early = micros(done.seconds[EARLY // BATCH : (EARLY + SPAN) // BATCH] or done.seconds)
    late = micros(done.seconds[-SPAN // BATCH :])
    rows = Table(title=f"{options.items:,} items in {EVERY * options.items / timedelta(days=1):.0f} days, one thread")
    for column in ("", "measured", "bar"):
        rows.add_column(column, justify="right" if column else "left")
    rows.add_row("items a second", f"{options.items / sum(done.seconds):,.0f}", f"≥ {BAR:,}")
    rows.add_row(f"µs an item, from the {EARLY:,}th", f"{early:.0f}", "")
    rows.add_row("µs an item, at the end", f"{late:.0f}", "")
    rows.add_row("slower by", f"× {late / early:.2f}", f"≤ {SLOWDOWN}")
    rows.add_row(f"MB of the process, at the {EARLY:,}th", f"{done.held[: EARLY // BATCH][-1]:.0f}", "")
    rows.add_row("MB of the process, at the end", f"{done.held[-1]:.0f}", "")
    rows.add_row("stories", f"{done.stories:,}", "")
    rows.add_row("stories open at most", f"{done.widest:,}", "")
    Console(width=120, highlight=False).print(rows)


if __name__ == "__main__":
    main()
