"""What tagging costs per item, beside the bare search for names.

    python benchmarks/tag.py [FOLDER] [--rounds N]

The feed documents of FOLDER are read and made into items as a fetch does it. Then each program looks through the title
and the plain text of every item, in one thread; they take turns, and the table shows medians of the thread's CPU time.
The first pass of each is not timed: it counts what is found. The start is measured in fresh processes.

They do not do the same work: this program also looks for phrases, applies the rules of doubtful names, reads versions
and scores topics. The others search for its names in small letters: pyahocorasick has no word edges and reports what
overlaps; the regular expression and flashtext2 have edges and report the longest.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

import ahocorasick
from ingest import DEMO, documents_of
from rich.console import Console
from rich.progress import track
from rich.table import Table

from aggregator.model import Item, Page, Source, Tagging
from aggregator.refresh.normalise import normalise
from aggregator.refresh.reading import read
from aggregator.tagging import Extensions, Tagger, tagger_for

BAR = 100  # µs an item
START_BAR = 300  # ms
BASE = "pyahocorasick"
START = """
import time
times = [(time.perf_counter(), time.process_time())]
from aggregator.tagging import Extensions, tagger_for
times.append((time.perf_counter(), time.process_time()))
tagger_for(Extensions())
times.append((time.perf_counter(), time.process_time()))
print(*(last - first for start in times[1::-1] for first, last in zip(start, times[2])))
"""


class Program(NamedTuple):
    find: Callable[[Item], Any]
    hits: Callable[[Any], int]  #: how many names an answer of `find` holds


class Start(NamedTuple):
    """Seconds from before the tagger's making, and from before the imports, to its end."""

    made: float
    made_cpu: float
    imported: float
    imported_cpu: float


def items_of(folder: Path) -> Iterator[Item]:
    now = datetime.now(UTC)
    for path in documents_of(folder):
        source = Source(path.stem, f"https://{path.stem}.example/feed", path.stem)
        reading = read(source, Page(source.url, path.read_bytes()), now)
        yield from (normalise(found, source, source.url, reading.lang, now) for found in reading.entries)


def patterns_of(tagger: Tagger) -> tuple[list[str], list[str]]:
    """The names and the phrases that the tagger's automaton looks for, folded."""
    meanings = {pattern: meaning[-2:] for pattern, meaning in tagger._automaton._all.items()}
    names = [pattern for pattern, (found, _) in meanings.items() if any(name.axis for name in found)]
    return sorted(names), [pattern for pattern, (_, phrase) in meanings.items() if phrase]


def ours(tagger: Tagger) -> Program:
    def hits(tagging: Tagging) -> int:
        words = (words for tag in tagging.tags for words in tag.evidence)
        return len({words[:3] for words in words if words.rule.startswith(("name", "guarded name"))})

    return Program(lambda item: tagger.tag(item.title, item.text), hits)


def bare_automaton(names: Iterable[str]) -> Program:
    automaton = ahocorasick.Automaton()
    for name in names:
        automaton.add_word(name, name)
    automaton.make_automaton()
    return Program(lambda item: list(automaton.iter(text_of(item).lower())), len)


def expression(names: Iterable[str]) -> Program:
    """Longest first. Latin names stand at word edges; the others need none."""
    edge = "[a-z0-9]"
    latin: list[str] = []
    others: list[str] = []
    for name in sorted(names, key=len, reverse=True):
        closed = re.escape(name) + (f"(?!{edge})" if re.match(edge, name[-1]) else "")
        (latin if re.match(edge, name) else others).append(closed)
    pattern = re.compile(f"(?<!{edge})(?:{'|'.join(latin)})|{'|'.join(others)}")
    return Program(lambda item: pattern.findall(text_of(item).lower()), len)


def flashtext2(names: Iterable[str]) -> Program:
    from flashtext2 import KeywordProcessor

    processor = KeywordProcessor(case_sensitive=False)
    processor.add_keywords_from_iter(names)
    return Program(lambda item: processor.extract_keywords(text_of(item)), len)


def text_of(item: Item) -> str:
    return f"{item.title}\n{item.text}"


def seconds(program: Program, items: Collection[Item]) -> float:
    find = program.find
    started = time.thread_time()
    for item in items:
        find(item)
    return time.thread_time() - started


def start() -> Start:
    done = subprocess.run([sys.executable, "-c", START], capture_output=True, text=True, check=True)
    return Start(*map(float, done.stdout.split()))


def costs(programs: dict[str, Program], groups: list[list[Item]], rounds: int) -> dict[str, list[float]]:
    """Microseconds an item: of all, and of each group (0 if it is empty)."""
    passes: dict[str, list[list[float]]] = {name: [] for name in programs}
    for number in track(range(rounds), "items", transient=True):
        for name in list(programs) if number % 2 == 0 else list(programs)[::-1]:
            passes[name].append([seconds(programs[name], group) for group in groups])
    counts = [sum(map(len, groups)), *map(len, groups)]
    return {
        name: [
            median(column) / (count or 1) * 1e6
            for column, count in zip(zip(*((sum(row), *row) for row in found), strict=True), counts, strict=True)
        ]
        for name, found in passes.items()
    }


def cost_table(found: dict[str, list[float]], groups: list[list[Item]], hits: dict[str, int], rounds: int) -> Table:
    """What each program costs, and what it finds."""
    made = Table(title=f"One thread, median of {rounds} rounds", caption=f"Ratios are to {BASE}.")
    for column in ("program", "µs an item", "bar", "ratio", "µs, Chinese", "µs, others", "names found"):
        made.add_column(column, justify="left" if column == "program" else "right")
    for name, (mean, *split) in found.items():
        others, chinese = (f"{cost:.1f}" if group else "-" for cost, group in zip(split, groups, strict=True))
        bar, ratio = str(BAR) if name == "ours" else "", f"{mean / found[BASE][0]:.2f}"
        made.add_row(name, f"{mean:.1f}", bar, ratio, chinese, others, f"{hits[name]:,}")
    if "flashtext2" not in found:
        made.add_row("flashtext2", "not installed")
    return made


def start_table(rounds: int) -> Table:
    """What it costs until the first item can be tagged."""
    starts = [start() for _ in track(range(rounds), "start", transient=True)]
    wall, cpu, wall_all, cpu_all = (f"{median(column) * 1000:.0f}" for column in zip(*starts, strict=True))
    made = Table(title=f"Start of ours, median of {rounds} fresh processes")
    for column in ("", "ms", "CPU ms", "bar, ms"):
        made.add_column(column, justify="right" if column else "left")
    made.add_row("taxonomy and automaton", wall, cpu, str(START_BAR))
    made.add_row("with imports", wall_all, cpu_all, "")
    return made


def main() -> None:
    arguments = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    arguments.add_argument("folder", nargs="?", type=Path, default=DEMO, help="documents; sample feeds if left out")
    arguments.add_argument("--rounds", type=int, default=15, help="how often each program looks through them (15)")
    options = arguments.parse_args()
    console = Console(width=120, highlight=False)

    items = list(items_of(options.folder))
    groups = [[item for item in items if (item.lang == "zh") == chinese] for chinese in (False, True)]
    if not items:
        raise SystemExit(f"{options.folder} holds no items")
    tagger = tagger_for(Extensions())
    names, phrases = patterns_of(tagger)
    programs = {"ours": ours(tagger), BASE: bare_automaton(names), "re": expression(names)}
    try:
        programs["flashtext2"] = flashtext2(names)
    except ImportError as error:
        console.print(f"flashtext2 is left out ({error}). To compare: pip install flashtext2")
    hits = {name: sum(program.hits(program.find(item)) for item in items) for name, program in programs.items()}

    console.print(cost_table(costs(programs, groups, options.rounds), groups, hits, options.rounds))
    console.print(start_table(options.rounds))
    letters = sum(len(text_of(item)) for item in items) / len(items)
    console.print(
        f"{len(items):,} items ({len(groups[1]):,} Chinese) of {letters:,.0f} characters on average, "
        f"{len(names):,} names (with hyphens and without), {len(phrases):,} phrases."
    )


if __name__ == "__main__":
    main()
