"""The whole store as lines of JSON, and back: the format is in store/lines."""

from __future__ import annotations

import gzip
import json
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import groupby, islice
from operator import itemgetter
from pathlib import Path
from typing import IO

from sqlalchemy import Connection, Engine, Table

from aggregator.errors import StoreError
from aggregator.store import rows
from aggregator.store.db import snapshot
from aggregator.store.files import written_whole
from aggregator.store.lines import Header, Reader, Writer, read_header
from aggregator.store.progress import Progress, unseen

GZIPPED = b"\x1f\x8b"
_QUICK = 5  # of gzip's levels: the next ones take twice as long for a twentieth less
_OTHER_COPY = "the file is damaged or cut off: use another copy"


def export(db: Engine, file: Path, progress: Progress = unseen) -> Mapping[str, int]:
    """Writes everything that is not derived, as it is at one moment; answers how many rows of each table."""
    with written_whole(file) as part, snapshot(db) as connection:
        counts = {table.name: rows.count(connection, table) for table in rows.copied()}
        with _writing(part, packed=file.suffix == ".gz") as out:
            out.write(f"{Header(counts).line()}\n")
            for line in _lines(connection, counts, progress):
                out.write(line)
    return counts


@contextmanager
def _writing(path: Path, *, packed: bool) -> Iterator[IO[str]]:
    if packed:
        with gzip.open(path, "wt", _QUICK, encoding="utf-8", newline="\n") as out:
            yield out
    else:
        with path.open("w", encoding="utf-8", newline="\n") as out:
            yield out


def _lines(connection: Connection, counts: Mapping[str, int], progress: Progress) -> Iterator[str]:
    for table in rows.copied():
        writer, done = Writer(table), 0
        for some in rows.read(connection, table):
            progress(table.name, done, counts[table.name])
            yield from (f"{writer.line(row)}\n" for row in some)
            done += len(some)
        progress(table.name, done, counts[table.name])


def import_file(db: Engine, file: Path, progress: Progress = unseen) -> Mapping[str, int]:
    """Fills an empty database from an export, in one transaction; answers how many rows of each table.

    Raises StoreError, with the line, for a file that is broken or ends too early; the database stays empty.
    """
    with _reading(file) as source, rows.filling(db, progress) as filled:
        return _take_in(filled, Numbered(file, source), progress)


@contextmanager
def _reading(file: Path) -> Iterator[IO[str]]:
    try:
        with file.open("rb") as start:
            packed = start.read(len(GZIPPED)) == GZIPPED
        with gzip.open(file, "rt", encoding="utf-8") if packed else file.open(encoding="utf-8") as source:
            yield source
    except OSError as error:
        raise StoreError(f"{file} cannot be read: {error.strerror or error}") from error


class Numbered:
    """The lines of a file, and the number of the one that was read last."""

    def __init__(self, file: Path, source: IO[str]) -> None:
        self._file = file
        self._source = source
        self.number = 0

    def next(self) -> str:
        """The next line, "" at the end."""
        self.number += 1
        try:
            return next(self._source, "")
        except (EOFError, zlib.error, gzip.BadGzipFile, UnicodeDecodeError) as error:
            raise self.wrong(f"{error}; {_OTHER_COPY}") from None

    def wrong(self, what: object) -> StoreError:
        return StoreError(f"{self._file}, line {self.number}: {what}")


def _take_in(filled: rows.Filling, lines: Numbered, progress: Progress) -> Mapping[str, int]:
    tables = {table.name: table for table in rows.copied()}
    try:
        announced = read_header(lines.next()).counts
        if announced.keys() != tables.keys():
            raise ValueError(f"the file has the tables {', '.join(announced)}; there should be {', '.join(tables)}")
    except ValueError as error:
        raise lines.wrong(error) from None
    done: Counter[str] = Counter()
    for name, some in _batches(_parsed(lines, tables)):
        try:
            filled.load(tables[name], some)
        except StoreError as error:
            raise lines.wrong(f"these rows or some of the {len(some)} before are refused: {error}") from error
        done[name] += len(some)
        progress(name, done[name], announced[name])
    for name, number in announced.items():
        if done[name] != number:
            raise lines.wrong(
                f"the file ends, with {done[name]} rows of {name} where its header announces {number}; {_OTHER_COPY}"
            )
    return done


def _batches(parsed: Iterator[tuple[str, rows.Values]]) -> Iterator[tuple[str, list[rows.Values]]]:
    for name, group in groupby(parsed, key=itemgetter(0)):
        while some := [row for _, row in islice(group, rows.BATCH)]:
            yield name, some


def _parsed(lines: Numbered, tables: Mapping[str, Table]) -> Iterator[tuple[str, rows.Values]]:
    readers = {name: Reader(table) for name, table in tables.items()}
    while line := lines.next():
        try:
            said = json.loads(line)
            name, row = said["table"], said["row"]
            values = readers[name].row(row)
        except (KeyError, TypeError):
            raise lines.wrong("this is no row of a table that the program has") from None
        except ValueError as error:
            raise lines.wrong(f"{error}; {_OTHER_COPY}") from None
        yield name, values
