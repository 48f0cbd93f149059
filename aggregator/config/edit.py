"""Additions to feeds.toml: appended as text, so that comments and layout stay as their author left them."""

from __future__ import annotations

import os
import shutil
from collections.abc import Collection, Sequence
from contextlib import suppress
from pathlib import Path

import tomlkit

from aggregator.config.load import parse
from aggregator.tomlcheck import single_problem


def source_block(values: dict[str, str]) -> str:
    """A [[source]] table as text; empty values are left out."""
    table = tomlkit.table()
    for key, value in values.items():
        if value:
            table.add(key, value)
    return "[[source]]\n" + tomlkit.dumps(table)


def append_sources(path: Path, blocks: Sequence[str]) -> None:
    """Adds tables at the end of the file, with its own ends of lines.

    Raises ConfigError and writes nothing if it would then have mistakes, or cannot be written.
    """
    if path.exists() and not path.is_file():
        raise single_problem(path.name, 1, "this is no file", "name a file in AGGREGATOR_FEEDS")
    raw = path.read_bytes().decode() if path.exists() else ""
    ends = "\r\n" if "\r\n" in raw else "\n"
    before, added = raw.rstrip("\r\n"), "\n".join(blocks).replace("\n", ends)
    after = f"{before}{ends}{ends}{added}" if before.strip("\ufeff \t\r\n") else added
    parse(after.removeprefix("\ufeff").replace("\r\n", "\n"), path)
    try:
        _replace(path.resolve(), after.encode())  # a link stays a link
    except OSError as error:
        remedy = "let the file and its folder be written, or add the table by hand"
        raise single_problem(path.name, 1, f"nothing was added: {error.strerror}", remedy) from None


def _replace(path: Path, content: bytes) -> None:
    """Writes the file whole, for whom it was before."""
    temporary = path.with_name(f".{path.name}.new")
    try:
        temporary.write_bytes(content)
        if path.exists():
            shutil.copymode(path, temporary)
            with suppress(PermissionError):  # it was another's, and is ours now
                os.chown(temporary, path.stat().st_uid, path.stat().st_gid)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def free_id(wanted: str, taken: Collection[str]) -> str:
    """The id, with a number behind it if it is taken."""
    return next(name for name in (wanted, *(f"{wanted}-{n}" for n in range(2, len(taken) + 3))) if name not in taken)
