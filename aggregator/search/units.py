"""A typed search cut into its units: words, phrases, filters, and what joins or brackets them.

English and Chinese keyboards have different signs for the same thing, so the cutting looks at plain signs; the words
are as they were typed.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterator
from typing import NamedTuple

from aggregator.errors import QueryError
from aggregator.model.saying import say, to_say
from aggregator.search.forms import forms
from aggregator.text.terms import Phrase, terms

_SIGNS = str.maketrans("“”＂「」『』｜：，－−（）\u3000", '"""""""|:,--() ')
_CLOSING = {"“": "”", "「": "」", "『": "』"}
_UNIT = re.compile(
    r"""[\s+]*(?:
        (?P<join>\|+)
        |(?P<open>-*\()
        |(?P<close>\))
        |(?P<minus>-*)(?:(?P<quote>")(?P<phrase>[^"]*)(?P<end>"?)|(?P<word>[^\s|]+))?
    )""",
    re.VERBOSE,
)
_EDGES = " ()[]{}<>\"',;:!?（）【】《》，。、；：！？‘’“”「」『』＂"  # at either end of a word they are no part of it
_FIELD = re.compile(r"([A-Za-z]+):(\S+)")
_NEAR = 0.75  # how like a field's name a word must be to be a slip of the pen: "modern" is no "model"


class Filter(NamedTuple):
    """A value of a field, with a - in front if it is excluded."""

    column: int
    field: str
    value: str


class Unit(NamedTuple):
    """A word or a phrase in one form, or what was written of one field."""

    column: int
    text: str
    excluded: bool
    filters: tuple[Filter, ...] = ()


class Join(NamedTuple):
    """OR or AND, where no quotes make it a word."""

    column: int
    text: str


class Bracket(NamedTuple):
    """One that opens, to leave out what it holds or not, or one that closes."""

    column: int
    opens: bool
    excluded: bool = False


Cut = Unit | Join | Bracket


def at(column: int, reason: str) -> QueryError:
    """The error that something is wrong at a place of a search."""
    return QueryError("q", say("column %(column)s: %(reason)s", column=column, reason=reason))


def units(text: str, fields: Collection[str]) -> Iterator[Cut]:
    """The units in their order, without those that hold nothing to look for, and without brackets that nothing opens.

    Raises QueryError for a phrase that is not closed, and for what is nearly the name of a field.
    """
    signs = text.translate(_SIGNS)
    place = depth = 0
    while place < len(signs) and (found := _UNIT.match(signs, place)):
        place = found.end()
        if found["join"]:
            yield Join(found.start("join") + 1, "OR")
        elif found["open"]:
            depth += 1
            yield Bracket(found.start("open") + 1, opens=True, excluded=found["open"] != "(")
        elif found["close"]:
            yield from [Bracket(found.start("close") + 1, opens=False)] if depth else []
            depth = max(depth - 1, 0)
        else:
            if found["word"]:
                place = found.start("word") + _length(found["word"], depth)
                found = _UNIT.match(signs[:place], found.start()) or found
            if found["word"] in ("OR", "AND") and not found["minus"]:
                yield Join(found.start("word") + 1, found["word"])
            elif unit := _unit(found, text, fields):
                yield unit


def _length(word: str, depth: int) -> int:
    """How much of a run of letters is a word: up to a bracket that opens or closes more than the word itself, f(x)."""
    own: list[int] = []
    for place, sign in enumerate(word):
        if sign == "(":
            own.append(place)
        elif sign == ")" and own:
            own.pop()
        elif sign == ")" and depth:
            return min([place, *own])
    return min([len(word), *own])


def _unit(found: re.Match[str], text: str, fields: Collection[str]) -> Unit | None:
    filters: tuple[Filter, ...] = ()
    if found["quote"]:
        said = " ".join(text[slice(*found.span("phrase"))].split())
        if not found["end"]:
            quote = text[found.start("quote")]
            reason = say("the phrase is not closed; write a %(sign)s at its end", sign=_CLOSING.get(quote, quote))
            raise at(found.start("quote") + 1, reason)
    else:
        said = text[slice(*found.span("word"))]
        filters = tuple(_filters(found, fields))
    said = _bare(said)
    if not filters and not terms(said):
        return None
    text = written(said, quoted=bool(found["quote"]))
    return Unit(found.start("minus") + 1, text, bool(found["minus"]), filters)


def _bare(said: str) -> str:
    """A word without the signs around it, but for a bracket that closes one of its own: f(x)."""
    start = len(said) - len(said.lstrip(_EDGES))
    end = len(said.rstrip(_EDGES))
    while said[end : end + 1] in (")", "）") and said.count("(", start, end) > said.count(")", start, end):
        end += 1
    return said[start:end]


def _filters(found: re.Match[str], fields: Collection[str]) -> Iterator[Filter]:
    """What a word says as a filter: name:value, or name:value,value."""
    said = _FIELD.fullmatch((found["word"] or "").rstrip(")"))
    if not said:
        return
    name, values = said[1].lower(), said[2]
    if name not in fields:
        if close := difflib.get_close_matches(name, fields, n=1, cutoff=_NEAR):
            message = to_say("there is no field %(name)s; did you mean %(close)s? In quotes it is looked for as text")
            raise at(found.start("word") + 1, say(message, name=said[1], close=f"{close[0]}:{values}"))
        return
    minus = "-" if found["minus"] else ""
    column = found.start("word") + said.start(2) + 1
    for value in re.finditer(r"[^,]+|^,+$", values):
        yield Filter(column + value.start(), name, minus + re.sub(r'^"(.*)"$', r"\1", value[0]))


def written(text: str, *, quoted: bool) -> str:
    """A word or a phrase in the form that is read as the same again: in quotes where it would be something else."""
    signs = text.translate(_SIGNS)
    found = _UNIT.fullmatch(signs)
    bare = found and found["word"] == signs and signs not in ("OR", "AND") and not _FIELD.fullmatch(signs)
    bare = bare and _length(signs, depth=1) == len(signs)
    if bare and not (quoted and len(phrases(text)) > 1):
        return text
    clean = "".join(" " if sign == '"' else char for char, sign in zip(text, signs, strict=True))
    return f'"{" ".join(clean.split())}"'


def phrases(said: str) -> tuple[Phrase, ...]:
    """What a written unit looks for: a word that stands alone in all its forms, anything else as it is."""
    exact = tuple(terms(said))
    if said.startswith('"') or len(exact) != 1:
        return (exact,)
    return tuple((form,) for form in forms(exact[0]))
