"""What it costs to follow many sources, beside the library `reader`.

    python benchmarks/fetch.py [FOLDER] [--sources N] [--rounds N] [--latency SECONDS]

The documents of FOLDER are made into N sources with ids and links of their own, each at an address of its own on
loopback. Three pulls: the first one, one in which nothing is new (304 everywhere), one in which each source has one new
entry. Each is a fresh process of the command that a user would call, start and imports included; the programs take
turns; the table shows medians. CPU and memory are those of all processes together.

This program also sanitises, tags and indexes every item for search; `reader` keeps the whole content of an entry.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from measured import Cost, measured
from rich.console import Console
from rich.progress import track
from rich.table import Table
from server import Server, Site, sites
from stages import stages

DEMO = Path(__file__).resolve().parent.parent / "tests" / "data" / "demo"
PULLS = ("first pull", "all 304", "one new in each")
READER = """
import logging, sys
from reader import make_reader
logging.disable(logging.CRITICAL)
reader = make_reader(sys.argv[1])
for url in open(sys.argv[2]).read().split():
    reader.add_feed(url, exist_ok=True)
reader.update_feeds(workers=16, scheduled=False)
print(reader.get_entry_counts().total, "entries")
"""


def ours(place: Path, urls: list[str]) -> Cost:
    feeds = place / "feeds.toml"
    head = '[fetch]\nconcurrency = 64\nallow_networks = ["127.0.0.0/8"]\n'
    sources = (f'[[source]]\nid = "source-{number}"\nurl = "{url}"\n' for number, url in enumerate(urls))
    feeds.write_text(head + "".join(sources), encoding="utf-8")
    environment = {"AGGREGATOR_FEEDS": str(feeds), "AGGREGATOR_DATABASE_URL": f"sqlite:///{place}/ours.db"}
    return measured([sys.executable, "-m", "aggregator", "fetch", "--force"], environment)


def reader(place: Path, urls: list[str]) -> Cost:
    listed = place / "urls"
    listed.write_text("\n".join(urls), encoding="utf-8")
    return measured([sys.executable, "-c", READER, str(place / "reader.db"), str(listed)], {})


PROGRAMS = {"ours": ours, "reader": reader}


def pulls(made: list[Site], latency: float, rounds: int, programs: list[str]) -> Iterator[tuple[str, str, Cost]]:
    for number in track(range(rounds), f"latency {latency * 1000:.0f} ms", transient=True):
        for program in programs if number % 2 == 0 else programs[::-1]:
            with tempfile.TemporaryDirectory() as place:
                for pull in PULLS:
                    server = Server(made, 8800 + number, latency, grown=pull == PULLS[2])
                    with server:
                        yield program, pull, PROGRAMS[program](Path(place), [server.url(site) for site in made])


def table(title: str, costs: dict[tuple[str, str], list[Cost]]) -> Table:
    made = Table(title=title)
    for column in ("pull", "program", "seconds", "ratio", "CPU seconds", "ratio", "MB at the peak", "said"):
        made.add_column(column, justify="left" if column in ("pull", "program", "said") else "right")
    for (pull, program), found in costs.items():
        seconds, cpu, megabytes = (median(cost[field] for cost in found) for field in range(3))
        base = costs.get((pull, "reader"))
        ratios = ["-", "-"] if base is None else [
            f"{seconds / median(cost.seconds for cost in base):.2f}", f"{cpu / median(cost.cpu for cost in base):.2f}"
        ]  # fmt: skip
        said = found[-1].output.strip().splitlines()[-1]
        made.add_row(pull, program, f"{seconds:.2f}", ratios[0], f"{cpu:.2f}", ratios[1], f"{megabytes:.0f}", said)
    return made


def where_the_time_goes(whole: float, spent: Counter[str]) -> str:
    """A line on the first pull of ours: what is no stage is the network, the processes and their talk."""
    parts = [*spent.items(), ("start, network and processes", whole - spent.total())]
    return "first pull, CPU seconds: " + ", ".join(f"{name} {seconds:.1f}" for name, seconds in parts)


def main() -> None:
    arguments = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    arguments.add_argument("folder", nargs="?", type=Path, default=DEMO, help="documents; sample feeds if left out")
    arguments.add_argument("--sources", type=int, default=500, help="how many sources are made of them (500)")
    arguments.add_argument("--rounds", type=int, default=3, help="how often each program pulls (3)")
    arguments.add_argument("--latency", type=float, nargs="*", default=[0.0, 0.2], help="seconds per answer (0 0.2)")
    arguments.add_argument("--only", choices=PROGRAMS, help="leave the other program out")
    options = arguments.parse_args()
    made = sites(options.folder, options.sources)
    programs = [options.only] if options.only else list(PROGRAMS)
    for latency in options.latency:
        costs: dict[tuple[str, str], list[Cost]] = {}
        for program, pull, cost in pulls(made, latency, options.rounds, programs):
            costs.setdefault((pull, program), []).append(cost)
        costs = dict(sorted(costs.items(), key=lambda row: PULLS.index(row[0][0])))
        title = f"{len(made)} sources, {latency * 1000:.0f} ms latency, median of {options.rounds}; ratios to reader"
        Console(width=160).print(table(title, costs))
        if whole := costs.get(("first pull", "ours")):
            print(where_the_time_goes(median(cost.cpu for cost in whole), stages(made)))


if __name__ == "__main__":
    main()
