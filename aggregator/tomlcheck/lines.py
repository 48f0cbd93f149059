"""Where in a TOML file a value stands: tomllib reads values without their lines."""

from __future__ import annotations

import re

Path = tuple[str | int, ...]  #: ("source", 3, "url")
Lines = dict[Path, int]

_TABLE = re.compile(r"^\s*(\[\[?)\s*([^\]]+?)\s*\]\]?\s*(#.*)?$")
_KEY = re.compile(r"""^\s*("[^"]*"|'[^']*'|[A-Za-z0-9_-]+)\s*=""")
_TOKEN = re.compile(r'"""|\'\'\'|"(?:\\.|[^"\\])*"|\'[^\']*\'|#.*')
_TRIPLE = ('"""', "'''")


def lines_of(text: str) -> Lines:
    """Line numbers, from 1, of every table and key: ("source", 3, "url") → 42."""
    found: Lines = {(): 1}
    counts: dict[Path, int] = {}
    table: Path = ()
    inside = ""
    for number, line in enumerate(text.split("\n"), start=1):  # TOML has no other ends of lines
        before, inside = inside, _left_open(line, inside)
        if before:
            continue
        if header := _TABLE.match(line):
            table = _enter(header[2], is_array=header[1] == "[[", counts=counts)
            found[table] = number
        elif key := _KEY.match(line):
            found[(*table, key[1].strip("\"'"))] = number
    return found


def _left_open(line: str, inside: str) -> str:
    """The quotes of the long string that a line leaves open, "" if none; `inside` are those that it begins within."""
    while inside:
        _, closed, line = line.partition(inside)
        if not closed:
            return inside
        inside = next((token[0] for token in _TOKEN.finditer(line) if token[0] in _TRIPLE), "")
        line = line.partition(inside)[2] if inside else line
    for token in _TOKEN.finditer(line):
        if token[0] in _TRIPLE:
            return _left_open(line[token.end() :], token[0])
    return ""


def _enter(name: str, *, is_array: bool, counts: dict[Path, int]) -> Path:
    """The path of a table header, with the index of the array element that it opens or stands in."""
    parts = [part.strip().strip("\"'") for part in name.split(".")]
    path: Path = ()
    for depth, part in enumerate(parts):
        path = (*path, part)
        if is_array and depth == len(parts) - 1:
            counts[path] = counts.get(path, -1) + 1
        if path in counts:
            path = (*path, counts[path])
    return path


def line_at(lines: Lines, path: Path) -> int:
    """The line of a path, or of the nearest thing around it that has one."""
    while path and path not in lines:
        if (*path, 0) in lines:  # the first of its kind
            return lines[*path, 0]
        path = path[:-1]
    return lines.get(path, 1)
