"""Manners, as the log of a server shows them: the real pipeline, with a clock that moves when it is told to."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import Callable, Iterator
from email.utils import format_datetime
from pathlib import Path

import pytest

from aggregator import tagging
from aggregator.bootstrap import Environment, Service
from aggregator.jobs import fetching
from aggregator.tagging.load import read_taxonomy
from tests.fakes import START, Clock
from tests.faults.rows import FEED, GOOD, page
from tests.faults.running import command, environment
from tests.faults.server import Answer, Server, Site, Talk, serving
from tests.fetch.server import answer
from tests.jobs.conftest import TAXONOMY

HOST, OTHER = "127.0.5.1", "127.0.5.2"
SETTINGS = '[fetch]\ninterval = "30m"\nadaptive = false\nallow_networks = ["127.0.0.0/8"]\n'
SITEMAP = b'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>/1</loc></url></urlset>'
Serve = Callable[..., Service]


@pytest.fixture
def server() -> Iterator[Server]:
    with serving({}) as server:
        yield server


@pytest.fixture
def service(
    server: Server, tmp_path: Path, sqlite_url: str, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Serve]:
    """Makes a service with a source for every page of the sites, named after its path."""
    monkeypatch.setattr(tagging, "load_taxonomy", lambda added: read_taxonomy({"small.toml": TAXONOMY}, added))
    made: list[Service] = []

    def serve(sites: dict[str, Site], settings: str = "", more: str = "") -> Service:
        write(tmp_path, server, sites, settings, more)
        made.append(Service(Environment(tmp_path / "feeds.toml", sqlite_url), clock))
        made[0].prepare()
        return made[0]

    yield serve
    for found in made:
        found.db.dispose()


def write(folder: Path, server: Server, sites: dict[str, Site], settings: str = "", more: str = "") -> None:
    server.sites |= sites
    pages = [(address, path) for address, site in sites.items() for path in site if path != "/robots.txt"]
    tables = (
        f'[[source]]\nid = "{path[1:]}"\nurl = "{server.url(address, path)}"\n{more}\n' for address, path in pages
    )
    (folder / "feeds.toml").write_text(f"{SETTINGS}{settings}\n{''.join(tables)}", encoding="utf-8")


def look(service: Service, *ids: str) -> dict[str, str]:
    """A look at sources whether they are due or not; how it ended."""
    chosen = [source for source in service.config.sources if source.id in ids or not ids]
    return {report.source_id: str(report.status) for report in fetching.fetch(service, chosen)}


async def slowly(talk: Talk) -> None:
    """Long enough that another request would come meanwhile, if it was allowed to."""
    await asyncio.sleep(0.05)
    await talk.send(GOOD)


def many(number: int, plays: Answer = slowly) -> Site:
    return {f"/feed{name}": plays for name in range(number)}


@pytest.mark.parametrize("most", [1, 2, 3])
def test_a_host_is_never_asked_more_at_once_than_is_allowed(server: Server, service: Serve, most: int) -> None:
    found = look(service({HOST: many(10)}, f"per_host = {most}"))
    assert set(found.values()) == {"ok"}
    assert [len(server.log), max(request.at_once for request in server.log)] == [10, most]


def test_nor_by_two_processes_together(server: Server, tmp_path: Path, database_url: str) -> None:
    write(tmp_path, server, {HOST: many(20)}, "per_host = 2")
    values = environment(tmp_path) | {"AGGREGATOR_DATABASE_URL": database_url}
    both = [
        subprocess.Popen(command("fetch", *ids), cwd=tmp_path, env=values, stdout=subprocess.DEVNULL)
        for ids in ([f"feed{number}" for number in half] for half in (range(10), range(10, 20)))
    ]
    assert [process.wait(60) for process in both] == [0, 0]
    assert [len(server.log), max(request.at_once for request in server.log)] == [20, 2]


def test_nor_by_redirects_from_elsewhere(server: Server, service: Serve) -> None:
    moved = answer(302, Location=server.url(HOST, "/well"))
    server.sites[HOST] = {"/well": slowly}
    assert set(look(service({OTHER: many(10, moved)}, "per_host = 2")).values()) == {"ok"}
    assert max(request.at_once for request in server.asked(HOST, "/well")) == 2


def test_a_busy_host_costs_another_nothing(server: Server, service: Serve) -> None:
    look(service({HOST: many(10), OTHER: {"/other": GOOD}}, "per_host = 1"))
    assert [request.address for request in server.log].index(OTHER) <= 2


def farm(server: Server, site: Site) -> dict[str, Site]:
    """Each page of a site at a host of its own."""
    server.sites["127.0.0.1"] = site
    return {f"{path[1:]}.farm.localhost": {path: answer} for path, answer in site.items()}


@pytest.mark.parametrize(("groups", "most"), [([], 4), (["localhost.example", "farm.localhost"], 1)])
def test_hosts_of_one_group_are_asked_as_one(server: Server, service: Serve, groups: list[str], most: int) -> None:
    look(service(farm(server, many(4)), f"per_host = 1\nhost_groups = {groups}"))
    assert [len(server.log), max(request.at_once for request in server.log)] == [4, most]


@pytest.mark.parametrize(("groups", "then"), [([], "ok"), (["farm.localhost"], "error")])
def test_and_left_alone_as_one(server: Server, service: Serve, groups: list[str], then: str) -> None:
    refusal = answer(429, Retry_After="3600")
    site = {"/one": refusal, "/two": refusal, "/three": GOOD, "/four": GOOD}
    followed = service(farm(server, site), f"per_host = 1\nhost_groups = {groups}")
    assert look(followed, "one", "two") == {"one": "error", "two": "error"}
    assert look(followed, "three", "four") == {"three": then, "four": then}


@pytest.mark.parametrize(
    ("status", "wait"), [(429, "7200"), (503, "7200"), (429, format_datetime(START.replace(hour=14), usegmt=True))]
)
def test_no_request_comes_before_retry_after_has_passed(
    server: Server, service: Serve, clock: Clock, status: int, wait: str
) -> None:
    refusing = service({HOST: {"/feed": answer(status, Retry_After=wait)}})
    came = []
    for minutes in range(0, 200, 10):
        fetching.refresh_due(refusing)
        came += [minutes] * (len(server.log) - len(came))
        clock.advance(minutes=10)
    assert came[0] == 0
    assert 120 <= came[1] <= 140  # a tenth is added, so that not all come at once
    assert len(came) == 2


def test_looks_are_conditional_but_for_one_a_week(server: Server, service: Serve, clock: Clock) -> None:
    async def play(talk: Talk) -> None:
        current = talk.request.headers.get("if-none-match") == '"1"'
        await talk.send(
            answer(304) if current else page(FEED, ETag='"1"', Last_Modified="Sun, 16 Mar 2025 10:00:00 GMT")
        )

    followed = service({HOST: {"/feed": play}})
    found = []
    for _ in range(16):
        found += look(followed).values()
        clock.advance(days=1)
    asked = [(told.headers.get("if-none-match"), told.headers.get("if-modified-since")) for told in server.log]
    week = [(None, None)] + [('"1"', "Sun, 16 Mar 2025 10:00:00 GMT")] * 6
    assert asked == week * 2 + week[:2]
    assert found == (["ok"] + ["not_modified"] * 6) * 2 + ["ok", "not_modified"]


def test_validators_are_not_sent_to_another_address(server: Server, service: Serve) -> None:
    followed = service({HOST: {"/feed": page(FEED, ETag='"1"')}, OTHER: {"/other": GOOD}})
    look(followed)
    look(followed)
    assert [told.headers.get("if-none-match") for told in server.asked(HOST)] == [None, '"1"']
    assert [told.headers.get("if-none-match") for told in server.asked(OTHER, "/other")] == [None, None]


def test_a_source_that_is_gone_is_asked_once_a_month(server: Server, service: Serve, clock: Clock) -> None:
    gone = service({HOST: {"/feed": answer(410)}})
    came = []
    for day in range(65):
        fetching.refresh_due(gone)
        came += [day] * (len(server.log) - len(came))
        clock.advance(days=1)
    assert came == [0, 30, 60]


def test_a_host_that_refused_two_sources_is_left_alone(server: Server, service: Serve, clock: Clock) -> None:
    refusal = answer(429, Retry_After="3600")
    followed = service({HOST: {"/one": refusal, "/two": refusal, "/three": GOOD}, OTHER: {"/other": GOOD}})
    assert look(followed, "one", "two") == {"one": "error", "two": "error"}
    assert look(followed, "three", "other") == {"three": "error", "other": "ok"}
    assert server.asked(HOST, "/three") == []
    fetching.refresh_due(followed)
    assert len(server.log) == 3
    clock.advance(minutes=70)
    assert look(followed, "three") == {"three": "ok"}


def test_one_source_that_is_refused_does_not_silence_its_host(server: Server, service: Serve) -> None:
    followed = service({HOST: {"/one": answer(429, Retry_After="3600"), "/two": GOOD}})
    assert look(followed, "one") | look(followed, "two") == {"one": "error", "two": "ok"}


def test_failures_in_a_row_are_asked_ever_more_seldom(server: Server, service: Serve, clock: Clock) -> None:
    failing = service({HOST: {"/feed": answer(500)}})
    for _ in range(4 * 24 * 3):
        fetching.refresh_due(failing)
        clock.advance(minutes=15)
    assert 6 <= len(server.log) <= 9


def test_robots_txt_is_asked_for_once_a_day(server: Server, service: Serve, clock: Clock) -> None:
    site = {"/robots.txt": page("User-agent: *\nDisallow: /private"), "/one": page(SITEMAP), "/two": page(SITEMAP)}
    followed = service({HOST: site}, more='kind = "sitemap"')
    came = []
    for source in ("one", "two", "one"):
        assert look(followed, source)[source] in ("ok", "not_modified")
        came.append(len(server.asked(HOST, "/robots.txt")))
        clock.advance(hours=13)
    assert came == [1, 1, 2]
