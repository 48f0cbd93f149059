"""The words of a search as they hold together: texts of which all are asked for, or any. Pure."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from itertools import chain, product
from typing import TypeVar

from aggregator.model.saying import Enumeration, Saying, listed, say
from aggregator.search.expression import Clause, Expression
from aggregator.search.units import phrases

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Group:
    """What brackets hold, or OR joins: at least two parts, none of them of the same kind."""

    parts: tuple[Node, ...]
    alternatives: bool


Node = str | Group


def together(nodes: Iterable[Node]) -> tuple[Node, ...]:
    """What is asked for where all nodes are, each once."""
    return _unlike(chain.from_iterable(_parts(node, alternatives=False) for node in nodes))


def either(one: Iterable[Node], other: Iterable[Node]) -> Node:
    """What is asked for where one or the other is."""
    nodes = (side[0] if len(side := together(nodes)) == 1 else Group(side, False) for nodes in (one, other))
    parts = _unlike(chain.from_iterable(_parts(node, alternatives=True) for node in nodes))
    return parts[0] if len(parts) == 1 else Group(parts, True)


def texts_of(nodes: tuple[Node, ...]) -> tuple[str, ...]:
    """The texts of a single node that has nothing but alternatives; none of any other nodes."""
    found = _parts(nodes[0], alternatives=True) if len(nodes) == 1 else ()
    texts = tuple(node for node in found if isinstance(node, str))
    return texts if len(texts) == len(found) else ()


def clauses_of(nodes: Iterable[Node]) -> tuple[tuple[str, ...], ...]:
    """The same with brackets multiplied out: alternatives, of each of which one is asked for."""
    return tuple(chain.from_iterable(map(_clauses, nodes)))


@dataclass(frozen=True, slots=True)
class Words:
    """The words and phrases of a search, each in one form: what is wanted, and what is unwanted."""

    wanted: tuple[Node, ...] = ()
    unwanted: tuple[str, ...] = ()

    def __str__(self) -> str:
        """The same search in one form, whatever signs and spaces it was typed with."""
        return " ".join([*map(_written, self.wanted), *(f"-{text}" for text in self.unwanted)])

    def sentence(self) -> Saying:
        """that mention “AI” and (“chips” or “芯片”) but not “gaming”"""
        if not self.wanted:
            return say("that do not mention %(unwanted)s", unwanted=_any_of(self.unwanted))
        wanted = _said(self.wanted[0] if len(self.wanted) == 1 else Group(self.wanted, False))
        if not self.unwanted:
            return say("that mention %(words)s", words=wanted)
        return say("that mention %(words)s but not %(unwanted)s", words=wanted, unwanted=_any_of(self.unwanted))

    def expression(self) -> Expression:
        clauses = dict.fromkeys(map(_alternatives, clauses_of(self.wanted)))
        return Expression(tuple(clauses), _alternatives(self.unwanted))


def words_of(wanted: Iterable[Node], unwanted: Iterable[str]) -> Words:
    return Words(together(wanted), _distinct(unwanted, phrases))


def _parts(node: Node, *, alternatives: bool) -> tuple[Node, ...]:
    return node.parts if isinstance(node, Group) and node.alternatives is alternatives else (node,)


def _clauses(node: Node) -> tuple[tuple[str, ...], ...]:
    if isinstance(node, str):
        return ((node,),)
    if not node.alternatives:
        return clauses_of(node.parts)
    return tuple(tuple(chain.from_iterable(some)) for some in product(*map(_clauses, node.parts)))


def _written(node: Node) -> str:
    if isinstance(node, str):
        return node
    written = map(_written, node.parts)
    if not node.alternatives:
        return " ".join(written)
    pairs = zip(node.parts, written, strict=True)
    return " OR ".join(text if isinstance(part, str) else f"({text})" for part, text in pairs)


def _said(node: Node) -> Saying | Enumeration:
    if isinstance(node, str):
        return _any_of((node,))
    parts = [_said(part) if isinstance(part, str) else say("(%(words)s)", words=_said(part)) for part in node.parts]
    return listed(" or ", parts) if node.alternatives else listed(" and ", parts)


def _any_of(texts: Iterable[str]) -> Enumeration:
    return listed(" or ", ("“{}”".format(text.strip('"')) for text in texts))


def _alternatives(texts: Iterable[str]) -> Clause:
    return tuple(dict.fromkeys(phrase for text in texts for phrase in phrases(text)))


def _unlike(nodes: Iterable[Node]) -> tuple[Node, ...]:
    return _distinct(nodes, _meaning)


def _meaning(node: Node) -> Hashable:
    if isinstance(node, str):
        return frozenset(phrases(node))
    if node.alternatives and all(isinstance(part, str) for part in node.parts):
        return frozenset(_alternatives(map(str, node.parts)))
    return node.alternatives, frozenset(map(_meaning, node.parts))


def _distinct(things: Iterable[_T], key: Callable[[_T], Hashable]) -> tuple[_T, ...]:
    """The first of those that have the same key."""
    firsts: dict[Hashable, _T] = {}
    for thing in things:
        firsts.setdefault(key(thing), thing)
    return tuple(firsts.values())
