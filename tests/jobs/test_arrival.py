"""In whatever order and portions reports arrive: the same digest; and once it is closed, the same bytes for ever."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aggregator.bootstrap import Environment, Service
from aggregator.digests import Period, parse_period
from aggregator.jobs import closing, grouping
from aggregator.model import Cutting, Digest, TaggedItem
from aggregator.store import digests, items
from aggregator.text.terms import searchable
from tests.fakes import START, Clock
from tests.jobs.conftest import FEEDS
from tests.samples import add_sources, make_changes, make_item, make_source
from tests.stories.samples import ACQUISITION, LAUNCH, RULING

HOUR = timedelta(hours=1)
SOURCES = ("wire", "gazette", "ministry")


def report(place: int, title: str) -> TaggedItem:
    made = make_item(f"r{place}", ["topic/policy"], title=title, summary="", published=START - place * HOUR)
    return replace(made, terms=searchable(title, ""))


REPORTS = tuple(report(place, title) for place, title in enumerate((*ACQUISITION, *RULING, *LAUNCH)))
SOURCE_OF = {made.item.link: SOURCES[place % len(SOURCES)] for place, made in enumerate(REPORTS)}
arrivals = st.tuples(st.permutations(REPORTS), st.sets(st.integers(1, len(REPORTS) - 1)))
unhurried = settings(
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


class Newsroom:
    """A service of its own, at which reports arrive."""

    def __init__(self, service: Service, clock: Clock) -> None:
        self.service, self.clock = service, clock
        add_sources(service.db, *map(make_source, SOURCES))
        period = parse_period("2025-03-16", ZoneInfo(service.config.site.timezone))
        assert period
        self.period: Period = period

    def receive(self, reports: Sequence[TaggedItem], cuts: Iterable[int] = ()) -> None:
        """Takes reports in portions: each source's part of a portion is a look at that source."""
        borders = [0, *sorted(cuts), len(reports)]
        for first, last in itertools.pairwise(borders):
            for source in SOURCES:
                some = tuple(r for r in reports[first:last] if SOURCE_OF[r.item.link] == source)
                items.apply(self.service.db, make_changes(source, self.clock(), new=some))
        grouping.group(self.service)

    def close(self) -> None:
        self.clock.advance(days=1)
        closing.close_digests(self.service)

    def cuttings(self) -> list[Cutting]:
        return digests.cuttings(self.service.db, self.period.start, self.period.end)


@contextmanager
def newsroom(template: Path, folder: Path) -> Iterator[Newsroom]:
    for file in folder.glob("arrival.db*"):
        file.unlink()
    shutil.copyfile(template, folder / "arrival.db")
    (folder / "feeds.toml").write_text(FEEDS, encoding="utf-8")
    clock = Clock()
    service = Service(Environment(folder / "feeds.toml", f"sqlite:///{folder}/arrival.db"), clock)
    try:
        yield Newsroom(service, clock)
    finally:
        service.db.dispose()


def told(digest: Digest) -> list[Any]:
    """What a digest says, in its order, without the numbers that the store gave to items and stories."""
    return [
        (piece.section, piece.column, piece.independent, piece.lead.title, {other.title for other in piece.others})
        for piece in digest.pieces
    ]


@pytest.fixture(scope="module")
def expected(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Any]:
    with newsroom(sqlite_template, tmp_path_factory.mktemp("expected")) as room:
        room.receive(REPORTS)
        found = told(digests.compiled(room.service.db, room.period))
    assert [len(piece[-1]) + 1 for piece in found] == [3, 2, 2]
    return found


@unhurried
@given(arrivals)
def test_the_digest_is_the_same_however_reports_arrived(
    sqlite_template: Path, tmp_path: Path, expected: list[Any], arrived: tuple[list[TaggedItem], set[int]]
) -> None:
    with newsroom(sqlite_template, tmp_path) as room:
        room.receive(*arrived)
        assert told(digests.compiled(room.service.db, room.period)) == expected


@unhurried
@given(arrivals, st.integers(1, len(REPORTS) - 1))
def test_what_arrives_after_the_closing_stands_below_only(
    sqlite_template: Path, tmp_path: Path, arrived: tuple[list[TaggedItem], set[int]], in_time: int
) -> None:
    reports, cuts = arrived
    with newsroom(sqlite_template, tmp_path) as room:
        room.receive(reports[:in_time])
        room.close()
        kept = digests.closed(room.service.db, room.period.name)
        late = reports[in_time:]
        room.receive(late, {cut for cut in cuts if cut < len(late)})
        room.close()
        assert digests.closed(room.service.db, room.period.name) == kept
        assert kept
        above = {cutting.item for piece in kept.digest.pieces for cutting in piece.cuttings}
        below = {cutting.title for cutting in room.cuttings() if cutting.item not in above}
        assert below == {report.item.title for report in late}
