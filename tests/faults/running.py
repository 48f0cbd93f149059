"""One run of `aggregator fetch` over many sources, what it stored, and what it took."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.processes import descendants

ROOT = Path(__file__).parent.parent.parent
_PSS = re.compile(r"^Pss:\s+(\d+) kB", re.MULTILINE)
_PAUSE = 0.1  # seconds between two looks at the memory


@dataclass(frozen=True)
class Run:
    """What came of a run."""

    code: int
    out: str
    seconds: float
    peak: float  #: megabytes of all its processes together, 0 where there is no /proc
    ended: float  #: on the clock of time.time
    sources: Mapping[str, Mapping[str, Any]]
    items: Mapping[str, Sequence[Mapping[str, Any]]]  #: by source, as they were stored


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "aggregator", *arguments]


def environment(folder: Path) -> dict[str, str]:
    return os.environ | {
        "AGGREGATOR_FEEDS": str(folder / "feeds.toml"),
        "AGGREGATOR_DATABASE_URL": f"sqlite:///{folder / 'aggregator.db'}",
        "PYTHONPATH": str(ROOT),
    }


def fetched(folder: Path, feeds: str, limit: float) -> Run:
    """Runs the command with these sources; it is killed after `limit` seconds."""
    (folder / "feeds.toml").write_text(feeds, encoding="utf-8")
    log, started, peak = folder / "fetch.log", time.monotonic(), 0.0
    with log.open("wb") as out:
        process = subprocess.Popen(
            command("fetch"), cwd=folder, env=environment(folder), stdout=out, stderr=subprocess.STDOUT
        )
        try:
            while process.poll() is None and time.monotonic() < started + limit:
                peak = max(peak, megabytes([process.pid, *descendants(process.pid)]))
                time.sleep(_PAUSE)
        finally:
            process.kill()
            process.wait()
    seconds, ended = time.monotonic() - started, time.time()
    items: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for item in sorted(map(json.loads, said(folder, "items", "--jsonl", "tier=all").splitlines()), key=_number):
        items[item["source"]].append(item)
    sources = {source["id"]: source for source in json.loads(said(folder, "sources", "--json"))}
    return Run(process.returncode, log.read_text(encoding="utf-8"), seconds, peak, ended, sources, items)


def said(folder: Path, *arguments: str) -> str:
    """What a command prints."""
    done = subprocess.run(command(*arguments), cwd=folder, env=environment(folder), capture_output=True, timeout=60)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()


def megabytes(pids: Sequence[int]) -> float:
    """What processes take together; what they share counts once."""
    total = 0
    for pid in pids:
        with suppress(OSError):  # it has ended meanwhile
            found = _PSS.search(Path(f"/proc/{pid}/smaps_rollup").read_text())
            total += int(found[1]) if found else 0
    return total / 1000


def _number(item: Mapping[str, Any]) -> int:
    return int(item["id"])
