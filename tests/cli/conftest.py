"""Commands with files of their own."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Pool, event

from scripts.demo import FEEDS, feeds_toml
from tests.cli.command import run
from tests.loopback import Loopback, served


@dataclass(frozen=True)
class Files:
    """The files that the environment of a command names."""

    folder: Path

    @property
    def feeds(self) -> Path:
        return self.folder / "feeds.toml"

    @property
    def database(self) -> Path:
        return self.folder / "aggregator.db"

    @property
    def environment(self) -> dict[str, str]:
        return {"AGGREGATOR_FEEDS": str(self.feeds), "AGGREGATOR_DATABASE_URL": f"sqlite:///{self.database}"}

    def write(self, text: str) -> None:
        self.feeds.write_text(text, encoding="utf-8")


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Files:
    """An empty folder for feeds.toml and the store."""
    found = Files(tmp_path)
    for name, value in found.environment.items():
        monkeypatch.setenv(name, value)
    return found


@pytest.fixture
def loopback() -> Iterator[Loopback]:
    """A Web server of the test's own."""
    with served() as server:
        yield server


@pytest.fixture(scope="session")
def sample_feeds() -> Iterator[Loopback]:
    """A Web server with the sample feeds."""
    with served() as server:
        server.documents |= {f"/{path.name}": path.read_bytes() for path in FEEDS.glob("*.xml")}
        yield server


@pytest.fixture(scope="session")
def fetched(sample_feeds: Loopback, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with feeds.toml and a store that `aggregator fetch` has filled."""
    files = Files(tmp_path_factory.mktemp("fetched"))
    files.write(feeds_toml(sample_feeds.port))
    with pytest.MonkeyPatch.context() as monkeypatch:
        for name, value in files.environment.items():
            monkeypatch.setenv(name, value)
        outcome = run("fetch")
    assert outcome.code == 0, outcome
    assert "8 sources: " in outcome.out
    return files.folder


@pytest.fixture
def filled(fetched: Path, files: Files) -> Files:
    """A copy of the files after the first fetch."""
    shutil.copytree(fetched, files.folder, dirs_exist_ok=True)
    return files


@pytest.fixture(autouse=True)
def no_connection_left() -> Iterator[None]:
    """A command leaves its connections to the end of its process; here it has none, so they are closed for it."""
    opened: list[Any] = []

    def note(connection: Any, _record: Any) -> None:
        opened.append(connection)

    event.listen(Pool, "connect", note)
    yield
    event.remove(Pool, "connect", note)
    for connection in opened:
        connection.close()
