"""Feed readers as programs: each subscribes to a feed, polls it, and tells what it has.

An entry is known by what the reader itself knows it by, so that what it takes for a new one counts as one.
"""

from __future__ import annotations

import mailbox
import os
import re
import shutil
import sqlite3
import subprocess
from abc import ABC, abstractmethod
from collections.abc import Iterator
from configparser import RawConfigParser
from contextlib import closing
from email import message_from_bytes
from email.message import Message
from email.policy import default
from importlib.util import find_spec
from pathlib import Path
from typing import ClassVar


class Client(ABC):
    """A reader that follows one feed; its files are in a folder of its own."""

    name: ClassVar[str]
    formats: ClassVar[tuple[str, ...]] = ("atom", "rss", "json")
    looks: ClassVar[int] = 1  #: after which it asks whether something has changed

    def __init__(self, folder: Path, url: str = "") -> None:
        self.folder, self.url = folder, url
        folder.mkdir(parents=True, exist_ok=True)

    @classmethod
    @abstractmethod
    def missing(cls) -> str:
        """Why it cannot be used here, "" if it can."""

    @abstractmethod
    def poll(self) -> None: ...

    @abstractmethod
    def entries(self) -> dict[str, str]:
        """The title of every entry by the reader's own name for it."""

    @abstractmethod
    def unread(self) -> int: ...

    @abstractmethod
    def read_all(self) -> None: ...

    def imported(self, _opml: Path) -> set[str] | None:
        """The feeds that it has after an import of a list; None if it knows no such lists."""
        return None


def run(*command: str | Path, folder: Path, **environment: str) -> str:
    """What a program prints; a RuntimeError with its complaint if it fails."""
    places = os.environ | {"HOME": str(folder), "LC_ALL": "C.UTF-8"} | environment
    done = subprocess.run(command, env=places, cwd=folder, capture_output=True, check=False, timeout=60)
    if done.returncode:
        raise RuntimeError(f"{command[0]}: {done.stderr.decode()[-2000:]}")
    return done.stdout.decode()


class Newsboat(Client):
    name = "newsboat"
    formats = ("atom", "rss")  # JSON Feed since 2.22, which not every system has
    looks = 2  # it keeps what the first answer says of itself only with the second

    @classmethod
    def missing(cls) -> str:
        return "" if shutil.which("newsboat") else "newsboat is not installed: apt-get install newsboat"

    def poll(self) -> None:
        (self.folder / "urls").write_text(self.url + "\n", encoding="utf-8")
        self._run("-x", "reload")

    def _run(self, *arguments: str | Path) -> None:
        (self.folder / "config").touch()
        run("newsboat", "-u", "urls", "-c", "cache.db", "-C", "config", *arguments, folder=self.folder)

    def _ask(self, statement: str) -> list[tuple[str, str]]:
        with closing(sqlite3.connect(self.folder / "cache.db")) as cache, cache:
            return cache.execute(statement).fetchall()

    def entries(self) -> dict[str, str]:
        return dict(self._ask("SELECT guid, title FROM rss_item WHERE deleted = 0"))

    def unread(self) -> int:
        return len(self._ask("SELECT guid, title FROM rss_item WHERE unread = 1"))

    def read_all(self) -> None:
        self._ask("UPDATE rss_item SET unread = 0")

    def imported(self, opml: Path) -> set[str]:
        (self.folder / "urls").write_text("", encoding="utf-8")
        self._run("-i", opml)
        return {line.split()[0] for line in (self.folder / "urls").read_text(encoding="utf-8").splitlines() if line}


class Rss2email(Client):
    """Sends a message for each entry, and one more in reply if the entry changes."""

    name = "rss2email"
    formats = ("atom", "rss")
    _CONFIG = (
        "[DEFAULT]\nfrom = wire@example.org\nto = reader@example.org\nemail-protocol = maildir\nreply-changes = True\n"
        "maildir-path = {}\nmaildir-mailbox = mail\nencodings = UTF-8\n"
    )

    def __init__(self, folder: Path, url: str = "") -> None:
        super().__init__(folder, url)
        (folder / "config").write_text(self._CONFIG.format(folder), encoding="utf-8")
        self._read = 0
        if url:
            self._run("add", "followed", url)

    @classmethod
    def missing(cls) -> str:
        return "" if shutil.which("r2e") else "rss2email is not installed: apt-get install rss2email"

    def _run(self, *arguments: str | Path) -> None:
        run("r2e", "-c", "config", "-d", "data.json", *arguments, folder=self.folder)

    def poll(self) -> None:
        self._run("run")

    def _messages(self) -> Iterator[Message]:
        folder = mailbox.Maildir(self.folder / "mail")
        found = [message_from_bytes(folder.get_bytes(key), policy=default) for key in sorted(folder.keys())]
        return iter(found)

    def entries(self) -> dict[str, str]:
        messages = list(self._messages())
        told = {said["Message-ID"]: said["Subject"] for said in messages if not said["In-Reply-To"]}
        return told | {said["In-Reply-To"]: said["Subject"] for said in messages if said["In-Reply-To"]}

    def unread(self) -> int:
        return len(list(self._messages())) - self._read

    def read_all(self) -> None:
        self._read = len(list(self._messages()))

    def imported(self, opml: Path) -> set[str]:
        (self.folder / "config").write_text(self._CONFIG.format(self.folder), encoding="utf-8")
        (self.folder / "data.json").unlink(missing_ok=True)
        self._run("opmlimport", opml)
        config = RawConfigParser()
        config.read(self.folder / "config", encoding="utf-8")
        return {config.get(name, "url") for name in config.sections()}


class Reader(Client):
    name = "reader"

    def __init__(self, folder: Path, url: str = "") -> None:
        from reader import make_reader

        super().__init__(folder, url)
        self._reader = make_reader(str(folder / "reader.db"))
        self._reader.add_feed(url)

    @classmethod
    def missing(cls) -> str:
        return (
            ""
            if find_spec("reader") and find_spec("sgmllib")
            else "reader is not installed: pip install '.[benchmark]'"
        )

    def poll(self) -> None:
        self._reader.update_feed(self.url)

    def entries(self) -> dict[str, str]:
        return {entry.id: entry.title or "" for entry in self._reader.get_entries()}

    def unread(self) -> int:
        return len(list(self._reader.get_entries(read=False)))

    def read_all(self) -> None:
        for entry in self._reader.get_entries(read=False):
            self._reader.mark_entry_as_read(entry)


class Feedparser(Client):
    """The library with the least around it: what is new is read, what has changed is read again."""

    name = "feedparser"
    formats = ("atom", "rss")

    def __init__(self, folder: Path, url: str = "") -> None:
        super().__init__(folder, url)
        self._known: dict[str, tuple[str, ...]] = {}
        self._unread: set[str] = set()
        self._etag = self._modified = None

    @classmethod
    def missing(cls) -> str:
        return ""

    def poll(self) -> None:
        import feedparser

        read = feedparser.parse(self.url, etag=self._etag, modified=self._modified)
        if read.status == 304:
            return
        self._etag, self._modified = read.get("etag"), read.get("modified")
        for entry in read.entries:
            said = tuple(entry.get(key, "") for key in ("title", "link", "summary", "updated"))
            self._unread |= {entry.id} if self._known.get(entry.id) != said else set()
            self._known[entry.id] = said

    def entries(self) -> dict[str, str]:
        return {name: said[0] for name, said in self._known.items()}

    def unread(self) -> int:
        return len(self._unread)

    def read_all(self) -> None:
        self._unread.clear()


CLIENTS: tuple[type[Client], ...] = (Newsboat, Rss2email, Reader, Feedparser)


def even(text: str) -> str:
    """A title without what mail and terminals do to white space."""
    return re.sub(r"\s+", " ", text).strip()
