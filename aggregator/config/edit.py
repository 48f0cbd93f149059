"""Additions to feeds.toml: appended as text, so that comments and layout stay as their author left them."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import tomlkit

from aggregator.config.load import parse


def source_block(values: dict[str, str]) -> str:
    """A [[source]] table as text; empty values are left out."""
    table = tomlkit.table()
    for key, value in values.items():
        if value:
            table.add(key, value)
    return "[[source]]\n" + tomlkit.dumps(table)


def append_sources(path: Path, blocks: Sequence[str]) -> None:
    """Adds tables at the end of the file, with its own ends of lines.

    Raises ConfigError and writes nothing if it would then have mistakes.
    """
    raw = path.read_bytes().decode() if path.exists() else ""
    ends = "\r\n" if "\r\n" in raw else "\n"
    before, added = raw.rstrip("\r\n"), "\n".join(blocks).replace("\n", ends)
    after = f"{before}{ends}{ends}{added}" if before.strip("\ufeff \t\r\n") else added
    parse(after.removeprefix("\ufeff").replace("\r\n", "\n"), path)
    path = path.resolve()  # a link stays a link
    temporary = path.with_name(f".{path.name}.new")
    temporary.write_bytes(after.encode())
    if path.exists():
        shutil.copymode(path, temporary)
    temporary.replace(path)


def free_id(wanted: str, taken: Sequence[str]) -> str:
    """The id, with a number behind it if it is taken."""
    return next(name for name in (wanted, *(f"{wanted}-{n}" for n in range(2, len(taken) + 3))) if name not in taken)
