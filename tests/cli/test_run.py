"""aggregator run: one process that does everything, follows edits of feeds.toml, and leaves nothing behind."""

from __future__ import annotations

import os
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from scripts.demo import SOURCES, feeds_toml
from tests.cli.conftest import Files
from tests.fakes import post, rss
from tests.loopback import Loopback, eventually
from tests.processes import Program, alive, free_port, page, page_with, started

LATE = '\n[[source]]\nid = "late"\ntitle = "A late source"\nurl = "{}"\n'


class Running:
    """`aggregator run` on files of its own."""

    def __init__(self, program: Program, files: Files, port: int) -> None:
        self.program = program
        self.files = files
        self.address = f"http://127.0.0.1:{port}"


@contextmanager
def running_on(folder: Path, feeds: str) -> Iterator[Running]:
    files, port = Files(folder), free_port()
    files.write(feeds)
    command = [sys.executable, "-m", "aggregator", "run", "--port", str(port)]
    with started(command, folder / "log", files.environment) as program:
        site = Running(program, files, port)
        page_with(f"{site.address}/healthz", "ok\n")
        yield site


@pytest.fixture(scope="module")
def running(sample_feeds: Loopback, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The service on the sample feeds."""
    with running_on(tmp_path_factory.mktemp("running"), feeds_toml(sample_feeds.port)) as site:
        yield site


@pytest.fixture
def feeds(running: Running) -> Iterator[str]:
    """The text of feeds.toml, which is as it was after the test."""
    before = running.files.feeds.read_text(encoding="utf-8")
    yield before
    running.files.write(before)


def test_the_site_comes_up_and_fills_by_itself(running: Running) -> None:
    said = f"AI Policy Wire is at {running.address} - Ctrl-C stops it."
    eventually(lambda: said in running.program.output)
    page_with(f"{running.address}/healthz", "sources 8 of 8 answered")
    front = page_with(f"{running.address}/", "百度发布文心大模型4.5与X1")
    assert "The first fetch is running" not in front
    sources = page(f"{running.address}/sources")
    assert all(title in sources for title, *_ in SOURCES.values())
    assert "<feed " in page(f"{running.address}/company/baidu.atom")


def test_a_source_that_is_added_is_fetched_and_shown(running: Running, feeds: str, sample_feeds: Loopback) -> None:
    sample_feeds.documents["/late"] = rss(post("late", "China adopts late AI rules", host="late.example"))
    running.files.write(feeds + LATE.format(sample_feeds.url("/late")))
    page_with(f"{running.address}/sources", "A late source", seconds=15)
    page_with(f"{running.address}/source/late", "China adopts late AI rules")
    assert running.program.says("9 sources")
    running.files.write(feeds)
    eventually(lambda: "A late source" not in page(f"{running.address}/sources"), 15)
    assert "China adopts late AI rules" in page(f"{running.address}/items")


def test_a_broken_edit_is_shown_and_the_last_good_file_goes_on(running: Running, feeds: str) -> None:
    lines = feeds.count("\n")
    running.files.write(feeds + LATE.format("nowhere"))
    shown = page_with(f"{running.address}/sources", "feeds.toml has mistakes", seconds=15)
    assert f"feeds.toml:{lines + 5}: " in shown
    assert "is not a web address" in shown
    assert all(title in shown for title, *_ in SOURCES.values())
    page_with(f"{running.address}/", "百度")
    assert running.program.says("the last good one stays in force")
    running.files.write(feeds)
    eventually(lambda: "has mistakes" not in (page(f"{running.address}/sources") or "has mistakes"), 15)


def test_an_edit_of_the_title_reaches_every_worker(running: Running, feeds: str) -> None:
    running.files.write(feeds.replace("AI Policy Wire (demo)", "Another Wire"))
    seen = 0

    def all_new() -> bool:
        nonlocal seen
        seen = seen + 1 if "<title>Another Wire</title>" in page(f"{running.address}/") else 0
        return seen >= 20

    assert eventually(all_new)


def all_started(site: Running) -> set[int]:
    """Two workers and the scheduler, as soon as they run."""
    return eventually(lambda: found if len(found := site.program.descendants) >= 3 else set())


@pytest.mark.parametrize("way", ["terminal", "SIGTERM"])
def test_it_ends_with_all_that_it_has_started(tmp_path: Path, way: str) -> None:
    with running_on(tmp_path, "") as site:
        started = all_started(site)
        code = site.program.interrupt() if way == "terminal" else site.program.tell(signal.Signals[way])
        assert code == 0
        assert alive(started) == []
        assert site.program.output.rstrip().endswith("Stopped.")
        assert "Traceback" not in site.program.output


def test_nothing_outlives_it_when_it_is_killed(tmp_path: Path) -> None:
    with running_on(tmp_path, "") as site:
        started = all_started(site)
        site.program.tell(signal.SIGKILL)
        eventually(lambda: not alive(started), 10)
        assert page(f"{site.address}/healthz") == ""


@pytest.mark.parametrize("command", ["run", "web"])
def test_a_port_that_is_taken_is_a_sentence(files: Files, command: str) -> None:
    files.write("")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        words = [sys.executable, "-m", "aggregator", command, "--port", str(port)]
        with started(words, files.folder / "log", files.environment) as program:
            assert program.process.wait(20) == 2
            said = program.output.strip().splitlines()
    assert said[-1] == f"Error: 127.0.0.1:{port} cannot be served (Address already in use); try --port {port + 1}"
    assert "Traceback" not in program.output


def test_feeds_that_are_broken_from_the_start_end_it_before_it_serves(files: Files) -> None:
    files.write("[[source]]\n")
    command = [sys.executable, "-m", "aggregator", "run", "--port", str(free_port())]
    with started(command, files.folder / "log", os.environ | files.environment) as program:
        assert program.process.wait(20) == 2
    assert program.output.startswith("feeds.toml:1: 'id' is missing")
    assert not files.database.exists()
