"""Writes docs/feeds.schema.json, by which editors complete and check feeds.toml. `--check` only says if it is current.

A JSON Schema (2020-12) made of the settings and of the taxonomy's tables. It is no stricter than `aggregator check`,
which knows more: whether tags exist, ids are unique, a zone is known.
"""

from __future__ import annotations

import json
import re
import sys
from datetime import timedelta
from pathlib import Path
from types import NoneType
from typing import Any

from pydantic import TypeAdapter

from aggregator.config.settings import FeedsFile
from aggregator.tagging.entries import TaxonomyFile

FILE = Path(__file__).resolve().parent.parent / "docs" / "feeds.schema.json"
HEAD = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "feeds.toml",
    "description": "Sources and settings of AI Policy Wire",
}
UNITS = {"d": 86400, "h": 3600, "m": 60, "s": 1}


def schema() -> dict[str, Any]:
    said = FeedsFile.model_json_schema()
    taxonomy = TaxonomyFile.model_json_schema(by_alias=True)
    tables = {name: kind for name, kind in taxonomy["properties"].items() if name in said["properties"]}
    merged = said | {"properties": said["properties"] | tables, "$defs": said["$defs"] | taxonomy["$defs"]}
    return HEAD | as_written(merged) | HEAD


def as_written(value: Any) -> Any:
    """Lengths of time as people write them in the file: 30m, where Python has PT30M (ISO 8601)."""
    if isinstance(value, dict):
        told = {key: each for key, each in value.items() if not is_noise(key, each)}
        return {key: length(each) if key == "default" else as_written(each) for key, each in told.items()}
    return [as_written(each) for each in value] if isinstance(value, list) else value


def is_noise(key: str, value: Any) -> bool:
    """Titles, for keys speak for themselves; defaults of tables, which are those of their keys; TOML has no null."""
    return (key == "title" and isinstance(value, str)) or (key == "default" and isinstance(value, (dict, NoneType)))


def length(value: Any) -> Any:
    if not isinstance(value, str) or not re.fullmatch(r"P(?:\d+D)?(?:T[\dHMS]+)?", value):
        return as_written(value)
    seconds = int(TypeAdapter(timedelta).validate_python(value).total_seconds())
    unit = next(unit for unit, size in UNITS.items() if seconds % size == 0)
    return f"{seconds // UNITS[unit]}{unit}"


def main() -> int:
    made = json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"
    if "--check" in sys.argv:
        current = FILE.exists() and FILE.read_text(encoding="utf-8") == made
        print("current" if current else f"run: python scripts/{Path(__file__).name}")
        return int(not current)
    FILE.write_text(made, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
