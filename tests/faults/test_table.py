"""Every fault in the tables at once, met by one run of the real command, with healthy sources among them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from tests.faults import table_answers, table_documents, table_entries, table_kinds, table_packing, table_wires
from tests.faults.judging import complaints
from tests.faults.rows import GOOD, Row
from tests.faults.running import Run, fetched
from tests.faults.server import Server, serving

SETTINGS = """
[fetch]
timeout = "4s"
read_timeout = "2s"
connect_timeout = "2s"
parse_time = "3s"
max_size = "2MB"
allow_networks = ["127.0.0.0/8"]
per_host = 2
"""
TABLES = (table_answers, table_wires, table_packing, table_documents, table_entries, table_kinds)
ROWS = tuple(row for table in TABLES for row in table.ROWS)
HEALTHY = tuple(Row(f"Healthy {number}", GOOD, items=2) for number in range(20))
# An address for each: no row waits for another.
ADDRESSES = {row.id: f"127.0.{1 + number // 200}.{1 + number % 200}" for number, row in enumerate(ROWS)}
ADDRESSES |= {row.id: f"127.0.9.{1 + number}" for number, row in enumerate(HEALTHY)}
LONGEST = 40.0  # seconds: those who stall take 4 each, 32 at a time; those who are slow to read 4 each, 2 at a time
MOST = 500  # megabytes


def mixed() -> Iterator[Row]:
    """The rows, with the healthy ones spread among them."""
    step = len(ROWS) // len(HEALTHY)
    for number, row in enumerate(ROWS):
        if number % step == 0 and number // step < len(HEALTHY):
            yield HEALTHY[number // step]
        yield row


def feeds(server: Server) -> str:
    tables = (
        f'[[source]]\nid = "{row.id}"\nurl = "{server.url(ADDRESSES[row.id])}"\n{row.settings}\n' for row in mixed()
    )
    return SETTINGS + "".join(tables)


def test_tables_are_sound() -> None:
    names = Counter(row.id for row in mixed())
    assert len(ROWS) >= 80
    assert names.total() == len(ROWS) + len(HEALTHY)
    assert [name for name, uses in names.items() if uses > 1] == []


# One test for all rows: processes that run the tests side by side would each fetch for a part of them.
def test_one_run_of_the_command_gets_every_row_right(tmp_path: Path) -> None:
    with serving({ADDRESSES[row.id]: row.site for row in mixed()}) as server:
        run = fetched(tmp_path, feeds(server), 2 * LONGEST)
        found = [f"{row.name}: {what}" for row in mixed() for what in complaints(row, run)]
        found += [f"{row.name}: {path} was asked for" for row, path in asked_in_vain(server)]
    found += [] if run.code == 1 else [f"the exit code is {run.code}"]
    found += [] if run.peak < MOST else [f"the processes took {run.peak:.0f} MB"]
    found += [] if run.seconds < LONGEST else [f"the run took {run.seconds:.1f} s"]
    assert not found, "\n".join([*found, last_lines(run)])
    assert sum(run.sources[row.id]["items"] for row in HEALTHY) == 2 * len(HEALTHY)


def asked_in_vain(server: Server) -> Iterator[tuple[Row, str]]:
    """What was asked for that nobody should have asked for."""
    return ((row, path) for row in ROWS for path in row.not_asked if server.asked(ADDRESSES[row.id], path))


def last_lines(run: Run) -> str:
    return "\n".join(run.out.splitlines()[-3:])
