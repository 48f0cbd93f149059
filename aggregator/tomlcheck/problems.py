"""Validation errors as mistakes that a person can mend: what is wrong in which line, what to write instead."""

from __future__ import annotations

import difflib
import json
import re
import tomllib
from collections.abc import Iterator
from datetime import date, time
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from aggregator.errors import ConfigError, Problem
from aggregator.model import NAMED_AXES
from aggregator.tomlcheck.lines import Lines, Path, line_at

_ENDLESS = re.compile(r"\d{4000}")
# Tables of other files, which people write into feeds.toml.
_ELSEWHERE = {
    **dict.fromkeys(("topic", "status", "signal", "mask", "act", "context", "relevance"), "taxonomy files"),
    "correction": "corrections.toml",
}
_SEVERAL = ("source", "query", "mail", "webhook", *NAMED_AXES)
_ONE_TABLE = re.compile(rf"\s*\[({'|'.join(_SEVERAL)})\]")
_BOOLEAN = re.compile(r"=\s*([Tt]rue|TRUE|[Ff]alse|FALSE|[Yy]es|[Nn]o|on|off)\s*(?:#|$)")
_QUOTED = re.compile(r"\"[^\"]*\"?|'[^']*'?")
_FOREIGN = re.compile("[＝［］【】「」『』，、＃：\u00a0\u200b\u3000\ufeff]")
_SLIPS = (
    (re.compile(r"^\s*//"), "begin a remark with #"),
    (re.compile(r"^\s*\"?[\w-]+\"?\s*:"), "write = and not a colon behind a key"),
    (re.compile(r"=\s*(?:true|false|\d+|\"[^\"]*\"|'[^']*')\s*,\s*(?:#.*)?$"), "take out the comma at the end"),
    (re.compile(r"\"[^\"\\]*\\[^\"\\bfnrtuU]"), r"write \\ for \, or put the text between single quotes"),
    (re.compile(r"^[^\"'#]*\"(?:[^\"\\]|\\.)*$"), 'close the text with a second "'),
    (re.compile(r"=\s*\d+\s*[A-Za-z]"), 'put it between quotes, as in interval = "30m"'),
    (re.compile(r"=\s*[^\W\d]"), 'put text between quotes, as in title = "NIST"'),
)
_BY_WHAT = {  # how tomllib's words begin
    "Unclosed array": "put a comma between two values, and ] behind the last one",
    "Expected ']]'": "write [[source]], with two brackets on both sides",
    "Expected '='": "write key = value, or begin a remark with #",
    "Expected newline": 'put several values into brackets, as in include = ["AI", "chips"]',
    'Expected "\'"': "close the text with a second '",
    "Invalid hex": r"write \\ for \, or put the text between single quotes",
}
_YES = ("yes", "y", "on", "true", "1")
# What others call a key or a value of ours.
_KEYS = {
    "from": "sender", "name": "title", "link": "url", "feed": "url", "href": "url", "language": "lang",
    "country": "region", "category": "class", "to": "recipients",
}  # fmt: skip
_VALUES = {"rss": "feed", "atom": "feed", "xml": "feed", "ssl": "tls", "newspaper": "media", "press": "media"}


def mistake(what: str, remedy: str) -> PydanticCustomError:
    """A validation error whose text is what our users read."""
    return PydanticCustomError("mistake", "{what}; {remedy}", {"what": what, "remedy": remedy})


def single_problem(name: str, line: int, what: str, remedy: str) -> ConfigError:
    return ConfigError((Problem(name, line, what, remedy),))


def read_toml(text: str, name: str) -> dict[str, Any]:
    """Raises ConfigError with the line where the text stops being TOML."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"^(.*?) \(at line (\d+)", str(error))
        what, line = (found[1], int(found[2])) if found else (str(error), text.rstrip("\n").count("\n") + 1)
        raise single_problem(name, max(line, 1), f"this is not TOML ({what})", _remedy(what, text, line)) from None
    except RecursionError:
        raise single_problem(name, 1, "its brackets are nested too deeply", "write fewer of them") from None
    except ValueError:  # which is of no line
        found_at = _ENDLESS.search(text)
        line = text.count("\n", 0, found_at.start()) + 1 if found_at else 1
        raise single_problem(name, line, "a number has too many digits", "write a shorter one") from None


def _remedy(what: str, text: str, line: int) -> str:
    """What to write instead, for the slips that are made most."""
    wrong = "".join(text.split("\n")[line - 1 : line])
    if foreign := _FOREIGN.search(_QUOTED.sub("", wrong)):
        name = f"{foreign[0]!r} (U+{ord(foreign[0]):04X})"
        return f"{name} is no sign of TOML: type it on an English keyboard, or take it out"
    if said := _BOOLEAN.search(wrong):
        return f"write {str(said[1].lower() in _YES).lower()}, in small letters and without quotes"
    if one := _ONE_TABLE.match(wrong):
        return f"write [[{one[1]}]], with two brackets: there may be several"
    if what.startswith(("Cannot overwrite", "Cannot declare")):
        return "it stands already above: keep one of the two"
    if re.search("[“”‘’„«»＂]", wrong):
        return 'put text between straight quotes, as in title = "NIST"'
    for slip, remedy in _SLIPS:
        if slip.search(wrong):
            return remedy
    known = (remedy for begin, remedy in _BY_WHAT.items() if what.startswith(begin))
    return next(known, "see https://toml.io/en/v1.0.0")


def problems_of(error: ValidationError, root: type[BaseModel], lines: Lines, name: str) -> Iterator[Problem]:
    """Every mistake of a file whose whole is a `root`."""
    for detail in error.errors():
        yield _problem(detail, root, lines, name)


def _problem(detail: ErrorDetails, root: type[BaseModel], lines: Lines, name: str) -> Problem:
    path = tuple(detail["loc"])
    line = line_at(lines, path)
    kind = detail["type"]
    key = str(path[-1]) if path else ""
    if kind == "mistake":
        return Problem(name, line, detail["ctx"]["what"], detail["ctx"]["remedy"])
    if kind == "extra_forbidden" and len(path) == 1 and key in _ELSEWHERE:
        what = f"{_table(key, detail['input'])} is for {_ELSEWHERE[key]}"
        return Problem(name, line, what, "write it there: see docs/tagging.md")
    if kind.startswith("bool_"):
        meant = str(str(detail["input"]).strip().lower() in _YES).lower()
        unquoted = ", without quotes" if detail["input"] == meant else ""
        what = f"{_said(detail['input'])} is neither true nor false"
        return Problem(name, line, what, f"write {key} = {meant}{unquoted}")
    if kind.startswith(("int_", "float_")) and str(detail["input"]).strip().isdecimal():
        return Problem(name, line, f"{key} is text here", f"write {key} = {detail['input'].strip()}, without quotes")
    if kind in ("literal_error", "enum"):
        return Problem(name, line, f"{key} cannot be {_said(detail['input'])}", _one_of(detail))
    if kind == "tuple_type" and isinstance(detail["input"], dict) and len(path) == 1:
        return Problem(name, line, f"[{key}] is one table", f"write [[{key}]], with two brackets: there may be several")
    if kind == "model_type" and isinstance(detail["input"], list):
        return Problem(name, line, f"there is but one {key}", f"write [{'.'.join(_names(path))}], with one bracket")
    if kind == "tuple_type":
        return Problem(name, line, f"{_said(detail['input'])} is no list", f"write {_example(root, path)}")
    if kind in ("model_type", "dict_type"):
        table = ".".join(_names(path))
        return Problem(name, line, f"{_said(detail['input'])} is no table", f"write [{table}], and its keys below")
    if kind == "string_pattern_mismatch":
        return Problem(name, line, f"{_said(detail['input'])} is no {key}", f"write {_example(root, path)}")
    if kind == "extra_forbidden":
        remedy = _place_of(root, key) if len(path) == 1 else ""
        return Problem(name, line, f"unknown key {key!r}", remedy or _nearest(key, _fields_at(root, path[:-1])))
    if kind == "missing":
        return Problem(name, line, f"{key!r} is missing", f"add {_example(root, path)}")
    why = detail["msg"][:1].lower() + detail["msg"][1:]
    return Problem(name, line, f"{_said(detail['input'])} does not fit: {why}", f"write {_example(root, path)}")


def _table(key: str, value: Any) -> str:
    """A key as the file has it: [[topic]], [context] or `mask`."""
    if isinstance(value, dict):
        return f"[{key}]"
    return f"[[{key}]]" if isinstance(value, list) and value and isinstance(value[0], dict) else repr(key)


def _one_of(detail: ErrorDetails) -> str:
    values = [value for value in re.findall(r"'([^']*)'", detail["ctx"]["expected"]) if value]
    meant = _VALUES.get(str(detail["input"]).lower())
    close = [meant] if meant in values else difflib.get_close_matches(str(detail["input"]), values, n=1)
    return f'did you mean "{close[0]}"?' if close else f"write one of {', '.join(map(json.dumps, values))}"


def _said(value: Any) -> str:
    """A value as the file has it, nearly."""
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value).lower() if isinstance(value, bool) else repr(value)


def _nearest(key: str, fields: list[str]) -> str:
    meant = _KEYS.get(key.lower())
    close = [meant] if meant in fields else difflib.get_close_matches(key, fields, n=1, cutoff=0.7)
    return f"did you mean {close[0]!r}?" if close else f"remove it, or use one of: {', '.join(fields)}"


def _names(path: Path) -> list[str]:
    return [part for part in path if isinstance(part, str)]


def _place_of(root: type[BaseModel], key: str) -> str:
    """The table that a key belongs to which stands in none; "" where there is not one."""
    inside = [name for name in _fields_at(root, ()) if key in _fields_at(root, (name,))]
    tables = [f"[[{name}]]" if name in _SEVERAL else f"[{name}]" for name in inside]
    if key == "selectors":
        return "write [source.selectors], behind its [[source]]"
    return f"it belongs under {' or '.join(tables)}" if tables else ""


def _fields_at(root: type[BaseModel], path: Path) -> list[str]:
    """The keys that a table may have, as they are written in the file."""
    model = _model_at(root, path)
    return [info.alias or name for name, info in model.model_fields.items()] if model else []


def _model_at(root: type[BaseModel], path: Path) -> type[BaseModel] | None:
    model: type[BaseModel] | None = root
    for part in path:
        if isinstance(part, int) or model is None:
            continue
        info = next((info for name, info in model.model_fields.items() if part in (name, info.alias)), None)
        model = _model_in(info.annotation) if info else model
    return model


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for part in get_args(annotation) if (found := _model_in(part))), None)


def _example(root: type[BaseModel], path: Path) -> str:
    """A key with a value that would be right, from the field's own example."""
    for length in range(len(path), 0, -1):
        key = path[length - 1]
        model = _model_at(root, path[: length - 1])
        info = next((i for n, i in model.model_fields.items() if key in (n, i.alias)), None) if model else None
        if info and info.examples:
            example = info.examples[0]
            return f"{key} = {str(example).lower() if isinstance(example, bool) else repr(example)}".replace("'", '"')
    return "a value as docs/configuration.md describes"
