"""The reader's language, which the address says: /zh/… is the site in Chinese, everything else is English.

The prefix stands for pages alone. Feeds, files and machines have one address each, whatever page links to them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import quote

from babel.dates import format_date
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Flask, g, request, url_for
from flask_babel import Babel, Domain
from markupsafe import Markup

from aggregator.model.saying import Enumeration, Saying

CATALOGUE = Path(__file__).parent / "translations" / "zh" / "LC_MESSAGES" / "messages.po"
PREFIX = "/zh"
NAMES = {"en": "English", "zh": "中文"}  # each in its own words
TAGS = {"en": "en", "zh": "zh-Hans"}  # BCP 47
_LANGUAGE = ContextVar("language", default="en")  # of the request that is answered: asked hundreds of times a page
MACHINES = re.compile(
    r"/(?:static|api/v1|\.well-known)/.*|/(?:opml|healthz|readyz|metrics|sw\.js)|.*\.(?:atom|rss|json|jsonl|csv|ris|bib|ics|md|txt|opml|xml)",
    re.DOTALL,
)
_DATES = {
    "short": {"en": "d MMM y", "zh": "y年M月d日"},
    "full": {"en": "EEEE d MMMM y", "zh": "y年M月d日 EEEE"},
    "month": {"en": "MMMM y", "zh": "y年M月"},
    "tick": {"en": "MMM", "zh": "M月"},
}


class LanguagePrefix:
    """A layer around the site that takes the language out of the address, before anything is looked up by it."""

    def __init__(self, app: Flask) -> None:
        self._inner = app.wsgi_app
        app.wsgi_app = self  # type: ignore[method-assign]
        babel = Babel(app, locale_selector=language)
        babel.domain_instance = _Catalogues()
        _catalogue("zh")  # a mistake in it shows at the start
        app.jinja_env.globals["url_for"] = link_to
        app.jinja_env.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]
        app.jinja_env.globals["_"] = marked  # as its own would do it, in a tenth of the time

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if path != PREFIX and not path.startswith(f"{PREFIX}/"):
            return self._inner(environ, start_response)
        bare = "/" + path.removeprefix(PREFIX).lstrip("/")
        if path == PREFIX or is_machine(bare):
            start_response(
                "301 Moved Permanently", [("Location", _moved(path, bare, environ)), ("Content-Length", "0")]
            )
            return ()
        script = environ.get("SCRIPT_NAME", "") + PREFIX
        with speaking("zh"):
            inner = {**environ, "SCRIPT_NAME": script, "PATH_INFO": path.removeprefix(PREFIX)}
            return self._inner(inner, start_response)


class _Catalogues(Domain):  # type: ignore[misc]
    """The catalogue is compiled in memory: what translators edit is what the site says."""

    def get_translations(self) -> NullTranslations:
        return _catalogue(language())


@lru_cache
def _catalogue(lang: str) -> NullTranslations:
    if lang == "en":
        return NullTranslations()
    with CATALOGUE.open("rb") as file:
        compiled = BytesIO()
        write_mo(compiled, read_po(file, locale=lang))
    compiled.seek(0)
    return Translations(compiled)


def is_machine(path: str) -> bool:
    """Whether a path is one of those that have no language."""
    return MACHINES.fullmatch(path) is not None


def _moved(path: str, bare: str, environ: dict[str, Any]) -> str:
    """Where a path with a language that needs none, or a slash less, is to be had; always on this site."""
    target = f"{PREFIX}/" if path == PREFIX else quote(bare.encode("latin-1"), safe="/!$&'()*+,:;=@~")
    asked = quote(environ.get("QUERY_STRING", "").encode("latin-1"), safe="%!$&'()*+,/:;=?@~")
    return f"{target}?{asked}" if asked else target


def language() -> str:
    return _LANGUAGE.get()


@contextmanager
def speaking(lang: str) -> Iterator[None]:
    """What is said within is said in a language."""
    before = _LANGUAGE.set(lang)
    try:
        yield
    finally:
        _LANGUAGE.reset(before)


def here(path: str) -> str:
    """A page's path in the reader's language."""
    return PREFIX + path if language() == "zh" else path


def link_to(endpoint: str, **values: Any) -> str:
    """What url_for says, without a language where there is none."""
    return _link_to(endpoint, tuple(values.items()), request.root_path)


@lru_cache(maxsize=5000)  # a page's frame alone has two dozen of them
def _link_to(endpoint: str, values: tuple[tuple[str, Any], ...], _root: str) -> str:
    made = url_for(endpoint, **dict(values))
    bare = made.removeprefix(PREFIX)
    return bare if bare != made and is_machine(bare.partition("?")[0]) else made


def alternates() -> dict[str, str]:
    """This page's path in every language, with its filters where the page says that it has some."""
    path = g.get("path") or quote(request.path)
    return {"en": path, "zh": PREFIX + path}


def gettext(message: str, **values: object) -> str:
    """A message in the reader's language, as templates have it by the same name."""
    found = str(_catalogue(language()).ugettext(message))
    return found % values if values else found


def marked(message: str, **values: object) -> Markup:
    """A message of a template, which is HTML; its values are escaped."""
    found = _marked(message, language())
    return found % values if values else found


@lru_cache(maxsize=5000)
def _marked(message: str, lang: str) -> Markup:
    with speaking(lang):
        return Markup(gettext(message))  # noqa: S704 - ours


def ngettext(one: str, many: str, number: int) -> str:
    return str(_catalogue(language()).ungettext(one, many, number))


def gap() -> str:
    """What stands between two sentences: Chinese signs bring their own room."""
    return "" if language() == "zh" else " "


def all_said(named: Mapping[str, str]) -> dict[str, str]:
    """The messages of a table in the reader's language."""
    return {name: gettext(words) for name, words in named.items()}


def said(text: object) -> str:
    """Words of the program in the reader's language; what is no Saying is a name, and stays."""
    if language() == "en":
        return str(text)
    if isinstance(text, Saying):
        values = {name: said(value) for name, value in text.values.items()}
        found = ngettext(text.message, text.many, text.number) if text.many else gettext(text.message)
        return found % values if values else found
    if isinstance(text, Enumeration):
        return (gettext(text.between) if text.between.strip() else gap()).join(map(said, text.parts))
    return dated(text, "short") if isinstance(text, date) else str(text)


def dated(day: date, kind: str = "full") -> str:
    """A day, or the month of it, as the reader's language writes it."""
    return _dated(day, kind, language())


@lru_cache(maxsize=5000)  # a page says the same days over and over
def _dated(day: date, kind: str, lang: str) -> str:
    return str(format_date(day, _DATES[kind][lang], locale=lang))
