"""Which tag a name means: those of the taxonomy in both languages, and a version's words in whichever order."""

from __future__ import annotations

import difflib

from aggregator.tagging.entries import Model
from aggregator.tagging.lexicon import Taxonomy, version_in_order
from aggregator.tagging.versions import version_after
from aggregator.text.fold import fold, fold_case, fold_shape

_ALIKE = 0.7  # of 1: how alike a name must be to be meant
_LONGEST_NAME = 40  # characters of a family's name
_TELLING = 4  # letters of a doubtful name from which on nothing else is meant by it
_KEPT = 20  # axes of taxonomies of which the names are kept


def slug_of(taxonomy: Taxonomy, axis: str, name: str) -> str:
    """百度 and Baidu → baidu, claude-3-5-sonnet → claude-sonnet-3-5; "" if nothing has that name."""
    if taxonomy.holder(axis, name):
        return name
    names = _names(taxonomy, axis)
    return (
        names.get(fold(name))
        or names.get(key_of(name))
        or (_version_named(taxonomy, name) or version_in_order(taxonomy, name) if axis == "model" else "")
    )


def named(taxonomy: Taxonomy, axis: str, name: str) -> str:
    """The slug of an entry that has this name, whatever its case and signs, or of a model's version; "" if none has."""
    key = key_of(name)
    found = _names(taxonomy, axis).get(key, "") if key else ""
    return found or (_version_named(taxonomy, name) if axis == "model" else "")


def _version_named(taxonomy: Taxonomy, name: str) -> str:
    """ERNIE X1 → ernie-x1, gpt-5.6 → gpt-5-6; "" if a name is not a family's with a version behind it."""
    shaped = fold_shape(name)
    folded = fold_case(shaped)
    families = _names(taxonomy, "model")
    for end in range(min(len(folded), _LONGEST_NAME), 1, -1):
        family = taxonomy.entries["model"].get(families.get(folded[:end], ""))
        version = version_after(shaped, end, family.version) if isinstance(family, Model) else None
        if family and version and version[1] == len(shaped):
            return version_in_order(taxonomy, f"{family.slug}-{version[0]}")
    return ""


def nearest(taxonomy: Taxonomy, axis: str, name: str, most: int) -> list[str]:
    """The slugs of the entries whose names are most like one that means none."""
    names = _names(taxonomy, axis)
    close = difflib.get_close_matches(key_of(name)[:60], names, n=2 * most, cutoff=_ALIKE)
    return list(dict.fromkeys(names[found] for found in close))[:most]


def likeliest(taxonomy: Taxonomy, axis: str, name: str) -> str:
    """The slug that was most likely meant by a misspelt or unknown name; "" if nothing is like it."""
    meant = slug_of(taxonomy, axis, name)
    return meant if meant not in ("", name) else next(iter(nearest(taxonomy, axis, name, 1)), "")


def key_of(name: str) -> str:
    """Names that differ by case, width, spaces and signs are one."""
    return "".join(char for char in fold(name) if char.isalnum())


def _names(taxonomy: Taxonomy, axis: str) -> dict[str, str]:
    """The slugs of an axis by their names and their plain other names; made once for a taxonomy.

    A name as it is written comes before one that is alike but for signs and spaces.
    """
    names = _found.get((taxonomy.version, axis))
    if names is None:
        names = {}
        for simply in (fold, key_of):
            for holder in taxonomy.holders(axis):
                also = getattr(holder, "iso", None) or ""
                for name in (holder.slug, holder.name, holder.zh, also, *getattr(holder, "aliases", ())):
                    names.setdefault(simply(name), holder.slug)
        for holder in taxonomy.holders(axis) if axis == "company" else ():
            for guarded in getattr(holder, "guarded", ()):  # Facebook and Twitter, which are no word in an address
                if len(guarded.name) >= _TELLING:
                    names.setdefault(key_of(guarded.name), holder.slug)
        names.pop("", None)
        if len(_found) > _KEPT:
            _found.clear()
        _found[taxonomy.version, axis] = names
    return names


_found: dict[tuple[str, str], dict[str, str]] = {}
