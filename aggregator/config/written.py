"""StrictTable as feeds.toml writes them: all that are in force, those that the file leaves out as well."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import tomlkit
from pydantic import BeforeValidator
from pydantic.fields import FieldInfo

from aggregator.config.load import Config
from aggregator.tomlcheck import StrictTable

_TIMES = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}
_SIZES = {"GB": 10**9, "MB": 10**6}


def in_force(config: Config) -> str:
    """The tables that a file has once, complete: a file with them says what this one says."""
    tables = {"site": config.site, "fetch": config.fetch, "stories": config.stories, "digest": config.digest,
              "store": config.store, "smtp": config.smtp}  # fmt: skip
    document = tomlkit.document()
    for name, settings in tables.items():
        if settings is not None:
            document.append(name, _table(settings))
    return tomlkit.dumps(document)


def _table(settings: StrictTable) -> tomlkit.items.Table:
    table = tomlkit.table()
    for name, info in type(settings).model_fields.items():
        value = getattr(settings, name)
        if value is not None:
            item = tomlkit.item(written(value, info))
            table.append(name, item if name in settings.model_fields_set else item.comment("default"))
    return table


def written(value: Any, of: FieldInfo) -> Any:
    """A value of a setting as the file has it: 30m, 10MB."""
    if isinstance(value, timedelta):
        return length_in_words(value)
    if of.annotation is int and any(isinstance(rule, BeforeValidator) for rule in of.metadata):  # a Size
        return _in_units(value, _SIZES)
    return list(value) if isinstance(value, tuple) else value


def length_in_words(length: timedelta) -> str:
    """A length of time as the file has it: 90d."""
    return str(_in_units(int(length.total_seconds()), _TIMES))


def _in_units(number: int, units: dict[str, int]) -> str | int:
    """A number in the largest unit that it is a multiple of; as it is if there is none."""
    unit = next((unit for unit, size in units.items() if number % size == 0), "")
    return f"{number // units[unit]}{unit}" if unit else number
